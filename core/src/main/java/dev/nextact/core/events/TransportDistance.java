package dev.nextact.core.events;

import java.util.Arrays;

/**
 * How much work turns the foretold events into those that came: the optimal transport distance of
 * Mei, Qin and Eisner (2019, §4), as HYPRO (Xue et al. 2022, §4) and CDiff (Zeng et al. 2024) use
 * it. An event may be moved in time, at 1 a unit of time, but not to another kind; or it may be
 * deleted or a missing one inserted, at {@code cost} each. The distance is the cheapest such work,
 * and its mean over several costs is what is reported.
 *
 * <p>Within a kind the cheapest matching on a line never crosses, so it is an alignment of two
 * ascending lists, found exactly in |foretold| · |came| steps.
 */
public final class TransportDistance {

    private static final double[] CDIFF_COSTS = {0.05, 0.5, 1, 1.5, 2, 3, 4};

    private final double unitSeconds;
    private final double[] costs;

    /**
     * @param unitSeconds the unit of time that costs 1
     * @param costs of a deletion or an insertion, above 0; the mean is over these
     */
    public TransportDistance(double unitSeconds, double... costs) {
        if (!(unitSeconds > 0)
                || costs.length == 0
                || Arrays.stream(costs).anyMatch(c -> !(c > 0))) {
            throw new IllegalArgumentException(
                    "unitSeconds, costs: expected above 0, found "
                            + unitSeconds
                            + ", "
                            + Arrays.toString(costs));
        }
        this.unitSeconds = unitSeconds;
        this.costs = costs.clone();
    }

    /** The costs of CDiff: 0.05, 0.5, 1, 1.5, 2, 3, 4. */
    public static TransportDistance ofCdiff(double unitSeconds) {
        return new TransportDistance(unitSeconds, CDIFF_COSTS);
    }

    /** The mean over the costs. */
    public double between(TypedTimes foretold, TypedTimes came) {
        int types = 0;
        for (int type : foretold.types()) {
            types = Math.max(types, type + 1);
        }
        for (int type : came.types()) {
            types = Math.max(types, type + 1);
        }
        double sum = 0;
        for (int type = 0; type < types; type++) {
            double[] left = times(foretold, type);
            double[] right = times(came, type);
            for (double cost : costs) {
                sum += align(left, right, cost);
            }
        }
        return sum / costs.length;
    }

    private double[] times(TypedTimes events, int type) {
        double[] times = new double[events.size()];
        int size = 0;
        for (int i = 0; i < times.length; i++) {
            if (events.types()[i] == type) {
                times[size++] = events.seconds()[i] / unitSeconds;
            }
        }
        return Arrays.copyOf(times, size);
    }

    private static double align(double[] left, double[] right, double cost) {
        double[] best = new double[right.length + 1]; // of the first i of left with the first j
        for (int j = 0; j <= right.length; j++) {
            best[j] = j * cost;
        }
        for (int i = 1; i <= left.length; i++) {
            double diagonal = best[0];
            best[0] = i * cost;
            for (int j = 1; j <= right.length; j++) {
                double moved = diagonal + Math.abs(left[i - 1] - right[j - 1]);
                diagonal = best[j];
                best[j] = Math.min(moved, Math.min(best[j], best[j - 1]) + cost);
            }
        }
        return best[right.length];
    }
}
