package dev.nextact.predict;

/**
 * One recommended item.
 *
 * @param rank from 1
 * @param score the higher, the likelier; not a probability
 * @param basis the model's family, or {@code popularity} where the history held no known item
 */
public record Prediction(String user, int rank, String item, float score, String basis) {}
