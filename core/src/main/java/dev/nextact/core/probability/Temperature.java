package dev.nextact.core.probability;

/**
 * Divides the log-odds by one number, found by maximum likelihood (Guo et al. 2017, §4.2). Above 1
 * it tones down a model too sure of itself. It cannot move a mean that is off; {@link Isotonic}
 * can.
 *
 * @param value above 0; 1 changes nothing
 */
public record Temperature(double value) implements Calibration {

    /** No probability is taken to be surer than that, so that log-odds stay finite. */
    private static final double LEAST_PROBABILITY = 1e-12;

    /** Temperatures looked at: 1/20 to 20. */
    private static final double WIDEST = 20;

    public Temperature {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("temperature: expected above 0, found " + value);
        }
    }

    /**
     * The temperature of the least log-loss, from 1/20 to 20.
     *
     * @param probabilities N of a model on cases it was not trained on
     * @param happened N
     */
    public static Temperature fit(double[] probabilities, boolean[] happened) {
        BinaryOutcomes.of(probabilities, happened); // checks both
        double[] logits = new double[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = logit(probabilities[i]);
        }
        // The log-loss is convex in 1/temperature: its slope has one zero.
        double low = 1 / WIDEST;
        double high = WIDEST;
        for (int step = 0; step < 100; step++) {
            double middle = Math.sqrt(low * high);
            if (slope(logits, happened, middle) > 0) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return new Temperature(1 / Math.sqrt(low * high));
    }

    /** Of the log-loss, by the inverse of the temperature. */
    private static double slope(double[] logits, boolean[] happened, double inverse) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += (sigmoid(inverse * logits[i]) - (happened[i] ? 1 : 0)) * logits[i];
        }
        return sum;
    }

    @Override
    public double calibrate(double probability) {
        return sigmoid(logit(probability) / value);
    }

    private static double logit(double probability) {
        double p = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability));
        return Math.log(p / (1 - p));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
