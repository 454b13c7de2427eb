package dev.nextact.core.survival;

import dev.nextact.core.Orders;
import java.util.Arrays;

/**
 * How long each of N cases lasted, or how long it was seen without an end (censored). Immutable;
 * thread-safe.
 */
public final class SurvivalOutcomes {

    private final double[] times;
    private final boolean[] ended;
    private final KaplanMeier censoring;

    private SurvivalOutcomes(double[] times, boolean[] ended) {
        this.times = times;
        this.ended = ended;
        this.censoring = KaplanMeier.ofCensoring(times, ended);
    }

    /**
     * @param times N, at least 0, in any unit
     * @param ended N, false where censored
     */
    public static SurvivalOutcomes of(double[] times, boolean[] ended) {
        if (times.length != ended.length || times.length == 0) {
            throw new IllegalArgumentException(
                    "ended: expected as many as times and at least one, found "
                            + ended.length
                            + " and "
                            + times.length);
        }
        for (double time : times) {
            if (!(time >= 0)) {
                throw new IllegalArgumentException("time: expected at least 0, found " + time);
            }
        }
        return new SurvivalOutcomes(times.clone(), ended.clone());
    }

    public int size() {
        return times.length;
    }

    /**
     * The C-index (Harrell et al. 1982): of all pairs of which one is known to have ended first,
     * the share in which that one had the higher risk; equal risks count half. A case censored at
     * the very time another ends is known to have lasted longer. NaN where no pair can be compared.
     *
     * @param risks N, the higher, the sooner the end is expected
     */
    public double concordance(double[] risks) {
        check(risks.length);
        double[] ranks = Arrays.stream(risks).distinct().sorted().toArray();
        long[] tree = new long[ranks.length + 1]; // counts of risks (Fenwick 1994)
        int[] order = Orders.descending(times);
        double concordant = 0;
        long pairs = 0;
        long longer = 0;
        int i = 0;
        while (i < order.length) {
            int first = i;
            double time = times[order[i]];
            for (int j = first; j < order.length && times[order[j]] == time; j++) {
                if (!ended[order[j]]) {
                    add(tree, rank(ranks, risks[order[j]]));
                    longer++;
                }
            }
            while (i < order.length && times[order[i]] == time) {
                if (ended[order[i]]) {
                    int rank = rank(ranks, risks[order[i]]);
                    long below = sum(tree, rank - 1);
                    long equal = sum(tree, rank) - below;
                    concordant += below + equal / 2.0;
                    pairs += longer;
                }
                i++;
            }
            for (int j = first; j < i; j++) {
                if (ended[order[j]]) {
                    add(tree, rank(ranks, risks[order[j]]));
                    longer++;
                }
            }
        }
        return concordant / pairs;
    }

    /**
     * The Brier score at one time, each known case weighted by the inverse of its probability of
     * not being censored (Graf et al. 1999, eq. 4).
     *
     * @param survival N, the predicted probability of lasting beyond that time
     * @throws IllegalArgumentException where the last that was seen is censored by that time, so
     *     that the data say nothing about it
     */
    public double brier(double time, double[] survival) {
        check(survival.length);
        if (!(censoring.at(time) > 0)) {
            throw new IllegalArgumentException(
                    "time: all are over or censored before " + time + "; choose an earlier one");
        }
        double sum = 0;
        for (int i = 0; i < times.length; i++) {
            if (times[i] <= time && ended[i]) {
                sum += survival[i] * survival[i] / censoring.before(times[i]);
            } else if (times[i] > time) {
                sum += (1 - survival[i]) * (1 - survival[i]) / censoring.at(time);
            }
        }
        return sum / times.length;
    }

    /**
     * The mean of the Brier score over a span of time, straight between the points of the grid
     * (Graf et al. 1999, §3).
     *
     * @param grid G times, ascending, at least two; the last within what was observed
     * @param survival [N][G]
     */
    public double integratedBrier(double[] grid, double[][] survival) {
        check(survival.length);
        if (grid.length < 2) {
            throw new IllegalArgumentException(
                    "grid: expected at least 2 times, found " + grid.length);
        }
        double area = 0;
        double last = 0;
        for (int g = 0; g < grid.length; g++) {
            double[] column = new double[times.length];
            for (int i = 0; i < column.length; i++) {
                column[i] = survival[i][g];
            }
            double score = brier(grid[g], column);
            if (g > 0) {
                if (!(grid[g] > grid[g - 1])) {
                    throw new IllegalArgumentException(
                            "grid: expected ascending, found " + Arrays.toString(grid));
                }
                area += (last + score) / 2 * (grid[g] - grid[g - 1]);
            }
            last = score;
        }
        return area / (grid[grid.length - 1] - grid[0]);
    }

    private void check(int length) {
        if (length != times.length) {
            throw new IllegalArgumentException(
                    "predictions: expected " + times.length + ", found " + length);
        }
    }

    private static int rank(double[] ranks, double risk) {
        return Arrays.binarySearch(ranks, risk) + 1;
    }

    private static void add(long[] tree, int rank) {
        for (int i = rank; i < tree.length; i += i & -i) {
            tree[i]++;
        }
    }

    private static long sum(long[] tree, int rank) {
        long sum = 0;
        for (int i = rank; i > 0; i -= i & -i) {
            sum += tree[i];
        }
        return sum;
    }
}
