package dev.nextact.predict;

import dev.nextact.core.EventWay;
import dev.nextact.core.NextactException;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.HistoryHistogram;
import dev.nextact.core.events.RollOut;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.NextEvents;
import java.util.Optional;

/** How a model foretells the next events. */
public final class EventWays {

    private EventWays() {}

    /**
     * The way that was best on validation, or by roll-out where that cannot foretell so many.
     *
     * @param futures of the roll-out
     * @param seed likewise
     * @throws NextactException when the model did not learn next events
     */
    public static EventForecaster.WithOdds of(OutlookModel model, int k, int futures, long seed) {
        return of(model, way(model.bundle(), Optional.empty(), k), futures, seed);
    }

    /** By a way that {@link #way} chose. */
    static EventForecaster.WithOdds of(OutlookModel model, EventWay way, int futures, long seed) {
        return switch (way) {
            case ROLL_OUT -> new RollOut(model, futures, seed);
            case DIRECT -> new DirectEvents(model);
            case HISTOGRAM ->
                    new HistoryHistogram(
                            HistoryHistogram.Pace.MEDIAN, learned(model.bundle()).training());
        };
    }

    /**
     * @param asked absent = the way that was best on validation, or roll-out where that cannot
     *     foretell so many
     * @throws NextactException when the model did not learn next events, or not so many by the way
     *     asked for
     */
    static EventWay way(Bundle bundle, Optional<EventWay> asked, int k) {
        EventWay way = asked.orElse(learned(bundle).way());
        int most = bundle.heads().orElseThrow().slots().events();
        if (way == EventWay.DIRECT && k > most) {
            if (asked.isPresent()) {
                throw NextactException.bundle(
                        "%s foretells %d events at once, found k = %d. Ask for no more, for the way"
                                + " roll-out, or train it again with tasks.next_events.k: %d",
                        bundle.directory(), most, k, k);
            }
            way = EventWay.ROLL_OUT;
        }
        return way;
    }

    private static NextEvents learned(Bundle bundle) {
        return bundle.nextEvents()
                .orElseThrow(
                        () ->
                                NextactException.bundle(
                                        "%s did not learn when the next event comes. Add"
                                                + " next-events to tasks.learn and run `nextact"
                                                + " train` again",
                                        bundle.directory()));
    }
}
