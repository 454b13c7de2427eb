package dev.nextact.core.probability;

/**
 * Predictions of like probability, and what came of them: one point of a reliability plot.
 *
 * @param count how many predictions
 * @param predicted the mean of their probabilities
 * @param observed the share of them that came true
 */
public record ReliabilityBin(int count, double predicted, double observed) {}
