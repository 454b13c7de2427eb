package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Bodies by a JSON schema of the OpenAPI document: as it says, or wrong here and there. Confined to
 * one thread.
 */
final class FuzzBodies {

    /** Texts that have broken programs before, as JSON. */
    private static final List<String> ODD_TEXTS =
            List.of(
                    "\"\"",
                    "\" \"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "\"\\udc00\\ud800\"",
                    "\"\\u202e\"",
                    "\"../../etc\"",
                    "\"%00\"",
                    "\"' OR 1=1 --\"",
                    "\"$" + "{user.home}\"",
                    "\"NaN\"",
                    "\"" + "a".repeat(300) + "\"",
                    "\"" + "é".repeat(130) + "\"",
                    "\"" + "x".repeat(5000) + "\"");

    private static final List<String> ODD_NUMBERS =
            List.of(
                    "-1",
                    "0",
                    "-0",
                    "0.5",
                    "1e999",
                    "-1e999",
                    "1e-999",
                    "2147483648",
                    "-9223372036854775809",
                    "9".repeat(39),
                    "9".repeat(400),
                    "1e" + "9".repeat(30),
                    "NaN",
                    "Infinity",
                    "01",
                    "1.",
                    ".5",
                    "+1",
                    "0x10");

    private static final List<String> OTHERS =
            List.of("null", "true", "false", "[]", "{}", "[null]", "{\"\":\"\"}", "nul", "'a'", "");

    /** Names that a caller may choose; the first are known to the shops that are fuzzed. */
    private static final List<String> NAMES =
            List.of("category", "price", "colour", "brand", "area", "", "a/b", "a~b", "é", "x y");

    private final Random random;

    /** Of each value to be wrong. */
    private double wrong;

    FuzzBodies(Random random) {
        this.random = random;
    }

    /**
     * @param chance of each value to be another than the schema says
     */
    String of(JsonNode schema, double chance) {
        wrong = chance;
        StringBuilder out = new StringBuilder();
        value("", schema, 0, out);
        return out.toString();
    }

    /** Brackets within brackets. */
    String deep() {
        int depth = 1 + random.nextInt(3000);
        return switch (random.nextInt(3)) {
            case 0 -> "[".repeat(depth);
            case 1 -> "{\"where\":".repeat(depth) + "1" + "}".repeat(depth);
            default -> "{\"history\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
        };
    }

    private void value(String name, JsonNode schema, int depth, StringBuilder out) {
        if (random.nextDouble() < wrong) {
            wrongValue(schema, depth, out);
            return;
        }
        if (schema.has("oneOf")) {
            JsonNode ways = schema.path("oneOf");
            value(name, ways.path(random.nextInt(ways.size())), depth, out);
            return;
        }
        if (schema.has("enum")) {
            JsonNode values = schema.path("enum");
            out.append(values.path(random.nextInt(values.size())));
            return;
        }
        JsonNode type = schema.path("type");
        String one =
                type.isArray() ? type.path(random.nextInt(type.size())).asText() : type.asText();
        switch (one) {
            case "object" -> object(schema, depth, out);
            case "array" -> list(schema, depth, out);
            case "string" -> out.append(text(name, schema));
            case "integer" -> out.append(whole(schema));
            case "number" -> out.append(random.nextInt(1000) / 10.0);
            case "boolean" -> out.append(random.nextBoolean());
            default -> out.append("null");
        }
    }

    private void object(JsonNode schema, int depth, StringBuilder out) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        out.append('{');
        int start = out.length();
        schema.path("properties")
                .properties()
                .forEach(
                        property -> {
                            boolean must = required.contains(property.getKey());
                            if (must ? random.nextDouble() >= wrong : random.nextInt(3) == 0) {
                                field(property.getKey(), property.getValue(), depth, start, out);
                            }
                        });
        JsonNode others = schema.path("additionalProperties");
        if (others.isObject()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                String name = NAMES.get(random.nextInt(random.nextBoolean() ? 3 : NAMES.size()));
                field(name, others, depth, start, out);
            }
        }
        if (random.nextDouble() < wrong) {
            field(NAMES.get(random.nextInt(NAMES.size())), schema, depth, start, out);
        }
        out.append('}');
    }

    private void field(String name, JsonNode schema, int depth, int start, StringBuilder out) {
        out.append(out.length() == start ? "" : ",").append('"').append(name).append("\":");
        value(name, schema, depth + 1, out);
    }

    private void list(JsonNode schema, int depth, StringBuilder out) {
        int most = schema.path("maxItems").asInt(1000);
        int size = Math.min(most, random.nextInt(random.nextInt(20) == 0 ? 200 : 5));
        if (random.nextDouble() < wrong && depth < 3) {
            size = most + 1;
        }
        out.append('[');
        for (int i = 0; i < size; i++) {
            out.append(i == 0 ? "" : ",");
            value("item", schema.path("items"), depth + 1, out);
        }
        out.append(']');
    }

    private String text(String name, JsonNode schema) {
        if (schema.path("format").asText().equals("date-time")) {
            return "\"20%02d-%02d-%02dT12:00:00Z\""
                    .formatted(random.nextInt(40), 1 + random.nextInt(12), 1 + random.nextInt(28));
        }
        return switch (name) {
            case "item", "exclude", "among" -> "\"item-" + (1 + random.nextInt(600)) + "\"";
            case "user", "id" -> "\"u" + random.nextInt(500) + "\"";
            case "horizon" -> "\"" + (1 + random.nextInt(40)) + "d\"";
            default -> "\"" + "abcü".repeat(1 + random.nextInt(4)) + "\"";
        };
    }

    private String whole(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(2_000_000_000_000L);
        return Long.toString(
                switch (random.nextInt(4)) {
                    case 0 -> least;
                    case 1 -> most;
                    default -> least + random.nextLong(Math.min(100, most - least + 1));
                });
    }

    private void wrongValue(JsonNode schema, int depth, StringBuilder out) {
        switch (random.nextInt(6)) {
            case 0 -> out.append(ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size())));
            case 1 -> out.append(ODD_NUMBERS.get(random.nextInt(ODD_NUMBERS.size())));
            case 2 -> out.append(OTHERS.get(random.nextInt(OTHERS.size())));
            case 3 -> out.append(deep());
            case 4 -> {
                out.append('[');
                if (depth < 4) {
                    value("", schema, depth + 1, out);
                }
                out.append(']');
            }
            default -> {
                out.append("{\"x\":");
                if (depth < 4) {
                    value("", schema, depth + 1, out);
                }
                out.append('}');
            }
        }
    }
}
