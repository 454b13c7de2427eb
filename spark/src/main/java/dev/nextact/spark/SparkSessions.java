package dev.nextact.spark;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Begins a job on Spark. */
final class SparkSessions {

    private SparkSessions() {}

    /**
     * @param master empty = the one that {@code spark-submit} was told, or else all cores of this
     *     machine
     * @param directory for tables, and on this machine for what does not fit into memory
     * @return the caller stops it
     */
    static SparkSession open(String master, Path directory) {
        return open(master, directory, Map.of());
    }

    /**
     * @param defaults of the job, where nobody set them otherwise
     */
    static SparkSession open(String master, Path directory, Map<String, String> defaults) {
        SparkConf conf = new SparkConf();
        defaults.forEach(conf::setIfMissing);
        if (!master.isEmpty()) {
            conf.setMaster(master);
        }
        conf.setIfMissing("spark.master", "local[*]");
        conf.setIfMissing("spark.app.name", "nextact");
        if (conf.get("spark.master").startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing("spark.local.dir", directory.resolve("spark").toString());
            conf.setIfMissing(
                    "spark.sql.shuffle.partitions",
                    Integer.toString(4 * Runtime.getRuntime().availableProcessors()));
        }
        // a partition twice as large as others is split, so that no task of a join is waited for
        conf.setIfMissing("spark.sql.adaptive.skewJoin.skewedPartitionFactor", "2");
        conf.setIfMissing("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", "64m");
        // or executors look for a session's own jars, and do not find those given to all
        conf.setIfMissing("spark.sql.artifact.isolation.enabled", "false");
        conf.set("spark.sql.warehouse.dir", directory.resolve("tables").toUri().toString());
        conf.set("spark.sql.catalogImplementation", "in-memory");
        conf.set("spark.sql.session.timeZone", "UTC");
        // numbers that do not fit are an error, as they are to DuckDB
        conf.set("spark.sql.ansi.enabled", "true");
        // what a task wrote is there when the whole is, and a task that is repeated doubles nothing
        conf.set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1");
        try {
            return SparkSession.builder().config(conf).getOrCreate();
        } catch (Exception e) {
            throw SparkFailure.of("start at " + conf.get("spark.master"), e);
        }
    }
}
