package dev.nextact.core.survival;

import java.util.Arrays;

/**
 * How long something stays away: for each step of time the probability that it comes then, if it
 * has not come before. Within a step the hazard is even, so that any time between the edges has its
 * probability. Immutable; thread-safe.
 *
 * @param edgesSeconds [G+1], ascending from 0
 * @param hazards [G], 0 to 1
 */
public record HazardCurve(double[] edgesSeconds, double[] hazards) {

    public HazardCurve {
        if (edgesSeconds.length != hazards.length + 1 || hazards.length == 0) {
            throw new IllegalArgumentException(
                    "edgesSeconds: expected one more than hazards, found "
                            + edgesSeconds.length
                            + " and "
                            + hazards.length);
        }
        for (double hazard : hazards) {
            if (!(hazard >= 0 && hazard <= 1)) {
                throw new IllegalArgumentException("hazard: expected 0 to 1, found " + hazard);
            }
        }
        edgesSeconds = edgesSeconds.clone();
        hazards = hazards.clone();
    }

    /**
     * From log-odds, as a network gives them.
     *
     * @param logits holds G numbers from {@code from} on
     */
    public static HazardCurve ofLogits(double[] edgesSeconds, float[] logits, int from) {
        double[] hazards = new double[edgesSeconds.length - 1];
        for (int g = 0; g < hazards.length; g++) {
            hazards[g] = 1 / (1 + Math.exp(-logits[from + g]));
        }
        return new HazardCurve(edgesSeconds, hazards);
    }

    /** The longest time it says something about. */
    public double longestSeconds() {
        return edgesSeconds[hazards.length];
    }

    /**
     * The probability that it has not come by then.
     *
     * @param seconds beyond {@link #longestSeconds} that time's probability
     */
    public double survival(double seconds) {
        double log = 0;
        for (int g = 0; g < hazards.length && seconds > edgesSeconds[g]; g++) {
            double width = edgesSeconds[g + 1] - edgesSeconds[g];
            double part = Math.min(1, (seconds - edgesSeconds[g]) / width);
            log += part * Math.log1p(-hazards[g]);
        }
        return Math.exp(log);
    }

    /** The probability that it comes by then. */
    public double came(double seconds) {
        return 1 - survival(seconds);
    }

    /**
     * The expected time until it comes, cut at a time (restricted mean): the area below {@link
     * #survival}.
     *
     * @param seconds the most the time is taken to be
     */
    public double meanWithin(double seconds) {
        double area = 0;
        double before = 1;
        double begin = 0;
        for (int g = 0; g < hazards.length && begin < seconds; g++) {
            double end = Math.min(seconds, edgesSeconds[g + 1]);
            double after = survival(end);
            double fall =
                    Math.log(before / after); // even within a step, so that it falls by powers
            // a curve that hardly falls, and one that falls to 0 at once, as their limits
            double mean = fall < 1e-9 ? before : fall < 700 ? (before - after) / fall : 0;
            area += (end - begin) * mean;
            before = after;
            begin = end;
            if (after == 0) {
                break;
            }
        }
        return area + Math.max(0, seconds - begin) * before;
    }

    /**
     * The time by which it comes with that probability; infinite where the curve does not get
     * there.
     */
    public double quantile(double probability) {
        double wanted = Math.log1p(-probability);
        double log = 0;
        for (int g = 0; g < hazards.length; g++) {
            double step = Math.log1p(-hazards[g]);
            if (log + step <= wanted) {
                double width = edgesSeconds[g + 1] - edgesSeconds[g];
                return edgesSeconds[g] + (step == 0 ? 0 : (wanted - log) / step * width);
            }
            log += step;
        }
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String toString() {
        return "HazardCurve[edgesSeconds="
                + Arrays.toString(edgesSeconds)
                + ", hazards="
                + Arrays.toString(hazards)
                + "]";
    }
}
