package dev.nextact.model.network;

/**
 * Normal components as a network gives them: [N, M] each.
 *
 * @param weights scores whose softmax are the weights
 * @param deviations logarithms
 */
public record Mixture<T>(T weights, T means, T deviations) {

    /** Narrower components would only chase the digits that times are rounded to. */
    public static final double LEAST_LOG_DEVIATION = -4;

    /**
     * No component is wider than all gaps together: nobody has seen the tail of such a one, and the
     * mean would hang on it.
     */
    public static final double MOST_LOG_DEVIATION = 0;
}
