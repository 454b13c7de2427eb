package dev.nextact.data.collect;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Tombstones;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What is kept of a row that was collected: with pseudonyms nothing but the columns that the config
 * names, ids under their pseudonyms; nothing at all of who was forgotten. Thread-safe.
 */
final class KeptRows implements UnaryOperator<JsonRow> {

    private final Pseudonyms pseudonyms;
    private final Tombstones tombstones;

    /** Field by column. */
    private final Map<String, String> fields;

    private KeptRows(Pseudonyms pseudonyms, Tombstones tombstones, Map<String, String> fields) {
        this.pseudonyms = pseudonyms;
        this.tombstones = tombstones;
        this.fields = fields;
    }

    static KeptRows of(ShopConfig config, ShopConfig.Source source) {
        Map<String, String> fields = new HashMap<>();
        source.columns().forEach((field, column) -> fields.put(column, field));
        return new KeptRows(Pseudonyms.of(config), Tombstones.open(config), fields);
    }

    /** Changes with whatever changes what is kept; empty where all of a row is. */
    String name() {
        return pseudonyms.name();
    }

    @Override
    public JsonRow apply(JsonRow row) {
        boolean keepsAll = pseudonyms.name().isEmpty();
        if (keepsAll && tombstones.isEmpty()) {
            return row;
        }
        Map<String, String> kept = new TreeMap<>();
        for (Map.Entry<String, String> value : row.values().entrySet()) {
            String field = fields.get(value.getKey());
            if (field != null) {
                String now = pseudonyms.of(field, value.getValue());
                if (field.equals(Pseudonyms.USER) && tombstones.covers(now)) {
                    return nothing();
                }
                kept.put(value.getKey(), now);
            } else if (keepsAll || KafkaCollector.COLUMNS.contains(value.getKey())) {
                kept.put(value.getKey(), value.getValue());
            }
        }
        return kept.isEmpty() ? nothing() : new JsonRow(kept);
    }

    private static JsonRow nothing() {
        return new JsonRow(new TreeMap<>(Map.of(JsonRow.UNREADABLE, "")));
    }
}
