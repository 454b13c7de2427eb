package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.SpreadTable;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.core.ranking.NextItemTargets.Part;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulatedShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cold-start",
        description = {
            "How well items are recommended that nobody had an event with before: for each seed a"
                    + " shop is",
            "simulated of which a tenth of the items is launched where the test begins. A model"
                    + " learns",
            "the time before; then every test event whose item is a launched one is a target, from"
                    + " all",
            "of its shopper's events before it. recall@50 is the share of targets that stand among"
                    + " the",
            "50 best of the whole catalog; recall@10 of kind, among the 10 best of the items of"
                    + " the",
            "target's category. Beside the model: random, the expectation; popularity (known), the"
                    + " same",
            "recall of training events at the test's targets that are learned items, each category",
            "weighing as it does among the launched ones; popularity (mean), at the launched ones,"
                    + " which",
            "count as the mean of the learned items of their category; oracle, which knows the"
                    + " exact",
            "probability of every item. Exit code 5 unless the mean recall@50 of the model is above"
                    + " both",
            "of popularity, thrice that of random and 60 %% of the oracle's at least. The config"
                    + " takes",
            "$${shop} and $${seed}: bench/configs/cold-start.yaml."
        })
final class ColdStartCommand implements Callable<Integer> {

    private static final int K = 50;
    private static final int K_OF_KIND = 10;
    private static final int BATCH = 64;
    private static final double LEAST_OF_RANDOM = 3;
    private static final double LEAST_OF_ORACLE = 0.6;

    /** More than any test holds: a choice among them would only add noise. */
    private static final int ALL_TARGETS = Integer.MAX_VALUE;

    /** 24 categories of 14 lines: 2,016 items, so that 50 of them are few. */
    private static final SimulationSettings SHOP =
            SimulationSettings.defaults()
                    .withUsers(1500)
                    .withCategories(24)
                    .withLines(14)
                    .withLaunchDays(14);

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Of shop and training (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Shoppers of each shop (default: 1500).")
    private int users = SHOP.users();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Gets a folder for each shop.")
    private Path out = Path.of(".");

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ColdStartCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Progress progress = terminal.progress();
        PrintStream print = terminal.out();
        SpreadTable metrics = new SpreadTable();
        Map<String, Double> sums = new HashMap<>();
        for (long seed : seeds) {
            Path folder = out.resolve("seed-" + seed);
            SimulatedShop simulated =
                    new SimulateShop()
                            .run(SHOP.withUsers(users).withSeed(seed), folder, progress)
                            .shop();
            ShopConfig shop =
                    config.read(
                            Map.of(
                                    "shop",
                                    folder.toAbsolutePath().toString(),
                                    "seed",
                                    Long.toString(seed)));
            new PrepareData(Clock.systemUTC()).run(shop, progress);
            TrainReport trained =
                    new TrainModel().run(shop, new TrainModel.Options(false), progress);
            print.printf("%n== seed %d%n%s", seed, trained.toText());
            Map<String, Map<String, Double>> measured =
                    measure(shop, simulated, Bundle.open(trained.bundle()), print);
            measured.forEach(
                    (scorer, values) -> {
                        metrics.add(scorer, values);
                        print.printf("%-20s %s%n", scorer, values);
                        sums.merge(scorer, values.getOrDefault(recall(), 0.0), Double::sum);
                    });
        }
        print.printf(
                "%n== new items over the seeds %s: mean ± standard deviation%n%s",
                seeds, metrics.toText());
        json.write(Map.of("seeds", seeds, "users", users, "models", metrics.toTree()));
        judge(sums, seeds.size(), print);
        return 0;
    }

    private static String recall() {
        return "recall@" + K;
    }

