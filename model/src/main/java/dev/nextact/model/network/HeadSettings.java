package dev.nextact.model.network;

import java.util.List;

/**
 * What a network foretells beside the next item: when the next event comes and of which behaviour
 * ({@code nextEvent}), and how long each behaviour stays away ({@code hazards}).
 *
 * @param components M of the mixture of log-normals
 * @param gaps what turns a gap into the number the mixture is over
 * @param edgesSeconds the G+1 ends of the steps of time in which a behaviour may come, ascending
 *     from 0
 */
public record HeadSettings(
        boolean nextEvent,
        boolean hazards,
        int components,
        GapScale gaps,
        List<Double> edgesSeconds) {

    /**
     * A gap is put on the scale (ln(max(gap, least)) − mean) / deviation.
     *
     * @param leastSeconds below which gaps are not told apart: a density over logarithms has no
     *     place for 0
     * @param mean of the logarithm of the seconds
     * @param deviation of the same
     */
    public record GapScale(double leastSeconds, double mean, double deviation) {
        public GapScale {
            if (!(leastSeconds > 0) || !Double.isFinite(mean) || !(deviation > 0)) {
                throw new IllegalArgumentException(
                        "gap scale: expected least and deviation above 0, found "
                                + leastSeconds
                                + ", "
                                + mean
                                + ", "
                                + deviation);
            }
        }

        /** The gap as the network sees it. */
        public double standardised(double seconds) {
            return (Math.log(Math.max(seconds, leastSeconds)) - mean) / deviation;
        }
    }

    public HeadSettings {
        edgesSeconds = List.copyOf(edgesSeconds);
        if (edgesSeconds.size() < 2 || edgesSeconds.get(0) != 0) {
            throw new IllegalArgumentException(
                    "edgesSeconds: expected 0 and at least one more, found " + edgesSeconds);
        }
        for (int i = 1; i < edgesSeconds.size(); i++) {
            if (!(edgesSeconds.get(i) > edgesSeconds.get(i - 1))) {
                throw new IllegalArgumentException(
                        "edgesSeconds: expected ascending, found " + edgesSeconds);
            }
        }
        if (components < 1) {
            throw new IllegalArgumentException(
                    "components: expected 1 or more, found " + components);
        }
    }

    /** G, the steps of time. */
    public int steps() {
        return edgesSeconds.size() - 1;
    }
}
