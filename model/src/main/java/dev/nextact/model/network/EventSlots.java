package dev.nextact.model.network;

import dev.nextact.core.events.ForetoldSlots;
import dev.nextact.core.probability.Softmax;
import java.util.ArrayList;
import java.util.List;

/**
 * Events that may come, each with its slot, as a network gives them.
 *
 * @param presence log-odds that the slot holds one of the next events, [N, S, 1]
 * @param behaviours scores whose softmax is the probability of each behaviour, [N, S, C]
 * @param times the median on the scale of {@link HeadSettings.Slots}, [N, S, 1]
 * @param spreads the logarithm of the mean absolute error on that scale, [N, S, 1]
 */
public record EventSlots<T>(T presence, T behaviours, T times, T spreads) {

    /** Narrower ones would only chase the digits that times are rounded to. */
    public static final double LEAST_LOG_SPREAD = -4;

    public static final double MOST_LOG_SPREAD = 3;

    /** Within so many spreads of a median lie eight of ten times of a Laplace distribution. */
    private static final double SPREADS = Math.log(5);

    /** The slots of the n-th question, from the values that an interpreter gave. */
    public static ForetoldSlots foretold(
            EventSlots<float[]> values, HeadSettings.Slots settings, int n, int behaviours) {
        int size = settings.count();
        double[] used = new double[size];
        double[] near = new double[size];
        double[][] types = new double[size][];
        List<ForetoldSlots.Time> times = new ArrayList<>();
        for (int slot = 0; slot < size; slot++) {
            int at = n * size + slot;
            double presence = values.presence()[at];
            used[slot] = 1 / (1 + Math.exp(-presence));
            types[slot] = Softmax.of(values.behaviours(), at * behaviours, behaviours);
            double median = values.times()[at];
            double log =
                    Math.min(MOST_LOG_SPREAD, Math.max(LEAST_LOG_SPREAD, values.spreads()[at]));
            double spread = Math.exp(log);
            double reach = SPREADS * spread;
            near[slot] = near(settings, median, spread);
            times.add(
                    new ForetoldSlots.Time(
                            settings.seconds(median),
                            settings.seconds(median - reach),
                            settings.seconds(median + reach)));
        }
        return new ForetoldSlots(used, near, times, types, settings.events());
    }

    /** The mean over the tolerances of the probability that the time is so near the median. */
    private static double near(HeadSettings.Slots settings, double median, double spread) {
        double seconds = settings.seconds(median);
        double sum = 0;
        for (double tolerance : ForetoldSlots.TOLERANCES_SECONDS) {
            double later = settings.standardised(seconds + tolerance) - median;
            sum += 1 - 0.5 * Math.exp(-Math.max(0, later) / spread);
            if (seconds > tolerance) { // else nothing comes so much earlier
                double earlier = median - settings.standardised(seconds - tolerance);
                sum -= 0.5 * Math.exp(-earlier / spread);
            }
        }
        return sum / ForetoldSlots.TOLERANCES_SECONDS.size();
    }
}
