package dev.nextact.core.ranking;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.ShopConfig.SeenItems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Where a scorer ranks each target among all items of the catalog. A target outside the catalog is
 * missed, never dropped. Equal scores share their places: the target's rank is the middle of them,
 * so that a constant scorer gains nothing. Immutable; thread-safe.
 *
 * <p>Metrics of one relevant item (Kang and McAuley 2018, §IV-C): ndcg@k = 1/log2(rank + 1) where
 * rank ≤ k, else 0; recall@k = 1 where rank ≤ k; mrr = 1/rank; accuracy@1 = recall@1. coverage@k =
 * items that stand in some top k, of all items.
 */
public final class NextItemRanking {

    private static final int BATCH = 64;

    private final NextItemTargets targets;
    private final double[] ranks;
    private final int k;
    private final BitSet recommended;
    private final int outsideCatalog;
    private final int seenBefore;

    private NextItemRanking(
            NextItemTargets targets,
            double[] ranks,
            int k,
            BitSet recommended,
            int outsideCatalog,
            int seenBefore) {
        this.targets = targets;
        this.ranks = ranks;
        this.k = k;
        this.recommended = recommended;
        this.outsideCatalog = outsideCatalog;
        this.seenBefore = seenBefore;
    }

    /**
     * @param scorer thread-safe where {@code threads} is above 1
     * @param seen with {@code REMOVE} no item of the history can be ranked, and a target among them
     *     is missed
     */
    public static NextItemRanking of(
            NextItemScorer scorer, NextItemTargets targets, SeenItems seen, int k, int threads) {
        double[] ranks = new double[targets.size()];
        int[] order = byLength(targets);
        BitSet recommended = new BitSet(targets.catalogSize() + 1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        ThreadLocal<float[][]> rows =
                ThreadLocal.withInitial(() -> new float[BATCH][targets.catalogSize() + 1]);
        try {
            List<Future<BitSet>> running = new ArrayList<>();
            for (int from = 0; from < targets.size(); from += BATCH) {
                int first = from;
                int end = Math.min(targets.size(), from + BATCH);
                running.add(
                        pool.submit(
                                () ->
                                        rank(
                                                scorer,
                                                targets,
                                                Arrays.copyOfRange(order, first, end),
                                                seen,
                                                k,
                                                rows.get(),
                                                ranks)));
            }
            for (Future<BitSet> batch : running) {
                recommended.or(batch.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ranking", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        int outside = 0;
        int before = 0;
        for (int i = 0; i < targets.size(); i++) {
            int item = targets.item(i);
            if (item == 0) {
                outside++;
            } else if (contains(targets.history(i), item)) {
                before++;
            }
        }
        return new NextItemRanking(targets, ranks, k, recommended, outside, before);
    }

    /** Targets of like histories beside each other: a batch takes as long as its longest. */
    private static int[] byLength(NextItemTargets targets) {
        long[] keys = new long[targets.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) targets.history(i).size() << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    private static BitSet rank(
            NextItemScorer scorer,
            NextItemTargets targets,
            int[] batch,
            SeenItems seen,
            int k,
            float[][] rows,
            double[] ranks) {
        List<EventSequence> histories = Arrays.stream(batch).mapToObj(targets::history).toList();
        scorer.score(histories, rows);
        BitSet recommended = new BitSet();
        for (int b = 0; b < batch.length; b++) {
            float[] scores = rows[b];
            if (seen == SeenItems.REMOVE) {
                EventSequence history = histories.get(b);
                for (int t = 0; t < history.size(); t++) {
                    scores[history.item(t)] = Float.NEGATIVE_INFINITY;
                }
            }
            ranks[batch[b]] = rank(scores, targets.item(batch[b]));
            for (int item : TopK.of(scores, k)) {
                recommended.set(item);
            }
        }
        return recommended;
    }

    /**
     * @param scores [V+1]; entry 0 means nothing
     * @param target 1..V, or 0 = outside the catalog
     * @return from 1, in the middle of equal scores; +∞ = missed
     */
    static double rank(float[] scores, int target) {
        float score = target == 0 ? Float.NaN : scores[target];
        if (!(score > Float.NEGATIVE_INFINITY)) {
            return Double.POSITIVE_INFINITY;
        }
        int higher = 0;
        int equal = -1; // the target itself
        for (int item = 1; item < scores.length; item++) {
            higher += scores[item] > score ? 1 : 0;
            equal += scores[item] == score ? 1 : 0;
        }
        return 1 + higher + equal / 2.0;
    }

    private static boolean contains(EventSequence history, int item) {
        for (int t = 0; t < history.size(); t++) {
            if (history.item(t) == item) {
                return true;
            }
        }
        return false;
    }

    public int size() {
        return ranks.length;
    }

    /** The shopper of a target. */
    public int user(int index) {
        return targets.user(index);
    }

    /** From 1, in the middle of equal scores; +∞ = missed. */
    public double rank(int index) {
        return ranks[index];
    }

    /** Targets the catalog does not know; missed by every model. */
    public int outsideCatalog() {
        return outsideCatalog;
    }

    /** Targets the shopper had had before; missed by every model where seen items are removed. */
    public int seenBefore() {
        return seenBefore;
    }

    /** 1/log2(rank + 1) of one target, 0 beyond k. */
    public double ndcg(int index) {
        return ranks[index] <= k ? Math.log(2) / Math.log(ranks[index] + 1) : 0;
    }

    /** The mean ndcg@k over the targets. */
    public double ndcg() {
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            sum += ndcg(i);
        }
        return ranks.length == 0 ? 0 : sum / ranks.length;
    }

    /** The mean recall@k over the targets: the share of them that stand among the first k. */
    public double recall() {
        int within = 0;
        for (double rank : ranks) {
            within += rank <= k ? 1 : 0;
        }
        return within / (double) Math.max(1, ranks.length);
    }

    /** Every metric by name, means over the targets. */
    public Map<String, Double> metrics() {
        double reciprocal = 0;
        double first = 0;
        for (double rank : ranks) {
            reciprocal += 1 / rank;
            first += rank <= 1 ? 1 : 0;
        }
        int size = Math.max(1, ranks.length);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ndcg@" + k, ndcg());
        metrics.put("recall@" + k, recall());
        metrics.put("mrr", reciprocal / size);
        metrics.put("accuracy@1", first / size);
        metrics.put(
                "coverage@" + k,
                recommended.cardinality() / (double) Math.max(1, targets.catalogSize()));
        return metrics;
    }
}
