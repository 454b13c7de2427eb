package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "data-scale",
        description = {
            "Simulates shops of several sizes and runs prepare and features on each, every command",
            "in a process of its own: seconds, most resident memory, most on disk, and the cost of",
            "an event as a share of that in the first shop. Deletes the shops at the end."
        })
final class DataScaleCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Terminal terminal;

    @Option(
            names = "--events",
            paramLabel = "N",
            split = ",",
            defaultValue = "5,20",
            description = "Sizes in millions of events (default: ${DEFAULT-VALUE}).")
    private List<Double> millions = List.of();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "For the shops, a new one; a million events take about 150 MB of it.")
    private Path directory = Path.of("");

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "2g",
            description = "Of prepare, features and check (default: ${DEFAULT-VALUE}).")
    private String memory = "2g";

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "2g",
            description = "The most that Java's heap may take (default: ${DEFAULT-VALUE}).")
    private String heap = "2g";

    @Option(names = "--check", description = "Also run check.")
    private boolean check;

    @Mixin private JsonOption json = new JsonOption();

    DataScaleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * @param diskBytes the most on disk at one time, results among it; 0 where it is not told
     */
    private record Row(
            String command,
            long events,
            double seconds,
            double processorSeconds,
            long residentBytes,
            long diskBytes) {

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("command", command);
            tree.put("events", events);
            tree.put("seconds", seconds);
            tree.put("processor_seconds", processorSeconds);
            tree.put("most_resident_bytes", residentBytes);
            tree.put("most_disk_bytes", diskBytes);
            return tree;
        }
    }

    @Override
    public Integer call() {
        List<Row> rows = new ArrayList<>();
        terminal.out()
                .printf(
                        "%-10s %12s %9s %11s %9s %13s %9s%n",
                        "command",
                        "events",
                        "seconds",
                        "processor",
                        "ratio",
                        "resident, GB",
                        "disk, GB");
        for (double size : millions) {
            Path shop = directory.resolve(size + "m");
            try {
                measure(size, shop, rows);
                AtomicFiles.deleteTree(shop);
            } catch (IOException e) {
                throw NextactException.input("cannot write to %s: %s", shop, e);
            }
        }
        json.write(
                Map.of(
                        "heap",
                        heap,
                        "memory",
                        memory,
                        "runs",
                        rows.stream().map(Row::toTree).toList()));
        return 0;
    }

    private void measure(double size, Path shop, List<Row> rows) throws IOException {
        Files.createDirectories(shop);
        String config = shop.resolve("shop.yaml").toString();
        SimulationSettings settings = SimulatedLog.of(Math.round(size * 1e6));
        run(
                rows,
                shop,
                "simulate",
                List.of(
                        "--users",
                        Integer.toString(settings.users()),
                        "--days",
                        Integer.toString(settings.days()),
                        "--seed",
                        Long.toString(settings.seed()),
                        "--out",
                        shop.toString()));
        List<String> options = List.of("--config", config, "--memory", memory);
        JsonNode prepared = run(rows, shop, "prepare", options);
        Instant end = Instant.parse(prepared.path("last_event").asText()).plusSeconds(1);
        List<String> atEnd = new ArrayList<>(options);
        atEnd.addAll(List.of("--at", end.toString()));
        run(rows, shop, "features", atEnd);
        if (check) {
            run(rows, shop, "check", options);
        }
    }

    /** Its result as it writes it. */
    private JsonNode run(List<Row> rows, Path shop, String command, List<String> options)
            throws IOException {
        Path result = shop.resolve(command + ".json");
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(options);
        arguments.addAll(List.of("--json", result.toString()));
        MeasuredProcess process =
                MeasuredProcess.run(
                        List.of("-Xmx" + heap), arguments, shop.resolve(command + ".log"));
        JsonNode tree = JSON.readTree(result.toFile());
        long events =
                tree.has("events")
                        ? tree.path("events").asLong()
                        : rows.get(rows.size() - 1).events;
        Row row =
                new Row(
                        command,
                        events,
                        process.seconds(),
                        process.processorSeconds(),
                        process.mostResidentBytes(),
                        diskBytes(command, tree));
        rows.add(row);
        print(row, rows);
        return tree;
    }

    private static long diskBytes(String command, JsonNode tree) {
        return switch (command) {
            case "prepare" ->
                    tree.path("disk").path("staged_bytes").asLong()
                            + tree.path("disk").path("most_at_work_bytes").asLong();
            case "features" -> tree.path("features").path(0).path("most_disk_bytes").asLong();
            default -> 0;
        };
    }

    private void print(Row row, List<Row> rows) {
        Row first =
                rows.stream().filter(r -> r.command.equals(row.command)).findFirst().orElse(row);
        double ratio = row.seconds / row.events / (first.seconds / first.events);
        PrintStream out = terminal.out();
        out.printf(
                "%-10s %,12d %9.1f %11.1f %9.2f %13.2f %9s%n",
                row.command,
                row.events,
                row.seconds,
                row.processorSeconds,
                ratio,
                row.residentBytes / 1e9,
                row.diskBytes == 0 ? "-" : "%.2f".formatted(row.diskBytes / 1e9));
    }
}
