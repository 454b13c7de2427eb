package dev.nextact.core.timing;

import java.util.stream.IntStream;
import org.hipparchus.special.Erf;

/**
 * A distribution of waiting times: a mixture of log-normals (Shchur, Biloš and Günnemann 2020,
 * §3.2). Immutable; thread-safe.
 *
 * @param weights [M], not negative, their sum 1
 * @param means [M] of the logarithm of the time
 * @param deviations [M] standard deviations of that logarithm, above 0
 */
public record LogNormalMixture(double[] weights, double[] means, double[] deviations) {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    public LogNormalMixture {
        if (weights.length == 0
                || weights.length != means.length
                || weights.length != deviations.length) {
            throw new IllegalArgumentException(
                    "weights, means, deviations: expected the same length above 0, found "
                            + weights.length
                            + ", "
                            + means.length
                            + ", "
                            + deviations.length);
        }
        double sum = 0;
        for (int m = 0; m < weights.length; m++) {
            if (!(weights[m] >= 0) || !(deviations[m] > 0) || !Double.isFinite(means[m])) {
                throw new IllegalArgumentException(
                        "component "
                                + m
                                + ": expected weight ≥ 0, a finite mean, deviation > 0, found "
                                + weights[m]
                                + ", "
                                + means[m]
                                + ", "
                                + deviations[m]);
            }
            sum += weights[m];
        }
        if (Math.abs(sum - 1) > 1e-6) {
            throw new IllegalArgumentException("weights: expected a sum of 1, found " + sum);
        }
        weights = weights.clone();
        means = means.clone();
        deviations = deviations.clone();
    }

    /**
     * The logarithm of the density, in nats; by the unit of time: at a thousandth of the unit it is
     * ln 1000 less.
     *
     * @param time above 0; a log of time zero has no density, so the caller sets a least gap
     */
    public double logDensity(double time) {
        if (!(time > 0)) {
            throw new IllegalArgumentException("time: expected above 0, found " + time);
        }
        double log = Math.log(time);
        double[] terms = new double[weights.length];
        double most = Double.NEGATIVE_INFINITY;
        for (int m = 0; m < terms.length; m++) {
            double z = (log - means[m]) / deviations[m];
            terms[m] = Math.log(weights[m]) - Math.log(deviations[m]) - 0.5 * z * z;
            most = Math.max(most, terms[m]);
        }
        double sum = 0;
        for (double term : terms) {
            sum += Math.exp(term - most);
        }
        return most + Math.log(sum) - log - HALF_LOG_TWO_PI;
    }

    /** The probability of at most that time. */
    public double cumulative(double time) {
        if (!(time > 0)) {
            return 0;
        }
        double sum = 0;
        for (int m = 0; m < weights.length; m++) {
            sum += weights[m] * phi((Math.log(time) - means[m]) / deviations[m]);
        }
        return sum;
    }

    /**
     * The further time at most reached with a probability, where it has not come for some time.
     *
     * @param waited so long, 0 or more
     * @param probability within (0, 1)
     */
    public double remaining(double waited, double probability) {
        double before = cumulative(waited);
        double level = Math.min(before + probability * (1 - before), MOST_LEVEL);
        return Math.max(LEAST_TIME, quantile(level) - waited);
    }

    /** Beyond it the digits of a double tell no quantiles apart. */
    private static final double MOST_LEVEL = 1 - 1e-12;

    private static final double LEAST_TIME = 1e-3;

    /** Infinite where a component's deviation is far too wide. */
    public double mean() {
        double sum = 0;
        for (int m = 0; m < weights.length; m++) {
            sum += weights[m] * mean(m);
        }
        return sum;
    }

    /**
     * The mean where of each component 64 times stand, each as likely: the mixture's own mean hangs
     * on tails nobody has seen.
     */
    public double evenMean() {
        double sum = 0;
        for (int m = 0; m < weights.length; m++) {
            for (double deviate : DEVIATES) {
                sum += weights[m] * Math.exp(means[m] + deviations[m] * deviate) / DEVIATES.length;
            }
        }
        return sum;
    }

    /** Of the standard normal, in the middle of each of 64 like parts. */
    private static final double[] DEVIATES =
            IntStream.range(0, 64)
                    .mapToDouble(q -> Math.sqrt(2) * Erf.erfInv(2 * (q + 0.5) / 64 - 1))
                    .toArray();

    /**
     * The time at most reached with that probability, to a relative error of 1e-12.
     *
     * @param probability strictly between 0 and 1
     */
    public double quantile(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "probability: expected between 0 and 1, found " + probability);
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int m = 0; m < weights.length; m++) { // 40 deviations hold every double below 1
            low = Math.min(low, means[m] - 40 * deviations[m]);
            high = Math.max(high, means[m] + 40 * deviations[m]);
        }
        while (high - low > 1e-12) {
            double middle = low + (high - low) / 2;
            if (middle == low || middle == high) {
                break;
            }
            if (cumulative(Math.exp(middle)) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(low + (high - low) / 2);
    }

    /**
     * The {@link Crps}, exactly: E|X − y| of each component, and E|X − X′| = 2 E max(X, X′) − E X −
     * E X′ of each pair, where E max is Margrabe's (1978) formula.
     *
     * @param time at least 0
     */
    public double crps(double time) {
        double toActual = 0;
        double spread = 0;
        for (int i = 0; i < weights.length; i++) {
            double z = (Math.log(time) - means[i]) / deviations[i];
            toActual +=
                    weights[i]
                            * (time * (2 * phi(z) - 1)
                                    + mean(i) * (1 - 2 * phi(z - deviations[i])));
            for (int j = 0; j < weights.length; j++) {
                double width = Math.hypot(deviations[i], deviations[j]);
                double lead = means[i] - means[j];
                double greater =
                        mean(i) * phi((lead + deviations[i] * deviations[i]) / width)
                                + mean(j) * phi((deviations[j] * deviations[j] - lead) / width);
                spread += weights[i] * weights[j] * (2 * greater - mean(i) - mean(j));
            }
        }
        return toActual - spread / 2;
    }

    private double mean(int component) {
        return Math.exp(means[component] + deviations[component] * deviations[component] / 2);
    }

    private static double phi(double z) {
        return 0.5 * Erf.erfc(-z / Math.sqrt(2));
    }
}
