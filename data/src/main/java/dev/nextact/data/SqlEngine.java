package dev.nextact.data;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the numbered SQL steps of this module's resources. The steps are in SQL that every engine
 * reads; what is an engine's own, the reading and writing of files, is in these methods. Confined
 * to one thread; the caller closes it.
 */
public interface SqlEngine extends AutoCloseable {

    /**
     * Makes the staged files readable as one table, {@code raw_events}: of each row its file's
     * number, {@code is_clock} and {@code is_in_order}, its line, its place {@code seq} in the
     * order of files and lines, its time with the file's offset, and the other columns as they are.
     *
     * @param fields names of the shop's own columns in them
     */
    void openStaged(List<StagedRowFiles> files, List<String> fields);

    /** Makes Parquet files readable as one table. */
    void openTable(String name, List<Path> files);

    /** Makes a Parquet file readable as a table. */
    default void openTable(String name, Path file) {
        openTable(name, List.of(file));
    }

    /**
     * Does work while a table shows the rows of some shoppers, or items, then of others, until all
     * were shown: the same as doing it once, where the work looks at each of them alone. An engine
     * that can sort any number of rows shows all of them at once.
     *
     * @param key the column with their number
     * @param work gets the number of the slice, from 0
     */
    default void bySlices(String table, String key, IntConsumer work) {
        work.accept(0);
    }

    /**
     * The most rows of one shopper, or item, that are sorted by themselves. Those of one with more
     * are cut into stretches of time, lest one task of many has most of the work.
     *
     * @param rows of the log
     * @return empty where they are never cut
     */
    default OptionalLong mostTogether(long rows) {
        return OptionalLong.empty();
    }

    /** Runs every statement of the step. */
    void run(SqlStep step);

    /**
     * Runs every statement of {@code sql/<step>.sql}.
     *
     * @param parameters name and value by turns; see {@link SqlStep}
     */
    default void run(String step, Object... parameters) {
        run(SqlStep.load(step).with(parameters));
    }

    /** The rows of a query that has few of them. */
    List<List<@Nullable Object>> rows(String query);

    /** The one number of a query. */
    default long count(String query) {
        return rows(query).get(0).get(0) instanceof Number number ? number.longValue() : 0;
    }

    /**
     * Writes the rows of a query as Parquet, in the query's order.
     *
     * @param file where they may lie
     * @return the files that hold them, in the rows' order: the given one, or parts of it elsewhere
     */
    List<Path> write(String query, Path file);

    @Override
    void close();
}
