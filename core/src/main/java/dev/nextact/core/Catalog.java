package dev.nextact.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Items and their numbers: 1..size, 0 = none or unknown. Immutable; thread-safe. */
public final class Catalog {

    private final List<String> ids;
    private final Map<String, Integer> indexes;

    private Catalog(List<String> ids) {
        this.ids = List.copyOf(ids);
        this.indexes = new HashMap<>(ids.size() * 2);
        for (int i = 0; i < ids.size(); i++) {
            if (indexes.put(ids.get(i), i + 1) != null) {
                throw new IllegalArgumentException("item id twice in the catalog: " + ids.get(i));
            }
        }
    }

    /**
     * @param ids the ids of items 1, 2, …
     */
    public static Catalog of(List<String> ids) {
        return new Catalog(ids);
    }

    /** How many items; the highest item index. */
    public int size() {
        return ids.size();
    }

    /** 0 where the catalog has no such item. */
    public int indexOf(String id) {
        return indexes.getOrDefault(id, 0);
    }

    /**
     * @param index 1..size
     */
    public String id(int index) {
        return ids.get(index - 1);
    }

    /** Of each item its index in another catalog, 0 where that has no such item; [size + 1]. */
    public int[] indexesIn(Catalog other) {
        int[] theirs = new int[size() + 1];
        for (int item = 1; item < theirs.length; item++) {
            theirs[item] = other.indexOf(id(item));
        }
        return theirs;
    }

    public List<String> ids() {
        return ids;
    }
}
