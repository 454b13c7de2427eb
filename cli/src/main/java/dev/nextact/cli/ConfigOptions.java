package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --config FILE} and {@code --set NAME=VALUE} of every command about one's own shop. */
public final class ConfigOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "shop.yaml",
            description = "The shop's config (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("shop.yaml");

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "What $${NAME} means in the config; may be given several times.")
    private Map<String, String> variables = new LinkedHashMap<>();

    public ShopConfig read() {
        return read(Map.of());
    }

    /** The same options for another process. */
    public List<String> arguments(Map<String, String> more) {
        List<String> arguments = new ArrayList<>(List.of("--config", file.toString()));
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        all.forEach((name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
        return arguments;
    }

    /**
     * @param more variables, which go before those of the command line
     */
    public ShopConfig read(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        return ShopConfigReader.read(file, all);
    }
}