    private static void judge(Map<String, Double> sums, int runs, PrintStream print) {
        double model = sums.getOrDefault("model", 0.0);
        double random = sums.getOrDefault("random", 0.0);
        double popularity =
                Math.max(
                        sums.getOrDefault("popularity (known)", 0.0),
                        sums.getOrDefault("popularity (mean)", 0.0));
        double oracle = sums.getOrDefault("oracle", 0.0);
        print.printf(
                "recall@%d of the model: %.1f times random (at least %.0f), %.2f of the oracle (at"
                        + " least %.2f), %.4f above popularity (above 0)%n",
                K,
                model / random,
                LEAST_OF_RANDOM,
                model / oracle,
                LEAST_OF_ORACLE,
                (model - popularity) / runs);
        if (model < LEAST_OF_RANDOM * random
                || model < LEAST_OF_ORACLE * oracle
                || model <= popularity) {
            throw new NextactException(
                    Category.QUALITY,
                    "new items are recommended less well than they must; see above");
        }
    }

    /** By scorer and metric. */
    private static Map<String, Map<String, Double>> measure(
            ShopConfig shop, SimulatedShop simulated, Bundle bundle, PrintStream print) {
        EventLog log = PreparedData.open(shop.preparedDirectory());
        Split split = Split.of(shop.split(), log.sequences());
        Catalog catalog = bundle.catalog();
        LearningData data = LearningData.of(catalog, log.catalog(), log.sequences(), split);
        NextItemTargets all = NextItemTargets.of(data, Part.TEST, ALL_TARGETS, 0);
        boolean[] isLaunched = new boolean[catalog.size() + 1];
        simulated.launchedItems().forEach(id -> isLaunched[catalog.indexOf(id)] = true);
        isLaunched[0] = false;
        refuseLearned(data, isLaunched);
        List<Integer> targets = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (isLaunched[all.item(i)]) {
                targets.add(i);
            }
        }
        if (targets.isEmpty()) {
            throw new NextactException(
                    Category.QUALITY, "no event of the test is of a launched item that is known");
        }
        print.printf(
                "%,d items, %d of them launched; %,d of the test's %,d events are of these%n",
                catalog.size(), simulated.launchedItems().size(), targets.size(), all.size());
        int[][] kinds = kinds(shop, catalog);
        Map<String, Map<String, Double>> measured = new LinkedHashMap<>();
        try (OnnxScorer model = OnnxScorer.open(bundle)) {
            measured.put("model", metrics(model, all, targets, kinds));
        }
        measured.put("random", random(all, targets, kinds));
        float[] popularity = popularity(data, isLaunched, kinds);
        measured.put("popularity (known)", known(popularity, all, targets, isLaunched, kinds));
        measured.put("popularity (mean)", metrics(constant(popularity), all, targets, kinds));
        measured.put("oracle", metrics(simulated.oracle(catalog), all, targets, kinds));
        return measured;
    }

    private static void refuseLearned(LearningData data, boolean[] isLaunched) {
        for (int user = 0; user < data.sequences().size(); user++) {
            for (int i = 0; i < data.split().validEnd(user); i++) {
                if (isLaunched[data.sequences().get(user).item(i)]) {
                    throw NextactException.input(
                            "an event of a launched item lies before the test: split.test must be"
                                    + " %d days",
                            SHOP.launchDays());
                }
            }
        }
    }

    /** Of each item those of its category, itself included. */
    private static int[][] kinds(ShopConfig shop, Catalog catalog) {
        ItemFacts facts = PreparedData.itemFacts(shop.preparedDirectory(), Optional.empty());
        Map<String, List<Integer>> byCategory = new HashMap<>();
        List<String> categories = new ArrayList<>(List.of(""));
        for (String id : catalog.ids()) {
            String category = facts.of("category").getOrDefault(id, List.of("")).get(0);
            categories.add(category);
            byCategory.computeIfAbsent(category, c -> new ArrayList<>()).add(categories.size() - 1);
        }
        int[][] kinds = new int[catalog.size() + 1][];
        for (int item = 1; item < kinds.length; item++) {
            kinds[item] =
                    byCategory.getOrDefault(categories.get(item), List.of()).stream()
                            .mapToInt(Integer::intValue)
                            .toArray();
        }
        return kinds;
    }

    private static Map<String, Double> metrics(
            NextItemScorer scorer, NextItemTargets all, List<Integer> targets, int[][] kinds) {
        int[] everything = new int[all.catalogSize()];
        Arrays.setAll(everything, i -> i + 1);
        double recall = 0;
        double ofKind = 0;
        float[][] scores = new float[BATCH][all.catalogSize() + 1];
        for (int from = 0; from < targets.size(); from += BATCH) {
            List<Integer> batch = targets.subList(from, Math.min(targets.size(), from + BATCH));
            List<EventSequence> histories = batch.stream().map(all::history).toList();
            scorer.score(histories, scores);
            for (int b = 0; b < batch.size(); b++) {
                int target = all.item(batch.get(b));
                recall += rank(scores[b], target, everything) <= K ? 1 : 0;
                ofKind += rank(scores[b], target, kinds[target]) <= K_OF_KIND ? 1 : 0;
            }
        }
        return named(recall / targets.size(), ofKind / targets.size());
    }

    /** What a random order gives on the average. */
    private static Map<String, Double> random(
            NextItemTargets all, List<Integer> targets, int[][] kinds) {
        double ofKind =
                targets.stream()
                        .mapToDouble(
                                i -> Math.min(1.0, K_OF_KIND / (double) kinds[all.item(i)].length))
                        .average()
                        .orElseThrow();
        return named(K / (double) all.catalogSize(), ofKind);
    }

    private static Map<String, Double> named(double recall, double ofKind) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(recall(), recall);
        metrics.put("recall@" + K_OF_KIND + " of kind", ofKind);
        return metrics;
    }

    /** From 1, in the middle of equal scores. */
    private static double rank(float[] scores, int target, int[] among) {
        int higher = 0;
        int equal = -1; // the target itself
        for (int item : among) {
            higher += scores[item] > scores[target] ? 1 : 0;
            equal += scores[item] == scores[target] ? 1 : 0;
        }
        return 1 + higher + equal / 2.0;
    }

    /** Training events; a launched item counts as the mean of the learned ones of its kind. */
    private static float[] popularity(LearningData data, boolean[] isLaunched, int[][] kinds) {
        int[] counted = data.trainEvents();
        float[] events = new float[counted.length];
        for (int item = 1; item < counted.length; item++) {
            events[item] =
                    !isLaunched[item]
                            ? counted[item]
                            : (float)
                                    Arrays.stream(kinds[item])
                                            .filter(other -> !isLaunched[other])
                                            .map(other -> counted[other])
                                            .average()
                                            .orElse(0);
        }
        return events;
    }

    /** Scores every history alike. */
    private static NextItemScorer constant(float[] ofItems) {
        return new NextItemScorer() {
            @Override
            public String name() {
                return "popularity";
            }

            @Override
            public void score(List<EventSequence> histories, float[][] scores) {
                for (int b = 0; b < histories.size(); b++) {
                    System.arraycopy(ofItems, 0, scores[b], 0, ofItems.length);
                }
            }
        };
    }

    /** What popularity reaches for learned items of the kinds of the targets. */
    private static Map<String, Double> known(
            float[] popularity,
            NextItemTargets all,
            List<Integer> targets,
            boolean[] isLaunched,
            int[][] kinds) {
        Map<Integer, List<Integer>> byKind = new HashMap<>(); // a kind by its first item
        for (int i = 0; i < all.size(); i++) {
            int item = all.item(i);
            if (item > 0 && !isLaunched[item]) {
                byKind.computeIfAbsent(kinds[item][0], kind -> new ArrayList<>()).add(i);
            }
        }
        Map<Integer, Map<String, Double>> levels = new HashMap<>();
        byKind.forEach(
                (kind, known) ->
                        levels.put(kind, metrics(constant(popularity), all, known, kinds)));
        Map<String, Double> sum = new LinkedHashMap<>();
        for (int i : targets) {
            levels.getOrDefault(kinds[all.item(i)][0], named(0, 0))
                    .forEach((metric, value) -> sum.merge(metric, value, Double::sum));
        }
        sum.replaceAll((metric, value) -> value / targets.size());
        return sum;
    }
}
