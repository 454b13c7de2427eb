package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.ranking.TopK;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.HeadSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code nextact predict next}: a bundle and histories → the next items of each shopper. */
public final class PredictNext {

    private static final int BATCH = 64;

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
        try (PredictionFile file = PredictionFile.create(out, Prediction.COLUMNS)) {
            PredictionSummary summary =
                    run(bundle, log, request, p -> file.write(p.row()), progress);
            file.complete();
            return summary;
        }
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
        if (bundle.heads().map(HeadSettings::classifies).orElse(false)) {
            throw NextactException.bundle(
                    "%s is a classifier and did not learn which item is next. Train with"
                            + " tasks.learn: [next-items]",
                    bundle.directory());
        }
        Histories histories = Histories.of(bundle, log, request.shoppers());
        SeenItems seen =
                request.seen()
                        .orElse(
                                bundle.manifest().seenItems().equals("remove")
                                        ? SeenItems.REMOVE
                                        : SeenItems.KEEP);
        long byPopularity = 0;
        float[][] scores = new float[BATCH][bundle.catalog().size() + 1];
        try (OnnxScorer scorer = OnnxScorer.open(bundle);
                Progress.Task task =
                        progress.start("predict", histories.events().size(), "shoppers")) {
            for (int from = 0; from < histories.events().size(); from += BATCH) {
                int end = Math.min(histories.events().size(), from + BATCH);
                List<EventSequence> batch = histories.events().subList(from, end);
                scorer.score(batch, scores);
                for (int b = 0; b < batch.size(); b++) {
                    boolean known = OnnxScorer.isKnown(batch.get(b));
                    byPopularity += known ? 0 : 1;
                    emit(
                            bundle,
                            histories.ids().get(from + b),
                            batch.get(b),
                            scores[b],
                            seen,
                            request.k(),
                            known ? bundle.manifest().model() : "popularity",
                            sink);
                }
                task.at(end, "");
            }
        }
        return new PredictionSummary(
                histories.events().size(),
                byPopularity,
                histories.unknownEvents(),
                histories.unknownExamples());
    }

    private static void emit(
            Bundle bundle,
            String user,
            EventSequence history,
            float[] scores,
            SeenItems seen,
            int k,
            String basis,
            PredictionSink sink) {
        if (seen == SeenItems.REMOVE) {
            for (int t = 0; t < history.size(); t++) {
                scores[history.item(t)] = Float.NEGATIVE_INFINITY;
            }
        }
        int rank = 1;
        for (int item : TopK.of(scores, k)) {
            sink.accept(
                    new Prediction(user, rank++, bundle.catalog().id(item), scores[item], basis));
        }
    }
}
