package dev.nextact.data;

import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The table {@code numbered}, shown to steps slice by slice. A step that looks at each shopper
 * alone does the same whether it sees all shoppers or some after others, but its windows must fit
 * into memory: over 100 million events with 2 GB they did not. Confined to one thread.
 */
final class NumberedSlices {

    /** A window over the rows, sorted, holds about 60 bytes an event, twice while it sorts. */
    private static final int BYTES_PER_EVENT = 128;

    private final DuckDb engine;
    private final List<UserSlice> slices;

    private NumberedSlices(DuckDb engine, List<UserSlice> slices) {
        this.engine = engine;
        this.slices = slices;
    }

    /** How many events an engine with so much memory may work on together. */
    static long eventsFor(long memoryBytes) {
        return Math.max(1, memoryBytes / BYTES_PER_EVENT);
    }

    /** Slices of at most so many events; from now on {@code numbered} is a view. */
    static NumberedSlices of(DuckDb engine, long eventsPerSlice) throws IOException {
        engine.define("ALTER TABLE numbered RENAME TO all_numbered");
        List<UserSlice> slices =
                UserSlice.of(
                        engine,
                        "SELECT user_number, count(*) FROM all_numbered GROUP BY user_number ORDER"
                                + " BY user_number",
                        eventsPerSlice);
        NumberedSlices numbered = new NumberedSlices(engine, slices);
        numbered.show("true");
        return numbered;
    }

    int size() {
        return slices.size();
    }

    /**
     * Does the same with {@code numbered} holding one slice after another; at the end it holds all
     * again.
     *
     * @param work gets the number of the slice, from 0
     */
    void forEach(IntConsumer work) {
        for (int i = 0; i < slices.size(); i++) {
            if (slices.size() > 1) {
                show(slices.get(i).contains("user_number"));
            }
            work.accept(i);
        }
        show("true");
    }

    private void show(String condition) {
        engine.define(
                "CREATE OR REPLACE VIEW numbered AS SELECT * FROM all_numbered WHERE " + condition);
    }
}
