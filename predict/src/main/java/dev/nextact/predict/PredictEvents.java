package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.model.bundle.Bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code nextact predict events}: each shopper's next k events, when and of which behaviour. */
public final class PredictEvents {

    /** Enough that a share of them is right to a few points. */
    private static final int FUTURES = 64;

    private static final double TAIL = 0.1;

    /**
     * @param k at least 1
     * @param seed of the futures
     */
    public record Request(Shoppers shoppers, int k, long seed) {
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
            if (!model.heads().nextEvent()) {
                throw NextactException.bundle(
                        "%s did not learn when the next event comes. Add next-events to tasks.learn"
                                + " and run `nextact train` again",
                        bundle.directory());
            }
            RollOut rollOut = new RollOut(model, FUTURES, request.seed());
            for (int i = 0; i < histories.events().size(); i++) {
                EventSequence history = histories.events().get(i);
                if (OnnxScorer.isKnown(history)) {
                    emit(bundle, histories.ids().get(i), rollOut, history, request.k(), sink);
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
        emit(model.bundle(), user, new RollOut(model, FUTURES, seed), history, k, events::add);
        return events;
    }

    private static void emit(
            Bundle bundle,
            String user,
            RollOut rollOut,
            EventSequence history,
            int k,
            Consumer<PredictedEvent> sink) {
        List<TypedTimes> futures = rollOut.futures(history, k);
        List<String> behaviours = bundle.manifest().behaviours();
        for (int j = 0; j < k; j++) {
            int event = j;
            double[] seconds =
                    futures.stream().mapToDouble(f -> f.seconds()[event]).sorted().toArray();
            int[] counts = new int[behaviours.size()];
            futures.forEach(future -> counts[future.types()[event]]++);
            int most = Arrays.stream(counts).max().orElse(0);
            int behaviour = 0;
            while (counts[behaviour] < most) {
                behaviour++;
            }
            sink.accept(
                    new PredictedEvent(
                            user,
                            j + 1,
                            seconds[seconds.length / 2],
                            seconds[(int) (seconds.length * TAIL)],
                            seconds[(int) (seconds.length * (1 - TAIL))],
                            behaviours.get(behaviour),
                            most / (double) futures.size()));
        }
    }
}
