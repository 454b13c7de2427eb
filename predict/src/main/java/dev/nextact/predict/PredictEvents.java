package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventWay;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.ForetoldEvent;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code nextact predict events}: each shopper's next k events, when and of which behaviour. */
public final class PredictEvents {

    /** Enough that a share of them is right to a few points. */
    private static final int FUTURES = 64;

    /**
     * @param k at least 1
     * @param way absent = the one that was best on validation
     * @param seed of the futures
     */
    public record Request(Shoppers shoppers, int k, Optional<EventWay> way, long seed) {

        /** By the way that was best on validation. */
        public Request(Shoppers shoppers, int k, long seed) {
            this(shoppers, k, Optional.empty(), seed);
        }

        public Request {
            if (k < 1) {
                throw new IllegalArgumentException("k: expected at least 1, found " + k);
            }
        }
    }

    /**
     * @param leftOut shoppers without an event of a known item
     */
    public record Summary(long shoppers, long leftOut) {}

    /** Writes k rows for each shopper. */
    public Summary run(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        try (PredictionFile file = PredictionFile.create(out, PredictedEvent.COLUMNS)) {
            Summary summary = run(bundle, log, request, e -> file.write(e.row()), progress);
            file.complete();
            return summary;
        }
    }

    /**
     * The same, each event given to a sink as it is foretold.
     *
     * @throws NextactException when the bundle did not learn next events
     */
    public Summary run(
            Bundle bundle,
            Optional<EventLog> log,
            Request request,
            Consumer<PredictedEvent> sink,
            Progress progress) {
        Histories histories = Histories.of(bundle, log, request.shoppers());
        long leftOut = 0;
        try (OutlookModel model = OutlookModel.open(bundle);
                Progress.Task task =
                        progress.start("predict", histories.events().size(), "shoppers")) {
            EventForecaster.WithOdds way =
                    EventWays.of(model, request.way(), request.k(), FUTURES, request.seed());
            for (int i = 0; i < histories.events().size(); i++) {
                EventSequence history = histories.events().get(i);
                if (OnnxScorer.isKnown(history)) {
                    emit(bundle, histories.ids().get(i), way, history, request.k(), sink);
                } else {
                    leftOut++;
                }
                task.at(i + 1, "");
            }
        }
        return new Summary(histories.events().size() - leftOut, leftOut);
    }

    /**
     * One shopper's.
     *
     * @param history with an event of an item the model knows
     */
    public static List<PredictedEvent> of(
            OutlookModel model, String user, EventSequence history, int k, long seed) {
        List<PredictedEvent> events = new ArrayList<>();
        EventForecaster.WithOdds way = EventWays.of(model, k, FUTURES, seed);
        emit(model.bundle(), user, way, history, k, events::add);
        return events;
    }

    private static void emit(
            Bundle bundle,
            String user,
            EventForecaster.WithOdds way,
            EventSequence history,
            int k,
            Consumer<PredictedEvent> sink) {
        int rank = 1;
        for (ForetoldEvent event : way.events(history, k)) {
            sink.accept(
                    new PredictedEvent(
                            user,
                            rank++,
                            event.seconds(),
                            event.lowSeconds(),
                            event.highSeconds(),
                            bundle.manifest().behaviours().get(event.type()),
                            event.probability()));
        }
    }
}
