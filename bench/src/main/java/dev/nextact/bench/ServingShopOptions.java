package dev.nextact.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * {@code --items} and {@code --directory} of the benchmarks that make a shop of their own to serve.
 */
final class ServingShopOptions {

    @Option(
            names = "--items",
            paramLabel = "N",
            defaultValue = "12000",
            description = "Items of the catalog (default: ${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "For models and histories; a new one.")
    private Path directory = Path.of("");

    int items() {
        return items;
    }

    Path directory() {
        return directory;
    }

    ServingShop shop() {
        return new ServingShop(directory, items);
    }
}
