package dev.nextact.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.bench.StageTimes.Task;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.data.PrepareReport;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cluster",
        description = {
            "Starts a standalone Spark cluster on this machine (spark/cluster) and compares what",
            "nextact does there with what it does on one machine: tables of prepare, answers of",
            "predict, an executor that is killed (-9), one shopper and one item with very many",
            "events; with the driver's memory. Linux only. Exit code 5 where something differs, a",
            "task takes more than 3 medians of its stage, or a driver more than 1 GB."
        })
final class ClusterCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As the simulator names it. */
    private static final String MODEL = "simulated";

    /** Shorter tasks are mostly start and end; an executor's first opens the model. */
    private static final double LEAST_SECONDS = 5;

    /** Of fewer a median tells little: they are shown, not judged. */
    private static final int FEWEST_TASKS = 3;

    /** What a stage may wait for its longest task, in medians. */
    private static final double MOST_UNEVEN = 3;

    private static final long MOST_OF_A_DRIVER = 1_000_000_000;

    /** What is measured. */
    enum Check {
        PREPARE,
        PREDICT,
        KILL,
        SKEW
    }

    private final Terminal terminal;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "For logs, workspaces and the cluster; a new one.")
    private Path work = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The folder of the public data sets: taobao-behaviour and online-retail are"
                            + " prepared too.")
    private @Nullable Path data;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Simulated events, about (default: ${DEFAULT-VALUE}).")
    private long events = 5_000_000;

    @Option(
            names = "--skew",
            paramLabel = "N",
            defaultValue = "10000000",
            description =
                    "Events of the one shopper, and of all the others (default: ${DEFAULT-VALUE}).")
    private long skew = 10_000_000;

    @Option(
            names = "--parts",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "prepare,predict,kill,skew",
            description = "Some of ${COMPLETION-CANDIDATES} (default: all).")
    private List<Check> parts = List.of();

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of one core each (default: ${DEFAULT-VALUE}).")
    private int workers = 2;

    @Option(
            names = "--driver-heap",
            paramLabel = "SIZE",
            defaultValue = "512m",
            description =
                    "The most that the driver's Java heap may take (default: ${DEFAULT-VALUE}).")
    private String driverHeap = "512m";

    @Option(
            names = "--executor-heap",
            paramLabel = "SIZE",
            defaultValue = "1500m",
            description = "Of each executor (default: ${DEFAULT-VALUE}).")
    private String executorHeap = "1500m";

    @Mixin private JsonOption json = new JsonOption();

    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<String> misses = new ArrayList<>();

    ClusterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path home = Path.of(System.getProperty("nextact.home", "."));
        work = work.toAbsolutePath();
        try (SparkCluster cluster =
                SparkCluster.start(home, work.resolve("cluster"), workers, 1, "2g")) {
            Runner runner = new Runner(new LaunchedNextact(home, work.resolve("logs")), cluster);
            if (parts.contains(Check.PREPARE)) {
                prepare(runner);
            }
            if (parts.contains(Check.PREDICT) || parts.contains(Check.KILL)) {
                predict(runner);
            }
            if (parts.contains(Check.SKEW)) {
                skew(runner);
            }
        } catch (IOException e) {
            throw NextactException.input("cannot use %s: %s", work, e);
        }
        json.write(Map.of("workers", workers, "runs", rows, "missed", misses));
        if (!misses.isEmpty()) {
            throw new NextactException(Category.QUALITY, String.join("; ", misses));
        }
        return 0;
    }

    /** Runs {@code nextact}, here or with the cluster. */
    private final class Runner {
        private final LaunchedNextact nextact;
        private final SparkCluster cluster;

        Runner(LaunchedNextact nextact, SparkCluster cluster) {
            this.nextact = nextact;
            this.cluster = cluster;
        }

        MeasuredProcess here(String name, List<String> arguments) throws IOException {
            return nextact.run(name, arguments, List.of("-Xmx2g"));
        }

        /** Its event log is in {@link #eventLog}. */
        MeasuredProcess onCluster(String name, List<String> arguments) throws IOException {
            AtomicFiles.deleteTree(eventLog(name));
            Files.createDirectories(eventLog(name));
            List<String> all = new ArrayList<>(arguments);
            all.addAll(List.of("--engine", "spark", "--master", cluster.url()));
            List<String> options =
                    new ArrayList<>(SparkCluster.driverOptions(driverHeap, executorHeap));
            options.addAll(
                    List.of(
                            "-Dspark.eventLog.enabled=true",
                            "-Dspark.eventLog.compress=false",
                            "-Dspark.eventLog.rolling.enabled=false",
                            "-Dspark.eventLog.dir=" + eventLog(name).toUri()));
            return nextact.run(name, all, options);
        }

        Path eventLog(String name) {
            return work.resolve("events").resolve(name);
        }
    }

    /** A shop's config, and what its variables mean but for {@code work}. */
    private record Shop(String name, Path config, List<String> variables) {

        List<String> arguments(Path workspace) {
            List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
            variables.forEach(variable -> arguments.addAll(List.of("--set", variable)));
            arguments.addAll(List.of("--set", "work=" + workspace));
            return arguments;
        }
    }

    private Shop simulated(String name, SimulationSettings settings) throws IOException {
        Path directory = work.resolve(name);
        Path config = directory.resolve("cluster.yaml");
        if (!Files.exists(config)) {
            new SimulateShop().run(settings, directory, terminal.progress());
            String text = Files.readString(directory.resolve("shop.yaml"));
            Files.writeString(
                    config,
                    text.replace("workspace: work", "workspace: ${work}")
                            .replace(
                                    "tasks: {",
                                    "tasks: {learn: [next-items, next-events, intent, churn], ")
                            .replace("epochs: 40", "epochs: 2"));
        }
        return new Shop(name, config, List.of());
    }

    private Shop big() throws IOException {
        return simulated("simulated-" + events, SimulatedLog.of(events));
    }

    private Shop small() throws IOException {
        return simulated("small", SimulatedLog.ofShoppers(1_000));
    }

    private Path workspace(Shop shop, String engine) {
        return work.resolve("workspaces").resolve(shop.name() + "-" + engine);
    }

    private void prepare(Runner runner) throws IOException {
        List<Shop> shops = new ArrayList<>();
        if (data != null) {
            for (String name :
                    List.of("taobao-behaviour", "online-retail")) { // from small to large
                shops.add(
                        new Shop(
                                name,
                                runner.nextact.home().resolve("docs/examples/" + name + ".yaml"),
                                List.of("data=" + data.toAbsolutePath())));
            }
        }
        shops.add(big());
        for (Shop shop : shops) {
            prepareHere(runner, shop);
            prepareOnCluster(runner, shop);
        }
    }

    /** Once. */
    private void prepareHere(Runner runner, Shop shop) throws IOException {
        Path result = work.resolve(shop.name() + "-duckdb.json");
        if (!Files.exists(result)) {
            List<String> arguments = new ArrayList<>(List.of("prepare", "--json"));
            arguments.add(result.toString());
            arguments.addAll(shop.arguments(workspace(shop, "duckdb")));
            MeasuredProcess run = runner.here("prepare-" + shop.name() + "-duckdb", arguments);
            tell("prepare " + shop.name(), "one machine", run, Map.of());
        }
    }

    private void prepareOnCluster(Runner runner, Shop shop) throws IOException {
        String name = "prepare-" + shop.name() + "-spark";
        Path result = work.resolve(shop.name() + "-spark.json");
        List<String> arguments = new ArrayList<>(List.of("prepare", "--memory", "256m", "--json"));
        arguments.add(result.toString());
        arguments.addAll(shop.arguments(workspace(shop, "spark")));
        MeasuredProcess run = runner.onCluster(name, arguments);
        ComparedTables compared =
                new ComparedTables(
                        tables(work.resolve(shop.name() + "-duckdb.json")), tables(result));
        List<String> different = compared.different();
        tell(
                "prepare " + shop.name(),
                "cluster",
                run,
                Map.of("tables", compared.found().size(), "different", different));
        compared.print(terminal.out());
        require(different.isEmpty(), shop.name() + " differs in " + String.join(", ", different));
        judge(name, runner, "prepare " + shop.name(), run);
    }

    private static Map<String, PrepareReport.Table> tables(Path result) throws IOException {
        return JSON.convertValue(
                JSON.readTree(result.toFile()).path("tables"),
                new TypeReference<LinkedHashMap<String, PrepareReport.Table>>() {});
    }

    /** Asks of every shopper what a model learned from a small shop can tell. */
    private void predict(Runner runner) throws IOException {
        Shop small = small();
        prepareHere(runner, small);
        Path models = workspace(small, "duckdb").resolve("models");
        if (!Files.exists(models)) {
            List<String> arguments = new ArrayList<>(List.of("train"));
            arguments.addAll(small.arguments(workspace(small, "duckdb")));
            runner.here("train", arguments);
        }
        Path model = Bundle.newest(models, MODEL).directory();
        Shop big = big();
        prepareHere(runner, big);
        if (parts.contains(Check.PREDICT)) {
            compare(runner, small, model, List.of("events", "--k", "3", "--way", "roll-out"));
            compare(runner, small, model, List.of("intent", "--steps"));
            compare(runner, big, model, List.of("next"));
            compare(runner, big, model, List.of("events", "--k", "5", "--way", "direct"));
            compare(runner, big, model, List.of("intent"));
            compare(runner, big, model, List.of("churn"));
        }
        if (parts.contains(Check.KILL)) {
            kill(runner, big, model);
        }
    }

    private void compare(Runner runner, Shop shop, Path model, List<String> task)
            throws IOException {
        PrepareReport.Table expected = predictHere(runner, shop, model, task);
        predictOnCluster(runner, shop, model, task, expected, Optional.empty());
    }

    private PrepareReport.Table predictHere(Runner runner, Shop shop, Path model, List<String> task)
            throws IOException {
        String name = name(shop, task) + "-one";
        Path out = work.resolve("answers").resolve(name + ".parquet");
        MeasuredProcess run = runner.here(name, predict(shop, model, task, out));
        PrepareReport.Table content = PreparedData.contentOf(List.of(out));
        tell(title(shop, task), "one machine", run, Map.of("rows", content.rows()));
        require(content.rows() > 0, title(shop, task) + ": nobody was answered");
        return content;
    }

    private static String title(Shop shop, List<String> task) {
        return "predict " + String.join(" ", task) + ", " + shop.name();
    }

    private static String name(Shop shop, List<String> task) {
        return shop.name() + "-" + String.join("-", task).replace("--", "");
    }

    private List<String> predict(Shop shop, Path model, List<String> task, Path out) {
        List<String> arguments = new ArrayList<>(List.of("predict"));
        arguments.addAll(task);
        arguments.addAll(shop.arguments(workspace(shop, "duckdb")));
        arguments.addAll(List.of("--model", model.toString(), "--out", out.toString()));
        return arguments;
    }

    /**
     * @param meanwhile what happens while it runs; gets where answers go
     */
    private void predictOnCluster(
            Runner runner,
            Shop shop,
            Path model,
            List<String> task,
            PrepareReport.Table expected,
            Optional<Disturbance> meanwhile)
            throws IOException {
        String name = name(shop, task) + (meanwhile.isPresent() ? "-killed" : "-cluster");
        Path out = work.resolve("answers").resolve(name);
        CompletableFuture<String> happened =
                meanwhile
                        .map(what -> CompletableFuture.supplyAsync(() -> what.happen(out)))
                        .orElse(CompletableFuture.completedFuture(""));
        MeasuredProcess run = runner.onCluster(name, predict(shop, model, task, out));
        PrepareReport.Table found = PreparedData.contentOf(parts(out));
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("rows", found.rows());
        more.put("same rows", found.equals(expected));
        String told = happened.join();
        if (meanwhile.isPresent()) {
            int lost =
                    StageTimes.of(runner.eventLog(name)).stream().mapToInt(StageTimes::lost).sum();
            more.put("killed", told);
            more.put("attempts lost", lost);
            require(lost > 0, title(shop, task) + ": the kill cost no attempt of a task");
        }
        tell(title(shop, task), "cluster", run, more);
        require(found.equals(expected), title(shop, task) + ": the answers differ");
        if (meanwhile.isEmpty()) {
            judge(name, runner, title(shop, task), run);
        }
    }

    private static List<Path> parts(Path answers) throws IOException {
        try (Stream<Path> entries = Files.list(answers)) {
            return entries.filter(e -> e.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList();
        }
    }

    /** What happens to a cluster at work. */
    @FunctionalInterface
    private interface Disturbance {
        /**
         * @param out where answers go
         * @return what happened
         */
        String happen(Path out);
    }

    private void kill(Runner runner, Shop shop, Path model) throws IOException {
        List<String> task = List.of("next");
        Path undisturbed = work.resolve("answers").resolve(name(shop, task) + "-one.parquet");
        PrepareReport.Table expected =
                Files.exists(undisturbed)
                        ? PreparedData.contentOf(List.of(undisturbed))
                        : predictHere(runner, shop, model, task);
        AtomicFiles.deleteTree(work.resolve("answers").resolve(name(shop, task) + "-killed"));
        predictOnCluster(
                runner,
                shop,
                model,
                task,
                expected,
                Optional.of(out -> killOne(runner.cluster, out)));
    }

    /** An executor, once the first two tasks have ended and others are at work. */
    private static String killOne(SparkCluster cluster, Path out) {
        try {
            for (int tries = 0; !Files.exists(out.resolve("_SUCCESS")); tries++) {
                if (tries == 6_000) {
                    break;
                }
                int ended = ended(out);
                List<ProcessHandle> executors = cluster.executors();
                if (ended >= 2 && !executors.isEmpty()) {
                    ProcessHandle executor = executors.get(0);
                    executor.destroyForcibly();
                    return "process %d after %d tasks".formatted(executor.pid(), ended);
                }
                Thread.sleep(50);
            }
            return "nobody: no two tasks had ended before all had, or in five minutes";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Tasks whose rows are kept, which Spark puts aside until the last has ended. */
    private static int ended(Path out) {
        try (Stream<Path> entries = Files.list(out.resolve("_temporary/0"))) {
            return (int)
                    entries.filter(e -> e.getFileName().toString().startsWith("task_")).count();
        } catch (IOException e) {
            return 0; // it has not begun
        }
    }

    private void skew(Runner runner) throws IOException {
        Path directory = work.resolve("skewed");
        Path config = directory.resolve("shop.yaml");
        if (!Files.exists(config)) {
            new SkewedLog(skew, skew, 40).write(directory);
        }
        Shop shop = new Shop("skewed", config, List.of());
        prepareHere(runner, shop);
        prepareOnCluster(runner, shop);
        Path models = workspace(small(), "duckdb").resolve("models");
        if (!Files.exists(models)) {
            misses.add("the part skew asks the model of the part predict, which was not run");
            return;
        }
        Path model = Bundle.newest(models, MODEL).directory();
        compare(runner, shop, model, List.of("next"));
        compare(runner, shop, model, List.of("churn"));
    }

    /** Whether a stage waited for one task alone, and the driver's memory. */
    private void judge(String name, Runner runner, String title, MeasuredProcess driver)
            throws IOException {
        require(
                driver.mostResidentBytes() <= MOST_OF_A_DRIVER,
                String.format(
                        Locale.ROOT,
                        "%s: the driver took %.2f GB",
                        title,
                        driver.mostResidentBytes() / 1e9));
        List<StageTimes> stages = StageTimes.of(runner.eventLog(name));
        double seconds = stages.stream().mapToDouble(s -> s.sum(Task::processorSeconds)).sum();
        double shuffled = stages.stream().mapToDouble(s -> s.sum(Task::shuffledBytes)).sum();
        Map<String, Object> row = rows.get(rows.size() - 1);
        row.put("stages", stages.size());
        row.put("task_processor_seconds", seconds);
        row.put("shuffled_bytes", shuffled);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "  %d stages, %.1f s of the processors, shuffled %.2f GB%n",
                        stages.size(),
                        seconds,
                        shuffled / 1e9);
        List<StageTimes> judged =
                stages.stream()
                        .filter(s -> s.most(Task::processorSeconds) >= LEAST_SECONDS)
                        .sorted(Comparator.comparingDouble(s -> -s.ratio(Task::processorSeconds)))
                        .toList();
        row.put("judged", judged.stream().map(ClusterCommand::tree).toList());
        for (StageTimes stage : judged) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  stage %3d: %3d tasks, processor: median %.2f s, longest %.2f s, %.2f"
                                    + " medians; clock: longest %.2f s, %.2f medians%n",
                            stage.stage(),
                            stage.tasks().size(),
                            stage.median(Task::processorSeconds),
                            stage.most(Task::processorSeconds),
                            stage.ratio(Task::processorSeconds),
                            stage.most(Task::seconds),
                            stage.ratio(Task::seconds));
            require(
                    stage.tasks().size() < FEWEST_TASKS
                            || stage.ratio(Task::processorSeconds) <= MOST_UNEVEN,
                    String.format(
                            Locale.ROOT,
                            "%s: a task of stage %d took %.1f medians",
                            title,
                            stage.stage(),
                            stage.ratio(Task::processorSeconds)));
        }
    }

    private static Map<String, Object> tree(StageTimes stage) {
        return Map.of(
                "stage", stage.stage(),
                "tasks", stage.tasks().size(),
                "median_processor_seconds", stage.median(Task::processorSeconds),
                "longest_processor_seconds", stage.most(Task::processorSeconds),
                "longest_seconds", stage.most(Task::seconds));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            misses.add(otherwise);
        }
    }

    private void tell(String what, String where, MeasuredProcess run, Map<String, Object> more) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", what);
        row.put("where", where);
        row.put("seconds", run.seconds());
        row.put("processor_seconds", run.processorSeconds());
        row.put("most_resident_bytes", run.mostResidentBytes());
        row.putAll(more);
        rows.add(row);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-38s %-12s %8.1f s, processor %7.1f s, %5.2f GB  %s%n",
                        what,
                        where,
                        run.seconds(),
                        run.processorSeconds(),
                        run.mostResidentBytes() / 1e9,
                        more.isEmpty() ? "" : more.toString().replaceAll("[{}]", ""));
        terminal.out().flush();
    }
}
