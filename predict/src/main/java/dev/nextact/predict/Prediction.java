package dev.nextact.predict;

import java.util.List;

/**
 * One recommended item.
 *
 * @param rank from 1
 * @param score the higher, the likelier; not a probability
 * @param basis the model's family, or {@code popularity} where the history held no known item
 */
public record Prediction(String user, int rank, String item, float score, String basis) {

    static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("rank", "INTEGER"),
                    new PredictionFile.Column("item", "VARCHAR"),
                    new PredictionFile.Column("score", "FLOAT"),
                    new PredictionFile.Column("basis", "VARCHAR"));

    Object[] row() {
        return new Object[] {user, rank, item, score, basis};
    }
}
