package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.predict.ShopperCluster;
import dev.nextact.predict.Shoppers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where shoppers are asked, and where their answers go. */
final class AnswerOptions {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = {
                "A .csv, .jsonl or .parquet file (default: the terminal). With --engine spark a"
                        + " directory",
                "for Parquet files, or its address, such as hdfs://host/answers."
            })
    private @Nullable String out;

    @Mixin private EngineOptions engine = new EngineOptions();

    /** Absent: the terminal. */
    Optional<Path> file() {
        return Optional.ofNullable(out).map(Path::of);
    }

    /**
     * The cluster that asks, if one shall.
     *
     * @param spec of the command, for its errors
     * @param asked whom the command asks
     * @param shop whose prepared data are read
     */
    Optional<ShopperCluster> cluster(CommandSpec spec, Shoppers asked, Supplier<ShopConfig> shop) {
        if (!engine.isSpark()) {
            return Optional.empty();
        }
        if (!(asked instanceof Shoppers.All)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--engine spark asks all shoppers of the log; leave out --user and --history,"
                            + " or --engine");
        }
        if (out == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--engine spark needs --out, a directory for the answers of all shoppers");
        }
        return Optional.of(
                ShopperCluster.spark(
                        engine.master(),
                        new ShopperCluster.Place(shop.get().preparedDirectory(), out)));
    }
}
