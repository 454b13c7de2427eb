package dev.nextact.core.survival;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The share that goes on beyond a time, estimated without regard to who they are (Kaplan and Meier
 * 1958). At equal times those that end go before those that are censored. Immutable; thread-safe.
 */
public final class KaplanMeier {

    private final double[] times;
    private final double[] survival;

    private KaplanMeier(double[] times, double[] survival) {
        this.times = times;
        this.survival = survival;
    }

    /**
     * @param times N, until the end or until nothing more was seen
     * @param ended N, false where censored
     */
    public static KaplanMeier of(double[] times, boolean[] ended) {
        return of(times, ended, false);
    }

    /**
     * Of the censoring: the share not yet censored. At equal times those that end have left those
     * at risk of being censored.
     */
    static KaplanMeier ofCensoring(double[] times, boolean[] ended) {
        return of(times, ended, true);
    }

    private static KaplanMeier of(double[] times, boolean[] ended, boolean censoring) {
        Integer[] order = new Integer[times.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> times[i]));
        double[] steps = new double[times.length];
        double[] survival = new double[times.length];
        int size = 0;
        double now = 1;
        int i = 0;
        while (i < order.length) {
            double time = times[order[i]];
            int atRisk = order.length - i;
            int ends = 0;
            int leaves = 0;
            while (i < order.length && times[order[i]] == time) {
                if (ended[order[i++]]) {
                    ends++;
                } else {
                    leaves++;
                }
            }
            int risk = censoring ? atRisk - ends : atRisk;
            int events = censoring ? leaves : ends;
            if (events > 0) {
                now *= 1 - events / (double) risk;
                steps[size] = time;
                survival[size++] = now;
            }
        }
        return new KaplanMeier(Arrays.copyOf(steps, size), Arrays.copyOf(survival, size));
    }

    /** The share beyond that time. */
    public double at(double time) {
        int place = Arrays.binarySearch(times, time);
        return value(place >= 0 ? place : -place - 2);
    }

    /** The share just before that time. */
    public double before(double time) {
        int place = Arrays.binarySearch(times, time);
        return value((place >= 0 ? place : -place - 1) - 1);
    }

    private double value(int step) {
        return step < 0 ? 1 : survival[step];
    }
}
