package dev.nextact.cli;

import dev.nextact.data.SqlEngines;
import picocli.CommandLine.Option;

/** {@code --engine} and {@code --master} of the commands that a cluster can run. */
public final class EngineOptions {

    enum Engine {
        DUCKDB,
        SPARK
    }

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "duckdb",
            description =
                    "duckdb, within this process, or spark, on a cluster too (docs/spark.md); both"
                            + " come to the same (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.DUCKDB;

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "",
            description =
                    "With --engine spark: such as local[4] or spark://host:7077 (default: that of"
                            + " spark-submit, or all cores of this machine).")
    private String master = "";

    boolean isSpark() {
        return engine == Engine.SPARK;
    }

    String master() {
        return master;
    }

    /** Engines for SQL steps. */
    SqlEngines engines(MemoryOption memory) {
        return isSpark() ? SqlEngines.spark(master) : SqlEngines.duckDb(memory.bytes());
    }
}
