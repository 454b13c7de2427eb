package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --model DIR} of the commands that use a trained model. */
final class ModelOption {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model bundle (default: the newest of the config's model name).")
    private @Nullable Path directory;

    /** A bundle that is named needs no config. */
    Bundle open(ConfigOptions config) {
        return directory == null ? newest(config.read()) : Bundle.open(directory);
    }

    private static Bundle newest(ShopConfig config) {
        return Bundle.newest(config.modelsDirectory(), config.model().name());
    }
}
