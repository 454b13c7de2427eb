package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * {@code nextact predict intent} and {@code churn}: the probability that a behaviour comes, or
 * stays away, within a horizon.
 */
public final class PredictHorizon {

    private static final int BATCH = 64;

    /** What the probability is of. */
    public enum Question {
        /** That the behaviour comes. */
        INTENT,
        /** That it does not. */
        CHURN
    }

    /**
     * @param behaviour its name
     * @param horizon above 0
     * @param atMicros the moment asked about; what came later is not seen. Absent: just after the
     *     newest event of the log
     */
    public record Request(
            Question question,
            Shoppers shoppers,
            String behaviour,
            Duration horizon,
            Optional<Long> atMicros) {
        public Request {
            if (horizon.isNegative() || horizon.isZero()) {
                throw new IllegalArgumentException("horizon: expected above 0, found " + horizon);
            }
        }
    }

    /**
     * @param leftOut shoppers without an event of a known item before the moment
     * @param meanProbability over the others
     */
    public record Summary(long shoppers, long leftOut, double meanProbability) {}

    /** Writes a row for each shopper. */
    public Summary run(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        try (PredictionFile file = PredictionFile.create(out, HorizonAnswer.COLUMNS)) {
            Summary summary = run(bundle, log, request, a -> file.write(a.row()), progress);
            file.complete();
            return summary;
        }
    }

    /**
     * The same, each answer given to a sink as it is made.
     *
     * @throws NextactException when the bundle learned no hazards, knows no such behaviour, the
     *     horizon is longer than the log it learned from, or it is a classifier of another one
     */
    public Summary run(
            Bundle bundle,
            Optional<EventLog> log,
            Request request,
            Consumer<HorizonAnswer> sink,
            Progress progress) {
        int behaviour = behaviour(bundle, request.behaviour());
        AskedMoments asked = AskedMoments.of(bundle, log, request.shoppers(), request.atMicros());
        List<Moment> moments = asked.moments();
        double seconds = request.horizon().toMillis() / 1e3;
        double sum = 0;
        try (OutlookModel model = OutlookModel.open(bundle);
                Progress.Task task = progress.start("predict", moments.size(), "shoppers")) {
            model.refuseBeyond(behaviour, seconds);
            for (int from = 0; from < moments.size(); from += BATCH) {
                int to = Math.min(moments.size(), from + BATCH);
                List<Moment> batch = moments.subList(from, to);
                List<List<HazardCurve>> stays = model.stays(batch);
                boolean counts = model.heads().classifier().counts();
                double[] expected = counts ? model.expectedCounts(batch) : new double[0];
                for (int i = from; i < to; i++) {
                    HorizonAnswer answer =
                            HorizonAnswer.of(
                                    asked.ids().get(i),
                                    request.question(),
                                    request.behaviour(),
                                    seconds,
                                    moments.get(i),
                                    stays.get(i - from).get(behaviour));
                    sum += answer.probability();
                    sink.accept(counts ? answer.expecting(expected[i - from]) : answer);
                }
                task.at(to, "");
            }
            return new Summary(moments.size(), asked.leftOut(), sum / Math.max(1, moments.size()));
        }
    }

    /**
     * Writes a row for each event of each shopper: how likely the behaviour came within the
     * horizon, seen from just after that event.
     */
    public Summary runSteps(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        try (PredictionFile file = PredictionFile.create(out, StepAnswer.COLUMNS)) {
            Summary summary = runSteps(bundle, log, request, a -> file.write(a.row()), progress);
            file.complete();
            return summary;
        }
    }

    /**
     * The same, each answer given to a sink as it is made. Events before the first of a known item
     * have none.
     *
     * @return the mean over the events
     * @throws NextactException as {@link #run}
     */
    public Summary runSteps(
            Bundle bundle,
            Optional<EventLog> log,
            Request request,
            Consumer<StepAnswer> sink,
            Progress progress) {
        int behaviour = behaviour(bundle, request.behaviour());
        AskedMoments asked = AskedMoments.of(bundle, log, request.shoppers(), request.atMicros());
        double seconds = request.horizon().toMillis() / 1e3;
        double sum = 0;
        long steps = 0;
        try (OutlookModel model = OutlookModel.open(bundle);
                Progress.Task task =
                        progress.start("predict", asked.moments().size(), "shoppers")) {
            model.refuseBeyond(behaviour, seconds);
            for (int i = 0; i < asked.moments().size(); i++) {
                EventSequence history = asked.moments().get(i).history();
                int first = 1;
                while (!OnnxScorer.isKnown(history.prefix(first))) {
                    first++;
                }
                for (int from = first; from <= history.size(); from += BATCH) {
                    int to = Math.min(history.size() + 1, from + BATCH);
                    List<Moment> moments =
                            IntStream.range(from, to)
                                    .mapToObj(size -> Moment.afterLast(history.prefix(size)))
                                    .toList();
                    List<List<HazardCurve>> stays = model.stays(moments);
                    for (int n = from; n < to; n++) {
                        double came = stays.get(n - from).get(behaviour).came(seconds);
                        double p = request.question() == Question.INTENT ? came : 1 - came;
                        sum += p;
                        steps++;
                        sink.accept(StepAnswer.of(bundle, asked.ids().get(i), history, n, p));
                    }
                }
                task.at(i + 1, "");
            }
            return new Summary(asked.moments().size(), asked.leftOut(), sum / Math.max(1, steps));
        }
    }

    /** Its index. */
    public static int behaviour(Bundle bundle, String name) {
        int behaviour = bundle.manifest().behaviours().indexOf(name);
        if (behaviour < 0) {
            throw NextactException.input(
                    "no behaviour is named '%s'. Known: %s",
                    name, String.join(", ", bundle.manifest().behaviours()));
        }
        return behaviour;
    }
}
