package dev.nextact.predict;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.SparkModule;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;

/**
 * Many machines that ask all shoppers of prepared data, each machine some of them, and keep the
 * answers as a directory of Parquet files.
 */
public interface ShopperCluster {

    /** The time of the log's newest event, in microseconds since 1970-01-01 UTC. */
    long newestMicros();

    /**
     * Asks everybody. The files hold the rows that one machine would write, in the same order.
     *
     * @throws NextactException when the model has not learned what is asked, or the cluster fails
     */
    AnswerTally ask(Bundle bundle, ShopperQuestion<?> question, Progress progress);

    /**
     * @param prepared the directory of prepared data, at the same path on every machine
     * @param out the directory for the answers, or an address that the cluster understands; what is
     *     there is replaced
     */
    record Place(Path prepared, String out) {}

    /**
     * Spark's, which must be on the class path.
     *
     * @param master its address, such as {@code local[2]} or {@code spark://host:7077}; empty = the
     *     one {@code spark-submit} was told, or else all cores of this machine
     * @throws NextactException where the module is not on the class path
     */
    static ShopperCluster spark(String master, Place place) {
        return SparkModule.provider(Provider.class).at(master, place);
    }

    /** What a module of its own brings to the class path. */
    interface Provider {
        /**
         * @param master see {@link #spark}
         */
        ShopperCluster at(String master, Place place);
    }
}
