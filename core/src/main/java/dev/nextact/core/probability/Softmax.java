package dev.nextact.core.probability;

/** Probabilities of scores. */
public final class Softmax {

    private Softmax() {}

    /** Of {@code count} neighbouring scores: e to the score, over the sum of all. */
    public static double[] of(float[] scores, int from, int count) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, scores[from + i]);
        }
        double[] result = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            result[i] = Math.exp(scores[from + i] - most);
            sum += result[i];
        }
        for (int i = 0; i < count; i++) {
            result[i] /= sum;
        }
        return result;
    }
}
