package dev.nextact.bench;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.ranking.NextItemTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How surprised a scorer is by what came next, in nats: the mean of −ln p(target) over the targets
 * whose item is in the catalog, with p over the whole catalog.
 */
enum NextItemLoss {
    /** Scores are logits: p is their softmax, as it was trained. */
    OF_LOGITS {
        @Override
        double nats(float[] scores, int target) {
            double most = Double.NEGATIVE_INFINITY;
            for (int item = 1; item < scores.length; item++) {
                most = Math.max(most, scores[item]);
            }
            double sum = 0;
            for (int item = 1; item < scores.length; item++) {
                sum += Math.exp(scores[item] - most);
            }
            return most + Math.log(sum) - scores[target];
        }
    },
    /** Scores are probabilities; what they lack of 1 is of items outside the catalog. */
    OF_PROBABILITIES {
        @Override
        double nats(float[] scores, int target) {
            double sum = 0;
            for (int item = 1; item < scores.length; item++) {
                sum += scores[item];
            }
            return Math.log(sum / scores[target]);
        }
    };

    private static final int BATCH = 64;

    /**
     * @param scores [V+1]; entry 0 means nothing
     * @param target 1..V
     */
    abstract double nats(float[] scores, int target);

    /**
     * @param scorer thread-safe
     */
    double mean(NextItemScorer scorer, NextItemTargets targets) {
        int batches = (targets.size() + BATCH - 1) / BATCH;
        double[] sums = new double[batches];
        int[] counts = new int[batches];
        IntStream.range(0, batches)
                .parallel()
                .forEach(
                        batch -> {
                            int from = batch * BATCH;
                            int size = Math.min(BATCH, targets.size() - from);
                            List<EventSequence> histories = new ArrayList<>(size);
                            for (int i = 0; i < size; i++) {
                                histories.add(targets.history(from + i));
                            }
                            float[][] scores = new float[size][targets.catalogSize() + 1];
                            scorer.score(histories, scores);
                            for (int i = 0; i < size; i++) {
                                int target = targets.item(from + i);
                                if (target > 0) {
                                    sums[batch] += nats(scores[i], target);
                                    counts[batch]++;
                                }
                            }
                        });
        double sum = 0;
        int count = 0;
        for (int batch = 0; batch < batches; batch++) { // in order: the same sum every time
            sum += sums[batch];
            count += counts[batch];
        }
        return sum / count;
    }
}
