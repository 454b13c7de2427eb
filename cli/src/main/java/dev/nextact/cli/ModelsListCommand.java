package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.RetrainDue;
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
            List.of("model", "version", "family", "trained", "validation", "answers", "directory");

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
        List<String> unreadable = new ArrayList<>();
        List<String> due = new ArrayList<>();
        for (Path directory : Bundle.list(read.modelsDirectory())) {
            try {
                Manifest manifest = Bundle.open(directory).manifest();
                rows.add(row(manifest, directory));
                tree.add(entry(manifest, directory));
                RetrainDue.of(directory)
                        .ifPresent(
                                since ->
                                        due.add(
                                                manifest.name()
                                                        + " "
                                                        + manifest.version()
                                                        + ", since "
                                                        + since));
            } catch (NextactException e) {
                String error = String.valueOf(e.getMessage());
                unreadable.add(error);
                rows.add(unreadableRow(directory));
                tree.add(Map.of("directory", directory.toString(), "error", error));
            }
        }
        terminal.out()
                .print(
                        rows.isEmpty()
                                ? "no models in " + read.modelsDirectory() + " yet\n"
                                : new TextTable(HEADER, rows).toText(terminal.columns()));
        due.forEach(
                version ->
                        terminal.out()
                                .println(
                                        "retrain due: "
                                                + version
                                                + "; it may know of shoppers who were forgotten"));
        unreadable.forEach(error -> terminal.out().println("cannot be used: " + error));
        json.write(Map.of("models", tree));
        return 0;
    }

    private static List<String> row(Manifest manifest, Path directory) {
        return List.of(
                manifest.name(),
                Integer.toString(manifest.version()),
                manifest.model(),
                manifest.createdAt(),
                score(manifest),
                String.join(" ", manifest.tasks()),
                directory.toString());
    }

    /** Of a bundle of another format, or a damaged one, the place tells what it is. */
    private static List<String> unreadableRow(Path directory) {
        Path ofName = directory.toAbsolutePath().getParent();
        return List.of(
                String.valueOf(ofName == null ? "-" : ofName.getFileName()),
                String.valueOf(directory.getFileName()),
                "-",
                "-",
                "-",
                "-",
                directory.toString());
    }

    private static Map<String, Object> entry(Manifest manifest, Path directory) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", manifest.name());
        entry.put("version", manifest.version());
        entry.put("model", manifest.model());
        entry.put("created_at", manifest.createdAt());
        entry.put("metrics", manifest.metrics());
        entry.put("tasks", manifest.tasks());
        RetrainDue.of(directory).ifPresent(at -> entry.put("retrain_due", at));
        entry.put("directory", directory.toString());
        return entry;
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
