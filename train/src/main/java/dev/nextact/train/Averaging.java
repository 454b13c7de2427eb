package dev.nextact.train;

import java.util.Arrays;

/**
 * The running mean of the weights over the steps: after step t, {@code mean ← s(t) · mean + (1 -
 * s(t)) · weights}, where {@code s(t) = min(ema, t / (t + 9))}, so that the weights before training
 * do not linger in it (Polyak and Juditsky 1992; the ramp is TensorFlow's). Confined to one thread.
 */
final class Averaging {

    private final double most;
    private double[] logStays = {0};

    /**
     * @param most of the mean that stays in a step, above 0 and below 1
     */
    Averaging(double most) {
        this.most = most;
    }

    /** s(t). */
    double stays(long step) {
        return Math.min(most, step / (step + 9.0));
    }

    /** s(from + 1) · … · s(to). */
    double staysOver(int from, int to) {
        if (from >= to) {
            return 1;
        }
        if (from == 0) {
            return stays(1) * staysOver(1, to);
        }
        if (to >= logStays.length) {
            int known = logStays.length;
            logStays = Arrays.copyOf(logStays, Math.max(1024, to * 2));
            for (int t = known; t < logStays.length; t++) {
                logStays[t] = logStays[t - 1] + Math.log(stays(t));
            }
        }
        return Math.exp(logStays[to] - logStays[from]);
    }
}
