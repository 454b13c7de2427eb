package dev.nextact.predict;

import java.util.List;

/**
 * Some items under one name: those of a category, or a single one.
 *
 * @param ids at least one
 */
public record ItemGroup(String name, List<String> ids) {
    public ItemGroup {
        ids = List.copyOf(ids);
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("ids: expected at least one, found none");
        }
    }
}
