package dev.nextact.core.probability;

import dev.nextact.core.Orders;

/**
 * The area under the curve of precision over recall, as a sum of steps: Σ (R(n) − R(n−1)) · P(n)
 * over the distinct scores, highest first (Manning, Raghavan and Schütze 2008, §8.4). Equal scores
 * come together, so no order among them is better than another; no straight line is drawn between
 * the steps, which would flatter (Davis and Goadrich 2006).
 */
public final class AveragePrecision {

    private AveragePrecision() {}

    /**
     * @param scores N scores, the higher, the likelier
     * @param hits which of them are right
     * @param positives what there was to be found; more than the hits where some was not proposed
     * @return 0 to 1; NaN where there was nothing to be found
     */
    public static double of(double[] scores, boolean[] hits, long positives) {
        if (scores.length != hits.length) {
            throw new IllegalArgumentException(
                    "hits: expected " + scores.length + ", found " + hits.length);
        }
        if (positives == 0) {
            return Double.NaN;
        }
        int[] order = Orders.descending(scores);
        double area = 0;
        long found = 0;
        int i = 0;
        while (i < order.length) {
            double score = scores[order[i]];
            long before = found;
            while (i < order.length && scores[order[i]] == score) {
                found += hits[order[i++]] ? 1 : 0;
            }
            area += (found - before) / (double) positives * found / i;
        }
        return area;
    }
}
