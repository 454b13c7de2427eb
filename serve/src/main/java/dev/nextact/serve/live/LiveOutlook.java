package dev.nextact.serve.live;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ServeConfig;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.PredictEvents;
import dev.nextact.predict.PredictedEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What a bundle foretells beside the next item, asked live. Thread-safe; its model closes it. */
public final class LiveOutlook implements AutoCloseable {

    /** As {@code nextact predict events} has it, so that both answer the same. */
    private static final long SEED = 42;

    private final OutlookModel model;
    private final MicroBatcher<Moment, List<HazardCurve>> stays;
    private final MicroBatcher<EventsQuestion, List<PredictedEvent>> events;

    private record EventsQuestion(String user, EventSequence history, int k) {}

    private LiveOutlook(
            OutlookModel model,
            MicroBatcher<Moment, List<HazardCurve>> stays,
            MicroBatcher<EventsQuestion, List<PredictedEvent>> events) {
        this.model = model;
        this.stays = stays;
        this.events = events;
    }

    /**
     * @param runs of the model at a time
     */
    static LiveOutlook open(Bundle bundle, ServeConfig config, int runs, Executor executor) {
        OutlookModel model = OutlookModel.open(bundle);
        int waiting = config.limits().waiting();
        return new LiveOutlook(
                model,
                new MicroBatcher<>(model::stays, config.engine().batch(), runs, waiting, executor),
                // a shopper's futures are a batch already
                new MicroBatcher<>(
                        questions ->
                                questions.stream()
                                        .map(
                                                q ->
                                                        PredictEvents.of(
                                                                model,
                                                                q.user(),
                                                                q.history(),
                                                                q.k(),
                                                                SEED))
                                        .toList(),
                        1,
                        runs,
                        waiting,
                        executor));
    }

    public OutlookModel model() {
        return model;
    }

    /**
     * How long each behaviour stays away from the moment on.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @return [C]; it fails with {@link Overloaded}
     */
    public CompletableFuture<List<HazardCurve>> stays(Moment moment, long deadlineNanos) {
        return stays.ask(moment, deadlineNanos);
    }

    /**
     * The next k events after a history.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @return k of them; it fails with {@link Overloaded}
     */
    public CompletableFuture<List<PredictedEvent>> events(
            String user, EventSequence history, int k, long deadlineNanos) {
        return events.ask(new EventsQuestion(user, history, k), deadlineNanos);
    }

    @Override
    public void close() {
        model.close();
    }
}
