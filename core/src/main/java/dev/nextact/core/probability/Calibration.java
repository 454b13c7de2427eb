package dev.nextact.core.probability;

/**
 * Puts a model's probabilities right: learned from predictions and outcomes the model was not
 * trained on. A pure function, never decreasing, so no ranking is turned around. Immutable;
 * thread-safe.
 */
public sealed interface Calibration permits Temperature, Isotonic {

    /**
     * @param probability 0 to 1, as the model gives it
     * @return strictly between 0 and 1
     */
    double calibrate(double probability);

    /** Each of them. */
    default double[] calibrate(double[] probabilities) {
        double[] result = new double[probabilities.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = calibrate(probabilities[i]);
        }
        return result;
    }
}
