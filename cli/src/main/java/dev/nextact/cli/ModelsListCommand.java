package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "List the bundles in the config's workspace.")
final class ModelsListCommand implements Callable<Integer> {

    private static final List<String> HEADER =
            List.of("model", "version", "family", "trained", "validation", "directory");

    private final Terminal terminal;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ModelsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig read = config.read();
        List<List<String>> rows = new ArrayList<>();
        List<Map<String, Object>> tree = new ArrayList<>();
        for (Path directory : Bundle.list(read.modelsDirectory())) {
            Manifest manifest = Bundle.open(directory).manifest();
            rows.add(
                    List.of(
                            manifest.name(),
                            Integer.toString(manifest.version()),
                            manifest.model(),
                            manifest.createdAt(),
                            score(manifest),
                            directory.toString()));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", manifest.name());
            entry.put("version", manifest.version());
            entry.put("model", manifest.model());
            entry.put("created_at", manifest.createdAt());
            entry.put("metrics", manifest.metrics());
            entry.put("directory", directory.toString());
            tree.add(entry);
        }
        terminal.out()
                .print(
                        rows.isEmpty()
                                ? "no models in " + read.modelsDirectory() + " yet\n"
                                : new TextTable(HEADER, rows).toText(terminal.columns()));
        json.write(Map.of("models", tree));
        return 0;
    }

    /** What the epoch was chosen by, such as {@code ndcg@10 0.4781}. */
    private static String score(Manifest manifest) {
        return manifest.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().startsWith("valid "))
                .map(
                        metric ->
                                String.format(
                                        Locale.ROOT,
                                        "%s %.4f",
                                        metric.getKey().substring("valid ".length()),
                                        metric.getValue()))
                .findFirst()
                .orElse("-");
    }
}
