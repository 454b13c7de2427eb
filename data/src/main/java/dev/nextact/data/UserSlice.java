package dev.nextact.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shoppers whose events are worked on together. Whatever is computed of each shopper alone can be
 * computed slice by slice, in memory that does not grow with the log; {@code events.parquet} is in
 * the order of shoppers, so each slice reads its own part of the file.
 *
 * @param first shopper
 * @param last shopper, among them
 */
record UserSlice(int first, int last) {

    /**
     * Cuts the shoppers into slices of at most so many events; a shopper with more is a slice of
     * his own. Together they hold every shopper.
     *
     * @param events the prepared ones
     * @param cutOffMicros events at or after it do not count
     * @return none where no event lies before the cut-off
     */
    static List<UserSlice> before(
            DuckDb engine, Path events, long cutOffMicros, long eventsPerSlice) throws IOException {
        List<UserSlice> slices = new ArrayList<>();
        int[] first = {0};
        long[] held = {0};
        engine.read(
                "SELECT user_index, count(*) FROM read_parquet("
                        + DuckDb.quoted(events)
                        + ") WHERE time_micros < "
                        + cutOffMicros
                        + " GROUP BY user_index ORDER BY user_index",
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

    /** A condition that holds for the rows of these shoppers. */
    String condition() {
        return "user_index BETWEEN " + first + " AND " + last;
    }
}
