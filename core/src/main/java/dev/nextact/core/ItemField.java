package dev.nextact.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One field of the items of a catalog, such as category or brand, with its values numbered from 0.
 * An item may have several values, or none. Immutable; thread-safe.
 */
public final class ItemField {

    private final String name;
    private final List<String> values;
    private final int[] offsets;
    private final int[] indexes;

    private ItemField(String name, List<String> values, int[] offsets, int[] indexes) {
        this.name = name;
        this.values = List.copyOf(values);
        this.offsets = offsets;
        this.indexes = indexes;
    }

    /**
     * @param valuesByItem by the items' ids; items outside the catalog are left out, and so are
     *     values that none of its items has
     */
    public static ItemField of(
            String name, Catalog catalog, Map<String, List<String>> valuesByItem) {
        Map<String, Integer> numbers = new HashMap<>();
        List<String> values = new ArrayList<>();
        int[] offsets = new int[catalog.size() + 2];
        int[] indexes = new int[16];
        for (int item = 1; item <= catalog.size(); item++) {
            int end = offsets[item];
            for (String value : valuesByItem.getOrDefault(catalog.id(item), List.of())) {
                if (end == indexes.length) {
                    indexes = Arrays.copyOf(indexes, end * 2);
                }
                Integer number = numbers.get(value);
                if (number == null) {
                    number = values.size();
                    numbers.put(value, number);
                    values.add(value);
                }
                indexes[end++] = number;
            }
            offsets[item + 1] = end;
        }
        int size = offsets[catalog.size() + 1];
        return new ItemField(name, values, offsets, Arrays.copyOf(indexes, size));
    }

    /**
     * A field of numbers, such as the price, as the equally full ranges its values fall in.
     *
     * @param valuesByItem numbers as text; an item's first one counts, what is no number is none
     * @param ranges at most this many; fewer where many items have the same number
     */
    public static ItemField ofNumbers(
            String name, Catalog catalog, Map<String, List<String>> valuesByItem, int ranges) {
        Map<String, Double> numbers = new HashMap<>();
        for (String id : catalog.ids()) {
            List<String> texts = valuesByItem.getOrDefault(id, List.of());
            if (!texts.isEmpty()) {
                try {
                    double number = Double.parseDouble(texts.get(0));
                    if (Double.isFinite(number)) {
                        numbers.put(id, number);
                    }
                } catch (NumberFormatException e) {
                    // what is no number is no value
                }
            }
        }
        double[] sorted = numbers.values().stream().mapToDouble(n -> n).sorted().toArray();
        Map<String, List<String>> rangeByItem = new HashMap<>();
        numbers.forEach(
                (id, number) -> {
                    // by the first of equal numbers, so that they share a range
                    int rank = Arrays.binarySearch(sorted, number);
                    while (rank > 0 && sorted[rank - 1] == number) {
                        rank--;
                    }
                    long range = (long) rank * ranges / sorted.length;
                    rangeByItem.put(id, List.of(Long.toString(range)));
                });
        return of(name, catalog, rangeByItem);
    }

    public String name() {
        return name;
    }

    /** How many different values. */
    public int size() {
        return values.size();
    }

    /** The values, by their numbers. */
    public List<String> values() {
        return values;
    }

    /**
     * The numbers of an item's values.
     *
     * @param item 0..V; 0 has none
     */
    public int[] of(int item) {
        return Arrays.copyOfRange(indexes, offsets[item], offsets[item + 1]);
    }
}
