package dev.nextact.core;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of the items of a catalog by name, such as category or brand, its values numbered
 * from 0. An item may have several values, or none. Immutable; thread-safe.
 */
public final class ItemCategories implements ItemField {

    private final String name;
    private final List<String> values;
    private final int[] offsets;
    private final int[] indexes;

    private ItemCategories(String name, List<String> values, int[] offsets, int[] indexes) {
        this.name = name;
        this.values = List.copyOf(values);
        this.offsets = offsets;
        this.indexes = indexes;
    }

    /**
     * @param valuesByItem by the items' ids; items outside the catalog are left out, and so are
     *     values that none of its items has
     */
    public static ItemCategories of(
            String name, Catalog catalog, Map<String, List<String>> valuesByItem) {
        Set<String> values = new LinkedHashSet<>();
        for (String id : catalog.ids()) {
            values.addAll(valuesByItem.getOrDefault(id, List.of()));
        }
        return of(name, List.copyOf(values), catalog, valuesByItem);
    }

    /**
     * The same with values that are numbered already; an item's other values are left out.
     *
     * @param values by their numbers
     */
    public static ItemCategories of(
            String name,
            List<String> values,
            Catalog catalog,
            Map<String, List<String>> valuesByItem) {
        Map<String, Integer> numbers = new HashMap<>();
        values.forEach(value -> numbers.put(value, numbers.size()));
        int[] offsets = new int[catalog.size() + 2];
        int[] indexes = new int[16];
        for (int item = 1; item <= catalog.size(); item++) {
            int end = offsets[item];
            for (String value : valuesByItem.getOrDefault(catalog.id(item), List.of())) {
                Integer number = numbers.get(value);
                if (number != null) {
                    if (end == indexes.length) {
                        indexes = Arrays.copyOf(indexes, end * 2);
                    }
                    indexes[end++] = number;
                }
            }
            offsets[item + 1] = end;
        }
        int size = offsets[catalog.size() + 1];
        return new ItemCategories(name, values, offsets, Arrays.copyOf(indexes, size));
    }

    @Override
    public String name() {
        return name;
    }

    /** How many different values. */
    @Override
    public int size() {
        return values.size();
    }

    /** The values, by their numbers. */
    public List<String> values() {
        return values;
    }

    @Override
    public boolean knows(int item) {
        return offsets[item] < offsets[item + 1];
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
