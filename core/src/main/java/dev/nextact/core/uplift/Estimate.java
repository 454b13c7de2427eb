package dev.nextact.core.uplift;

import java.util.List;

/**
 * A mean over shoppers and how sure it is.
 *
 * @param deviation the standard error
 */
public record Estimate(double value, double deviation) {

    /** Of the standard normal distribution, 2.5 % lie above. */
    static final double Z95 = 1.959963984540054;

    /**
     * @param values one a shopper, independent of each other
     */
    public static Estimate ofMean(double[] values) {
        double mean = mean(values);
        return new Estimate(mean, Math.sqrt(variance(values, mean) / Math.max(1, values.length)));
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return values.length == 0 ? 0 : sum / values.length;
    }

    /** The sample variance; 0 for a single value. */
    static double variance(double[] values, double mean) {
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / Math.max(1, values.length - 1);
    }

    /** The lower end of the 95 % interval. */
    public double low() {
        return value - Z95 * deviation;
    }

    public double high() {
        return value + Z95 * deviation;
    }

    /** Of so many times as much. */
    public Estimate times(double factor) {
        return new Estimate(value * factor, deviation * Math.abs(factor));
    }

    /** For {@code --json}: value, low, high. */
    public List<Double> toTree() {
        return List.of(value, low(), high());
    }
}
