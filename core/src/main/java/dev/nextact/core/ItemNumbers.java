package dev.nextact.core;

/**
 * What is known of the items of a catalog in numbers: a standardised weight, or what a title means.
 * An item of which nothing is known has zeros. Immutable; thread-safe; the array is not copied.
 *
 * @param size F, numbers of an item
 * @param values [(V+1)·F], item after item; item 0 has zeros
 */
public record ItemNumbers(String name, int size, float[] values) implements ItemField {

    public ItemNumbers {
        if (size < 1 || values.length % size != 0) {
            throw new IllegalArgumentException(
                    "values: expected a multiple of " + size + ", found " + values.length);
        }
    }

    @Override
    public boolean knows(int item) {
        for (int f = 0; f < size; f++) {
            if (values[item * size + f] != 0) {
                return true;
            }
        }
        return false;
    }
}
