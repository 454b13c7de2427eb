package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.SparkModule;
import java.nio.file.Path;

/** Opens an engine for each job. */
@FunctionalInterface
public interface SqlEngines {

    /**
     * @param directory for its tables; it may be deleted when the engine is closed
     */
    SqlEngine open(Path directory);

    /** How many rows an engine can sort and number together; see {@link SqlEngine#bySlices}. */
    default long rowsAtOnce() {
        return Long.MAX_VALUE;
    }

    /**
     * DuckDB, within this process.
     *
     * @param memoryBytes what it may hold in memory, beside Java's heap; beyond, it goes to disk
     */
    static SqlEngines duckDb(long memoryBytes) {
        return new DuckDbEngines(memoryBytes);
    }

    /**
     * Spark, which must be on the class path.
     *
     * @param master its address, such as {@code local[2]} or {@code spark://host:7077}; empty = the
     *     one {@code spark-submit} was told, or else all cores of this machine
     * @throws NextactException where the module is not on the class path
     */
    static SqlEngines spark(String master) {
        return SparkModule.provider(Cluster.class).at(master);
    }

    /** Engines that a module of its own brings to the class path. */
    interface Cluster {
        /**
         * @param master see {@link #spark}
         */
        SqlEngines at(String master);
    }
}
