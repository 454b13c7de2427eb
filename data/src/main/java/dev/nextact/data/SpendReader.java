package dev.nextact.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What shoppers' purchases were worth, from the prepared log. */
public final class SpendReader {

    private final Path prepared;

    /**
     * @param prepared the directory of prepared data
     */
    public SpendReader(Path prepared) {
        this.prepared = prepared;
    }

    /**
     * The mean worth of a purchase (one event), by the shopper's index in the log; only of those
     * who bought at a known price.
     *
     * @param purchase index of the behaviour
     * @param beforeMicros nothing at or after it is seen
     */
    public Map<Integer, Double> meanPurchase(int purchase, long beforeMicros) {
        Map<Integer, Double> worth = new HashMap<>();
        try (DuckDb engine = DuckDb.open(prepared)) {
            String query =
                    SqlStep.load("duckdb/shopper_spend")
                            .with(
                                    "purchase", purchase,
                                    "before", beforeMicros,
                                    "events", prepared.resolve(PreparedData.EVENTS))
                            .statements()
                            .get(0);
            engine.read(
                    query,
                    row ->
                            worth.put(
                                    row.getInt("user_index"),
                                    row.getDouble("spend") / row.getLong("purchases")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return worth;
    }
}
