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
            List.of("model", "version", "family", "trained", "valid ndcg@10", "directory");

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
                            ndcg(manifest),
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

    private static String ndcg(Manifest manifest) {
        Double ndcg = manifest.metrics().get("ndcg@10");
        return ndcg == null ? "-" : String.format(Locale.ROOT, "%.4f", ndcg);
    }
}
