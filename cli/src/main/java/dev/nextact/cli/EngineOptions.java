package dev.nextact.cli;

import dev.nextact.data.SqlEngines;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --engine}, {@code --master} and {@code --memory} of the commands that run SQL steps. */
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
                    "duckdb, within this process, or spark (docs/spark.md); both make the same"
                            + " tables (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.DUCKDB;

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "",
            description =
                    "With --engine spark: such as local[4] or spark://host:7077 (default: that of"
                            + " spark-submit, or all cores of this machine).")
    private String master = "";

    @Mixin private MemoryOption memory = new MemoryOption();

    SqlEngines engines() {
        return engine == Engine.SPARK
                ? SqlEngines.spark(master)
                : SqlEngines.duckDb(memory.bytes());
    }

    long memoryBytes() {
        return memory.bytes();
    }
}
