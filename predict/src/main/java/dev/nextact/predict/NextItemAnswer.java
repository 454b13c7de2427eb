package dev.nextact.predict;

/**
 * The items of an answer, the likeliest first. The arrays are not copied.
 *
 * @param scores the higher, the likelier; not probabilities
 * @param byPopularity whether the history held no known item, so that the most popular are answered
 */
public record NextItemAnswer(int[] items, float[] scores, boolean byPopularity) {}
