package dev.nextact.data.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON object as a row of texts: keys within keys are joined by dots, lists stay JSON. What is no
 * object is kept whole as {@link #UNREADABLE}, so that it is counted and not lost.
 *
 * @param values by column, sorted
 */
record JsonRow(Map<String, String> values) {

    /** The column of what is no JSON object. */
    static final String UNREADABLE = "unreadable";

    /** Keys within keys are taken apart this deep; below they stay JSON. */
    private static final int DEEPEST = 4;

    /** Numbers keep the digits they came with. */
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static JsonRow parse(String text) {
        try {
            return of(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return unreadable(text);
        }
    }

    static JsonRow of(JsonNode node) {
        if (!node.isObject() || node.isEmpty()) {
            return unreadable(node.toString());
        }
        Map<String, String> values = new TreeMap<>();
        flatten("", node, 1, values);
        return new JsonRow(values);
    }

    private static JsonRow unreadable(String text) {
        return new JsonRow(new TreeMap<>(Map.of(UNREADABLE, text)));
    }

    private static void flatten(
            String prefix, JsonNode object, int depth, Map<String, String> values) {
        object.properties()
                .forEach(
                        entry -> {
                            String key = prefix + entry.getKey();
                            JsonNode value = entry.getValue();
                            if (value.isObject() && depth < DEEPEST) {
                                flatten(key + ".", value, depth + 1, values);
                            } else if (value.isContainerNode()) {
                                values.put(key, value.toString());
                            } else if (!value.isNull()) {
                                values.put(key, text(value));
                            }
                        });
    }

    private static String text(JsonNode value) {
        return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
    }

    boolean isReadable() {
        return !values.containsKey(UNREADABLE);
    }

    /** About how much memory it takes, in characters. */
    long size() {
        long size = 0;
        for (Map.Entry<String, String> value : values.entrySet()) {
            size += value.getKey().length() + value.getValue().length();
        }
        return size;
    }
}
