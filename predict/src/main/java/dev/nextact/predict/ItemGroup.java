package dev.nextact.predict;

import dev.nextact.core.NextactException;
import java.util.List;
import java.util.Optional;

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

    /**
     * Absent: anything.
     *
     * @param category all items of it
     * @param item that alone; not both
     * @throws NextactException where no item is of the category
     */
    public static Optional<ItemGroup> of(
            ShopLog log, Optional<String> category, Optional<String> item) {
        if (category.isPresent() && item.isPresent()) {
            throw new IllegalArgumentException("category: expected none beside an item");
        }
        return category.map(name -> new ItemGroup(name, log.itemsWith("category", name)))
                .or(() -> item.map(id -> new ItemGroup(id, List.of(id))));
    }
}
