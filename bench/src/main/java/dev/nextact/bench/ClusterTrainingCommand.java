package dev.nextact.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Spread;
import dev.nextact.data.PrepareData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cluster-training",
        description = {
            "Starts a standalone Spark cluster on this machine (spark/cluster), two workers of one",
            "core, and trains a simulated shop's model on it and in one process with two workers:",
            "losses, ndcg@10 on the test, weights. Then an executor is killed (-9) in the middle of a",
            "training, whose weights must be those of an undisturbed one. Linux only. Exit code 5",
            "where something differs."
        })
final class ClusterTrainingCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double MOST_DIFFERENCE = 1e-5;

    /** A machine's worth of what the shop's own config says, seeds and threads left open. */
    private static final String CONFIG =
            """
            workspace: ${work}
            sources:
              - path: events.csv
                columns: {user: user_id, item: item_id, behaviour: event_type, time: event_time}
            behaviours: {view: [view], cart: [cart], purchase: [purchase]}
            split: {protocol: time, valid: 7d, test: 7d}
            model: {name: "${name}", family: transformer, width: 64, layers: 2, heads: 2, length: 50, dropout: 0.1}
            train: {epochs: "${epochs}", patience: 1000, seed: "${seed}", batch: 64, learning_rate: 0.002,
                    loss: sampled-softmax, negatives: 128, workers: "${workers}"}
            """;

    private final Terminal terminal;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "For the shop, logs and the cluster.")
    private Path work = Path.of("");

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Of the simulated shop (default: ${DEFAULT-VALUE}).")
    private int shoppers;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "6",
            description = "Of each training (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "To train with (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Mixin private JsonOption json = new JsonOption();

    private final List<String> missed = new ArrayList<>();

    ClusterTrainingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A finished training and what it told. */
    private record Trained(JsonNode report, double seconds, double ndcg) {

        List<Double> losses() {
            List<Double> losses = new ArrayList<>();
            report.path("epochs").forEach(epoch -> losses.add(epoch.path("loss").asDouble()));
            return losses;
        }

        double greatestDifference(Trained other) {
            double greatest = losses().size() == other.losses().size() ? 0 : Double.MAX_VALUE;
            for (int i = 0; i < Math.min(losses().size(), other.losses().size()); i++) {
                greatest = Math.max(greatest, Math.abs(losses().get(i) - other.losses().get(i)));
            }
            return greatest;
        }

        Bundle bundle() {
            return Bundle.open(Path.of(report.path("bundle").asText()));
        }

        boolean hasWeightsOf(Trained other) {
            return bundle().weights().equals(other.bundle().weights());
        }
    }

    @Override
    public Integer call() {
        work = work.toAbsolutePath();
        Path home = Path.of(System.getProperty("nextact.home", "."));
        Map<String, Object> tree = new LinkedHashMap<>();
        try {
            Path config = shop();
            List<Trained> alone = new ArrayList<>();
            List<Trained> together = new ArrayList<>();
            Trained killed;
            String victim;
            try (SparkCluster cluster =
                    SparkCluster.start(home, work.resolve("cluster"), 2, 1, "3g")) {
                for (long seed : seeds) {
                    alone.add(train(home, config, "alone", seed, "2", List.of()));
                    together.add(train(home, config, "cluster", seed, "1", onCluster(cluster)));
                    compare(seed, alone, together);
                }
                int before = newestRun();
                CompletableFuture<String> killing =
                        CompletableFuture.supplyAsync(() -> kill(cluster, before));
                killed = train(home, config, "killed", seeds.get(0), "1", onCluster(cluster));
                victim = killing.join();
            }
            boolean isSame = killed.hasWeightsOf(together.get(0));
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "killed  %s: %.0f s against %.0f s, weights %s%n",
                            victim,
                            killed.seconds(),
                            together.get(0).seconds(),
                            isSame ? "the same" : "DIFFERENT");
            require(isSame, "a training that lost an executor ends with other weights");
            Spread ofAlone = Spread.of(alone.stream().map(Trained::ndcg).toList());
            Spread ofTogether = Spread.of(together.stream().map(Trained::ndcg).toList());
            terminal.out()
                    .printf(
                            "ndcg@10 on the test: one process %s, two machines %s%n",
                            ofAlone.toText(), ofTogether.toText());
            require(
                    Math.abs(ofAlone.mean() - ofTogether.mean())
                            <= Math.max(1e-9, ofAlone.deviation()),
                    "ndcg@10 is outside the seeds' spread");
            tree.put("ndcg_alone", ofAlone.toTree());
            tree.put("ndcg_together", ofTogether.toTree());
            tree.put("alone", alone.stream().map(Trained::report).toList());
            tree.put("together", together.stream().map(Trained::report).toList());
            tree.put("killed", Map.of("victim", victim, "seconds", killed.seconds()));
        } catch (IOException e) {
            throw NextactException.input("cannot use %s: %s", work, e);
        }
        tree.put("missed", missed);
        json.write(tree);
        if (!missed.isEmpty()) {
            throw new NextactException(Category.QUALITY, String.join("; ", missed));
        }
        return 0;
    }

    /** Simulated and prepared once. */
    private Path shop() throws IOException {
        Path directory = work.resolve("shop-" + shoppers);
        Path config = directory.resolve("training.yaml");
        if (!Files.exists(config)) {
            new SimulateShop()
                    .run(
                            SimulationSettings.defaults().withUsers(shoppers),
                            directory,
                            terminal.progress());
            Files.writeString(config, CONFIG);
            new PrepareData(Clock.systemUTC())
                    .run(
                            ShopConfigReader.read(config, variables("none", 0, "1")),
                            terminal.progress());
        }
        return config;
    }

    private Map<String, String> variables(String name, long seed, String workers) {
        return Map.of(
                "work",
                workspace().toString(),
                "name",
                name,
                "epochs",
                Integer.toString(epochs),
                "seed",
                Long.toString(seed),
                "workers",
                workers);
    }

    private Path workspace() {
        return work.resolve("workspace-" + shoppers);
    }

    private static List<String> onCluster(SparkCluster cluster) {
        return List.of("--engine", "spark", "--master", cluster.url(), "--machines", "2");
    }

    private Trained train(
            Path home, Path config, String name, long seed, String workers, List<String> more)
            throws IOException {
        Path result = work.resolve(name + "-" + seed + ".json");
        List<String> arguments = new ArrayList<>(List.of("train", "--json", result.toString()));
        arguments.addAll(options(config, name, seed, workers));
        arguments.addAll(more);
        MeasuredProcess run = run(home, name + "-" + seed, arguments);
        JsonNode report = JSON.readTree(result.toFile());
        Path judged = work.resolve(name + "-" + seed + "-test.json");
        List<String> judging = new ArrayList<>(List.of("evaluate", "--json", judged.toString()));
        judging.addAll(List.of("--model", report.path("bundle").asText()));
        judging.addAll(options(config, name, seed, workers));
        run(home, name + "-" + seed + "-test", judging);
        double ndcg = JSON.readTree(judged.toFile()).at("/results/0/metrics/ndcg@10").asDouble();
        return new Trained(report, run.seconds(), ndcg);
    }

    private List<String> options(Path config, String name, long seed, String workers) {
        List<String> options = new ArrayList<>(List.of("--config", config.toString()));
        variables(name, seed, workers)
                .forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
        return options;
    }

    private MeasuredProcess run(Path home, String name, List<String> arguments) throws IOException {
        return new LaunchedNextact(home, work.resolve("logs"))
                .run(name, arguments, SparkCluster.driverOptions("1g", "1g"));
    }

    private void compare(long seed, List<Trained> alone, List<Trained> together) {
        Trained one = alone.get(alone.size() - 1);
        Trained two = together.get(together.size() - 1);
        double difference = one.greatestDifference(two);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "seed %d  losses differ by at most %.1e, weights are %s, ndcg@10 %.4f and"
                                + " %.4f; %.0f s and %.0f s, %,.0f and %,.0f targets/s, %,d bytes a"
                                + " step%n",
                        seed,
                        difference,
                        two.hasWeightsOf(one) ? "the same" : "others",
                        one.ndcg(),
                        two.ndcg(),
                        one.seconds(),
                        two.seconds(),
                        one.report().path("targets_per_second").asDouble(),
                        two.report().path("targets_per_second").asDouble(),
                        two.report().path("bytes_per_step").asLong());
        require(difference <= MOST_DIFFERENCE, "losses of seed " + seed + " differ");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            missed.add(otherwise);
        }
    }

    /** The number of the newest run, 0 where there is none. */
    private int newestRun() {
        Path runs = workspace().resolve("runs");
        if (!Files.isDirectory(runs)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.map(e -> e.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw NextactException.input("cannot read %s: %s", runs, e);
        }
    }

    /** An executor, once the next run has two epochs behind it and is at the third. */
    private String kill(SparkCluster cluster, int runsBefore) {
        try {
            for (int tries = 0; tries < 6_000; tries++) {
                Thread.sleep(50);
                int run = newestRun();
                Path metrics = workspace().resolve("runs/%04d/metrics.jsonl".formatted(run));
                List<ProcessHandle> executors = cluster.executors();
                if (run > runsBefore
                        && Files.exists(metrics)
                        && Files.readAllLines(metrics).size() >= 2
                        && executors.size() == 2) {
                    Thread.sleep(200);
                    executors.get(1).destroyForcibly();
                    return "an executor, after epoch " + Files.readAllLines(metrics).size();
                }
            }
            throw new NextactException(Category.CAPACITY, "no second epoch came in five minutes");
        } catch (IOException e) {
            throw NextactException.input("cannot read the metrics: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
