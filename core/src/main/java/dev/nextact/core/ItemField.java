package dev.nextact.core;

/** Something that is known of the items of a catalog beside their ids. Immutable; thread-safe. */
public sealed interface ItemField permits ItemCategories, ItemNumbers {

    /** As the prepared data and the config name it. */
    String name();

    /** How many different values there are, or how many numbers an item has. */
    int size();

    /**
     * Whether anything is known of an item.
     *
     * @param item 0..V; of 0 nothing is
     */
    boolean knows(int item);
}
