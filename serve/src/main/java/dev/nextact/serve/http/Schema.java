package dev.nextact.serve.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON schemas (2020-12, as OpenAPI 3.1 wants them), as trees. */
final class Schema {

    private Schema() {}

    static Map<String, Object> text(String description, int longest) {
        Map<String, Object> tree = typed("string", description);
        tree.put("minLength", 1);
        tree.put("maxLength", longest);
        return tree;
    }

    static Map<String, Object> text(String description) {
        return typed("string", description);
    }

    static Map<String, Object> choice(String description, List<String> values) {
        Map<String, Object> tree = typed("string", description);
        tree.put("enum", values);
        return tree;
    }

    static Map<String, Object> whole(String description, long least, long most) {
        Map<String, Object> tree = typed("integer", description);
        tree.put("minimum", least);
        tree.put("maximum", most);
        return tree;
    }

    static Map<String, Object> number(String description) {
        return typed("number", description);
    }

    static Map<String, Object> truth(String description) {
        return typed("boolean", description);
    }

    static Map<String, Object> list(String description, int most, Map<String, Object> of) {
        Map<String, Object> tree = typed("array", description);
        tree.put("maxItems", most);
        tree.put("items", of);
        return tree;
    }

    /** Texts, numbers and truth values by names of the caller's choosing. */
    static Map<String, Object> fields(String description, int most) {
        Map<String, Object> tree = typed("object", description);
        tree.put("maxProperties", most);
        tree.put(
                "additionalProperties",
                Map.of("type", List.of("string", "number", "boolean", "null")));
        return tree;
    }

    /** An object whose names are of the caller's choosing. */
    static Map<String, Object> byName(String description, int most, Map<String, Object> value) {
        Map<String, Object> tree = typed("object", description);
        tree.put("maxProperties", most);
        tree.put("additionalProperties", value);
        return tree;
    }

    /** An ISO-8601 text with an offset, or milliseconds since 1970-01-01 UTC. */
    static Map<String, Object> time(String description) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("description", description);
        tree.put(
                "oneOf",
                List.of(
                        Map.of("type", "string", "format", "date-time"),
                        Map.of("type", "integer")));
        return tree;
    }

    /** Properties in the order given; a name that ends with {@code *} is required. */
    static Map<String, Object> object(Object... namesAndSchemas) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (int i = 0; i < namesAndSchemas.length; i += 2) {
            String name = (String) namesAndSchemas[i];
            if (name.endsWith("*")) {
                name = name.substring(0, name.length() - 1);
                required.add(name);
            }
            properties.put(name, namesAndSchemas[i + 1]);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", "object");
        tree.put("properties", properties);
        if (!required.isEmpty()) {
            tree.put("required", required);
        }
        tree.put("additionalProperties", false);
        return tree;
    }

    private static Map<String, Object> typed(String type, String description) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", type);
        tree.put("description", description);
        return tree;
    }
}
