package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventWay;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code nextact predict events}: each shopper's next k events, when and of which behaviour. */
public final class PredictEvents {

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
        return summary(
                AskShoppers.run(
                        bundle, log, request.shoppers(), question(bundle, request), out, progress));
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
        return summary(
                AskShoppers.run(
                        bundle,
                        log,
                        request.shoppers(),
                        question(bundle, request),
                        sink,
                        progress));
    }

    /** The same of all shoppers, on a cluster. */
    public Summary run(Bundle bundle, ShopperCluster cluster, Request request, Progress progress) {
        request.shoppers().requireAll();
        return summary(cluster.ask(bundle, question(bundle, request), progress));
    }

    private static Summary summary(AnswerTally tally) {
        return new Summary(tally.shoppers(), tally.leftOut());
    }

    private static NextEventsQuestion question(Bundle bundle, Request request) {
        return new NextEventsQuestion(
                request.k(), EventWays.way(bundle, request.way(), request.k()), request.seed());
    }

    /**
     * One shopper's.
     *
     * @param history with an event of an item the model knows
     */
    public static List<PredictedEvent> of(
            OutlookModel model, String user, EventSequence history, int k, long seed) {
        List<PredictedEvent> events = new ArrayList<>();
        NextEventsQuestion question =
                new NextEventsQuestion(k, EventWays.way(model.bundle(), Optional.empty(), k), seed);
        question.emit(
                model.bundle().manifest().behaviours(),
                user,
                question.forecaster(model),
                history,
                events::add);
        return events;
    }
}
