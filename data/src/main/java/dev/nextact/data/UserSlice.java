package dev.nextact.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Shoppers whose events are worked on together. Whatever is computed of each shopper alone can be
 * computed slice by slice, in memory that does not grow with the log.
 *
 * @param first shopper
 * @param last shopper, among them
 */
record UserSlice(int first, int last) {

    /**
     * Cuts the shoppers into slices of at most so many events; a shopper with more is a slice of
     * his own. Together they hold every shopper.
     *
     * @param counts a query for each shopper and the number of his events, in the order of shoppers
     * @return none where there is no event
     */
    static List<UserSlice> of(DuckDb engine, String counts, long eventsPerSlice)
            throws IOException {
        List<UserSlice> slices = new ArrayList<>();
        int[] first = {0};
        long[] held = {0};
        engine.read(
                counts,
                row -> {
                    int user = row.getInt(1);
                    long more = row.getLong(2);
                    if (held[0] > 0 && held[0] + more > eventsPerSlice) {
                        slices.add(new UserSlice(first[0], user - 1));
                        first[0] = user;
                        held[0] = 0;
                    }
                    held[0] += more;
                });
        if (held[0] > 0) {
            slices.add(new UserSlice(first[0], Integer.MAX_VALUE));
        }
        return slices;
    }

    /**
     * A condition that holds for these shoppers.
     *
     * @param column with a shopper's number
     */
    String contains(String column) {
        return column + " BETWEEN " + first + " AND " + last;
    }
}
