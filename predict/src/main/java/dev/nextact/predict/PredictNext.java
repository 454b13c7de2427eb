package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.HeadSettings;
import java.nio.file.Path;
import java.util.Optional;

/** {@code nextact predict next}: a bundle and histories → the next items of each shopper. */
public final class PredictNext {

    /**
     * @param k items a shopper, at least 1
     * @param seen absent = as the model was trained
     */
    public record Request(Shoppers shoppers, int k, Optional<SeenItems> seen) {
        public Request {
            if (k < 1) {
                throw new IllegalArgumentException("k: expected at least 1, found " + k);
            }
        }
    }

    /**
     * Writes a row for each shopper and rank.
     *
     * @param log whose histories are read; not needed for a handed-in history
     * @param out {@code .csv}, {@code .jsonl} or {@code .parquet}
     */
    public PredictionSummary run(
            Bundle bundle, Optional<EventLog> log, Request request, Path out, Progress progress) {
        return PredictionSummary.of(
                AskShoppers.run(
                        bundle, log, request.shoppers(), question(bundle, request), out, progress));
    }

    /**
     * The same, each prediction given to a sink as it is made.
     *
     * @throws NextactException when the bundle is a classifier, which ranks no items
     */
    public PredictionSummary run(
            Bundle bundle,
            Optional<EventLog> log,
            Request request,
            PredictionSink sink,
            Progress progress) {
        return PredictionSummary.of(
                AskShoppers.run(
                        bundle,
                        log,
                        request.shoppers(),
                        question(bundle, request),
                        sink::accept,
                        progress));
    }

    /** The same of all shoppers, on a cluster. */
    public PredictionSummary run(
            Bundle bundle, ShopperCluster cluster, Request request, Progress progress) {
        request.shoppers().requireAll();
        return PredictionSummary.of(cluster.ask(bundle, question(bundle, request), progress));
    }

    private static NextItemsQuestion question(Bundle bundle, Request request) {
        if (bundle.heads().map(HeadSettings::classifies).orElse(false)) {
            throw NextactException.bundle(
                    "%s is a classifier and did not learn which item is next. Train with"
                            + " tasks.learn: [next-items]",
                    bundle.directory());
        }
        SeenItems trained =
                bundle.manifest().seenItems().equals("remove") ? SeenItems.REMOVE : SeenItems.KEEP;
        return new NextItemsQuestion(request.k(), request.seen().orElse(trained));
    }
}
