package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code nextact predict intent} and {@code churn}: the probability that a behaviour comes, or
 * stays away, within a horizon.
 */
public final class PredictHorizon {

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
        return summary(
                AskShoppers.run(
                        bundle, log, request.shoppers(), question(log, request), out, progress));
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
        return summary(
                AskShoppers.run(
                        bundle, log, request.shoppers(), question(log, request), sink, progress));
    }

    /** The same of all shoppers, on a cluster. */
    public Summary run(Bundle bundle, ShopperCluster cluster, Request request, Progress progress) {
        return summary(cluster.ask(bundle, question(cluster, request), progress));
    }

    /**
     * Writes a row for each event of each shopper: how likely the behaviour came within the
     * horizon, seen from just after that event.
     */
    public Summary runSteps(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        StepsQuestion question = new StepsQuestion(question(log, request));
        return summary(AskShoppers.run(bundle, log, request.shoppers(), question, out, progress));
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
        StepsQuestion question = new StepsQuestion(question(log, request));
        return summary(AskShoppers.run(bundle, log, request.shoppers(), question, sink, progress));
    }

    /** The same of all shoppers, on a cluster. */
    public Summary runSteps(
            Bundle bundle, ShopperCluster cluster, Request request, Progress progress) {
        return summary(
                cluster.ask(bundle, new StepsQuestion(question(cluster, request)), progress));
    }

    private static Summary summary(AnswerTally tally) {
        return new Summary(tally.shoppers(), tally.leftOut(), tally.meanProbability());
    }

    private static HorizonQuestion question(Optional<EventLog> log, Request request) {
        return question(request, AskedMoments.now(log, request.shoppers(), request.atMicros()));
    }

    private static HorizonQuestion question(ShopperCluster cluster, Request request) {
        request.shoppers().requireAll();
        return question(
                request,
                Optional.of(
                        request.atMicros()
                                .orElseGet(() -> AskedMoments.after(cluster.newestMicros()))));
    }

    private static HorizonQuestion question(Request request, Optional<Long> nowMicros) {
        return new HorizonQuestion(
                request.question(),
                request.behaviour(),
                request.horizon().toMillis() / 1e3,
                nowMicros.orElse(null));
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
