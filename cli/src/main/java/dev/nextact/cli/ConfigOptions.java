package dev.nextact.cli;

import dev.nextact.core.Nearest;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
     * @throws NextactException for a variable of the command line that the config has not
     */
    public ShopConfig read(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        ShopConfig config = ShopConfigReader.read(file, all);
        Set<String> known = ShopConfigReader.variables(file);
        for (String name : variables.keySet()) {
            if (!known.contains(name)) {
                throw new NextactException(
                        NextactException.Category.USAGE,
                        "--set "
                                + name
                                + ": "
                                + file
                                + " has no ${"
                                + name
                                + "}"
                                + hint(name, known));
            }
        }
        return config;
    }

    private static String hint(String name, Set<String> known) {
        String near = Nearest.hint(name, known);
        if (near.isEmpty()) {
            return known.isEmpty()
                    ? ", nor any other variable"
                    : "; it has " + String.join(", ", known);
        }
        return near;
    }
}
