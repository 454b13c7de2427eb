package dev.nextact.core;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the prepared data know of items, as it is written there. Immutable; thread-safe.
 *
 * @param byField values by field and then by the items' ids
 */
public record ItemFacts(Map<String, Map<String, List<String>>> byField) {

    public static final ItemFacts NONE = new ItemFacts(Map.of());

    public ItemFacts {
        Map<String, Map<String, List<String>>> copy = new TreeMap<>();
        byField.forEach((field, values) -> copy.put(field, new HashMap<>(values)));
        byField = copy;
    }

    /** The names of the fields, in order. */
    public Set<String> fields() {
        return byField.keySet();
    }

    /**
     * Those of some fields and of the items of a catalog.
     *
     * @param longest values of more bytes of UTF-8 are left out
     */
    public ItemFacts only(Collection<String> fields, Catalog catalog, int longest) {
        Map<String, Map<String, List<String>>> kept = new TreeMap<>();
        for (String field : fields) {
            Map<String, List<String>> values = new HashMap<>();
            of(field)
                    .forEach(
                            (id, all) -> {
                                List<String> some =
                                        all.stream()
                                                .filter(value -> !isLonger(value, longest))
                                                .toList();
                                if (catalog.indexOf(id) != 0 && !some.isEmpty()) {
                                    values.put(id, some);
                                }
                            });
            if (!values.isEmpty()) {
                kept.put(field, values);
            }
        }
        return new ItemFacts(kept);
    }

    private static boolean isLonger(String text, int bytes) {
        return text.getBytes(StandardCharsets.UTF_8).length > bytes;
    }

    /** Values of a field by the items' ids. */
    public Map<String, List<String>> of(String field) {
        return byField.getOrDefault(field, Map.of());
    }

    /** The ids of all items that something is known of, in order. */
    public Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        byField.values().forEach(values -> ids.addAll(values.keySet()));
        return ids;
    }
}
