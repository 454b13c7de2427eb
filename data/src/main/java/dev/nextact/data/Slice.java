package dev.nextact.data;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Shoppers, or items, whose rows are worked on together. What is computed of each of them alone can
 * be computed slice by slice, in memory that does not grow with the log.
 *
 * @param first number of a shopper or item
 * @param last number, among them
 */
public record Slice(int first, int last) implements Serializable {

    /** Of the members of groups, where these are the numbers of groups. */
    Slice times(int size) {
        return new Slice(
                first * size,
                last == Integer.MAX_VALUE ? Integer.MAX_VALUE : (last + 1) * size - 1);
    }

    /**
     * Cuts them into slices of at most so many rows; one with more rows is a slice of its own.
     * Together the slices hold every number.
     *
     * @param counts a query for each number and how many rows it has, in the order of numbers
     * @return none where there is no row
     */
    static List<Slice> of(DuckDb engine, String counts, long rowsAtOnce) throws IOException {
        List<Slice> slices = new ArrayList<>();
        int[] first = {0};
        long[] held = {0};
        engine.read(
                counts,
                row -> {
                    int number = row.getInt(1);
                    long rows = row.getLong(2);
                    if (held[0] > 0 && held[0] + rows > rowsAtOnce) {
                        slices.add(new Slice(first[0], number - 1));
                        first[0] = number;
                        held[0] = 0;
                    }
                    held[0] += rows;
                });
        if (held[0] > 0) {
            slices.add(new Slice(first[0], Integer.MAX_VALUE));
        }
        return slices;
    }
}
