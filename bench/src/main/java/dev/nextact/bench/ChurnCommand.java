package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Spread;
import dev.nextact.core.churn.BgNbd;
import dev.nextact.core.churn.CustomerBaseModel;
import dev.nextact.core.churn.ParetoNbd;
import dev.nextact.core.churn.RepeatPurchases;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.probability.ReliabilityBin;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.churn.PurchaseFeatures;
import dev.nextact.evaluate.churn.Purchases;
import dev.nextact.evaluate.tabular.BoostedTrees;
import dev.nextact.evaluate.tabular.LogisticRegression;
import dev.nextact.evaluate.tabular.PoissonRegression;
import dev.nextact.evaluate.tabular.TabularClassifier;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "churn",
        description = {
            "Who of the CDNOW sample buys nothing in weeks 40-78, foretold from weeks 1-39. BG/NBD",
            "and Pareto/NBD are fitted to weeks 1-39. The classifiers learn within weeks 1-39 too:",
            "from what was known half way, at week 19.5, who bought nothing in the other half; then",
            "they are asked at week 39 about as long a time again. The -all models learn from all",
            "23,570 customers in the same way, and so does nextact: its sequence classifier half way,",
            "its hazards from any moment of weeks 1-39."
        })
final class ChurnCommand implements Callable<Integer> {

    /** Half of what is known: a horizon in the same proportion to the past as the one asked for. */
    private static final double EARLY_CUT_OFF = Cdnow.CUT_OFF / 2;

    /** Of each customer: 2,357 of them make the error of the total small. */
    private static final int FUTURES = 10;

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "The folder with CDNOW's transactions.csv.gz.")
    private Path data = Path.of(".");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44,45,46",
            description = "Seeds of the trees (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A variable of bench/configs/cdnow.yaml or cdnow-classifier.yaml.")
    private Map<String, String> variables = Map.of();

    @Mixin private JsonOption json = new JsonOption();

    ChurnCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Purchases> customers = Cdnow.sample(data);
        boolean[] left = churn(customers, Cdnow.CUT_OFF, Cdnow.CUT_OFF + Cdnow.HORIZON);
        Map<String, List<BinaryOutcomes>> outcomes = new LinkedHashMap<>();

        double[] same = new double[left.length];
        Arrays.fill(same, baseRate(customers));
        outcomes.put("base-rate", List.of(BinaryOutcomes.of(same, left)));
        List<RepeatPurchases> seen = customers.stream().map(c -> c.until(Cdnow.CUT_OFF)).toList();
        Map<String, Double> totals = new LinkedHashMap<>();
        for (CustomerBaseModel model : List.of(BgNbd.fit(seen), ParetoNbd.fit(seen))) {
            double[] p =
                    seen.stream()
                            .mapToDouble(c -> 1 - model.purchaseProbability(c, Cdnow.HORIZON))
                            .toArray();
            outcomes.put(model.name(), List.of(BinaryOutcomes.of(p, left)));
            totals.put(
                    model.name(),
                    seen.stream()
                            .mapToDouble(c -> model.expectedPurchases(c, Cdnow.HORIZON))
                            .sum());
        }
        outcomes.putAll(classifiers(customers, customers, left, ""));
        List<Purchases> all =
                Cdnow.all(data).stream().filter(c -> c.times()[0] < EARLY_CUT_OFF).toList();
        outcomes.putAll(classifiers(all, customers, left, "-all"));
        List<RepeatPurchases> allSeen = all.stream().map(c -> c.until(Cdnow.CUT_OFF)).toList();
        BgNbd ofAll = BgNbd.fit(allSeen);
        outcomes.put(
                "bg-nbd-all",
                List.of(
                        BinaryOutcomes.of(
                                seen.stream()
                                        .mapToDouble(
                                                c ->
                                                        1
                                                                - ofAll.purchaseProbability(
                                                                        c, Cdnow.HORIZON))
                                        .toArray(),
                                left)));
        totals.put(
                "bg-nbd-all",
                seen.stream().mapToDouble(c -> ofAll.expectedPurchases(c, Cdnow.HORIZON)).sum());
        totals.put("poisson", poisson(customers, customers));
        totals.put("poisson-all", poisson(all, customers));
        sequenceClassifier(all, customers, left, outcomes, totals);
        hazards(all, customers, left, outcomes, totals);
        int bought =
                customers.stream()
                        .mapToInt(c -> c.countBetween(Cdnow.CUT_OFF, Cdnow.CUT_OFF + Cdnow.HORIZON))
                        .sum();
        print(outcomes, totals, bought);
        json.write(tree(outcomes, totals, bought));
        return 0;
    }

    /** Whether a customer buys nothing after the one time, up to and including the other. */
    private static boolean[] churn(List<Purchases> customers, double after, double until) {
        boolean[] left = new boolean[customers.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = customers.get(i).countBetween(after, until) == 0;
        }
        return left;
    }

    /** The share that bought nothing in the second half of weeks 1-39. */
    private static double baseRate(List<Purchases> customers) {
        boolean[] left = churn(customers, EARLY_CUT_OFF, Cdnow.CUT_OFF);
        int count = 0;
        for (boolean one : left) {
            count += one ? 1 : 0;
        }
        return count / (double) left.length;
    }

    /**
     * nextact's hazards, of each seed; all that any customer did in weeks 1 to 39 is learned from.
     */
    private void hazards(
            List<Purchases> all,
            List<Purchases> customers,
            boolean[] left,
            Map<String, List<BinaryOutcomes>> outcomes,
            Map<String, Double> totals) {
        List<BinaryOutcomes> ofSeeds = new ArrayList<>();
        double total = 0;
        for (long seed : seeds) {
            try (CdnowNetwork network =
                    CdnowNetwork.train(all, variables(seed), terminal.progress())) {
                ofSeeds.add(said("hazards", seed, network.churn(customers), left));
                total += network.expectedPurchases(customers, FUTURES, seed) / seeds.size();
            }
        }
        outcomes.put("hazards", ofSeeds);
        totals.put("hazards", total);
    }

    /**
     * How many purchases Poisson regression expects, learned and asked as the other tabular ones.
     *
     * @param learned customers to learn from
     * @param customers to foretell
     */
    private static double poisson(List<Purchases> learned, List<Purchases> customers) {
        int[] counts =
                learned.stream()
                        .mapToInt(c -> c.countBetween(EARLY_CUT_OFF, Cdnow.CUT_OFF))
                        .toArray();
        return Arrays.stream(
                        PoissonRegression.fit(rows(learned, EARLY_CUT_OFF), counts)
                                .means(rows(customers, Cdnow.CUT_OFF)))
                .sum();
    }

    /** nextact's sequence classifier, of each seed, asked as the tabular ones are. */
    private void sequenceClassifier(
            List<Purchases> all,
            List<Purchases> customers,
            boolean[] left,
            Map<String, List<BinaryOutcomes>> outcomes,
            Map<String, Double> totals) {
        List<BinaryOutcomes> ofSeeds = new ArrayList<>();
        double total = 0;
        for (long seed : seeds) {
            try (CdnowClassifier network =
                    CdnowClassifier.train(
                            all,
                            EARLY_CUT_OFF,
                            Cdnow.CUT_OFF,
                            variables(seed),
                            terminal.progress())) {
                double[] churn = network.churn(customers, Cdnow.CUT_OFF);
                ofSeeds.add(said("classifier", seed, churn, left));
                double expected = network.expectedPurchases(customers, Cdnow.CUT_OFF);
                terminal.progress()
                        .say(String.format(Locale.ROOT, "%.1f purchases expected", expected));
                total += expected / seeds.size();
            }
        }
        outcomes.put("classifier", ofSeeds);
        totals.put("classifier", total);
    }

    private Map<String, String> variables(long seed) {
        Map<String, String> own = new HashMap<>(variables);
        own.put("seed", Long.toString(seed));
        return own;
    }

    private BinaryOutcomes said(String model, long seed, double[] churn, boolean[] left) {
        BinaryOutcomes outcomes = BinaryOutcomes.of(churn, left);
        terminal.progress()
                .say(
                        String.format(
                                Locale.ROOT, "%s, seed %d: %s", model, seed, outcomes.metrics()));
        return outcomes;
    }

    /**
     * @param learned customers to learn from
     * @param customers to foretell
     */
    private Map<String, List<BinaryOutcomes>> classifiers(
            List<Purchases> learned, List<Purchases> customers, boolean[] left, String suffix) {
        double[][] early = rows(learned, EARLY_CUT_OFF);
        boolean[] labels = churn(learned, EARLY_CUT_OFF, Cdnow.CUT_OFF);
        double[][] now = rows(customers, Cdnow.CUT_OFF);
        Map<String, List<BinaryOutcomes>> outcomes = new LinkedHashMap<>();
        TabularClassifier logistic = LogisticRegression.fit(early, labels);
        outcomes.put(
                logistic.name() + suffix,
                List.of(BinaryOutcomes.of(logistic.probabilities(now), left)));
        List<BinaryOutcomes> ofSeeds = new ArrayList<>();
        for (long seed : seeds) {
            try (BoostedTrees trees =
                    BoostedTrees.fit(early, labels, BoostedTrees.Settings.defaults(), seed)) {
                terminal.progress()
                        .say(
                                "xgboost"
                                        + suffix
                                        + ", seed "
                                        + seed
                                        + ": "
                                        + trees.trees()
                                        + " trees");
                ofSeeds.add(BinaryOutcomes.of(trees.probabilities(now), left));
            }
        }
        outcomes.put("xgboost" + suffix, ofSeeds);
        return outcomes;
    }

    private static double[][] rows(List<Purchases> customers, double cutOff) {
        return customers.stream().map(c -> PurchaseFeatures.at(c, cutOff)).toArray(double[][]::new);
    }

    private void print(
            Map<String, List<BinaryOutcomes>> outcomes, Map<String, Double> totals, int bought) {
        PrintStream out = terminal.out();
        BinaryOutcomes reference = Objects.requireNonNull(outcomes.get("bg-nbd")).get(0);
        Bootstrap ofTrees = losses(Objects.requireNonNull(outcomes.get("xgboost-all")));
        out.printf(
                "%,d customers, of whom %,d (%.1f %%) bought nothing in weeks 40-78%n",
                reference.size(),
                reference.positives(),
                100.0 * reference.positives() / reference.size());
        out.printf(
                "%-12s %-17s %-8s %-8s %-8s %-8s  %-19s %-19s%n",
                "model",
                "log-loss",
                "auc",
                "pr-auc",
                "brier",
                "ece",
                "less bg-nbd's, 95 %",
                "less xgboost-all's");
        outcomes.forEach(
                (model, ofSeeds) -> {
                    Bootstrap ofModel = losses(ofSeeds);
                    out.printf(
                            "%-12s %-17s %-8.4f %-8.4f %-8.4f %-8.4f  %-19s %-19s%n",
                            model,
                            spread(ofSeeds, "log-loss").toText(),
                            spread(ofSeeds, "auc").mean(),
                            spread(ofSeeds, "pr-auc").mean(),
                            spread(ofSeeds, "brier").mean(),
                            spread(ofSeeds, "ece").mean(),
                            shown(ofModel.minus(losses(List.of(reference))).interval()),
                            shown(ofModel.minus(ofTrees).interval()));
                });
        totals.forEach(
                (model, total) ->
                        out.printf(
                                "purchases in weeks 40-78, %s: %.1f expected, %d came (%+.1f %%)%n",
                                model, total, bought, 100 * (total / bought - 1)));
        out.println("reliability of bg-nbd (customers, foretold, came):");
        for (ReliabilityBin bin : reference.reliability(BinaryOutcomes.RELIABILITY_BINS)) {
            out.printf("  %5d  %.3f  %.3f%n", bin.count(), bin.predicted(), bin.observed());
        }
    }

    private static String shown(Bootstrap.Interval interval) {
        return "%+.4f to %+.4f".formatted(interval.low(), interval.high());
    }

    /** The mean log-loss, of each customer the mean over the seeds. */
    private static Bootstrap losses(List<BinaryOutcomes> ofSeeds) {
        int customers = ofSeeds.get(0).size();
        double[] sums = new double[customers];
        int[] counts = new int[customers];
        Arrays.fill(counts, 1);
        for (BinaryOutcomes outcomes : ofSeeds) {
            for (int i = 0; i < customers; i++) {
                sums[i] += outcomes.logLoss(i) / ofSeeds.size();
            }
        }
        return Bootstrap.of(sums, counts, 42);
    }

    private static Spread spread(List<BinaryOutcomes> ofSeeds, String metric) {
        return Spread.of(ofSeeds.stream().map(o -> o.metrics().getOrDefault(metric, 0.0)).toList());
    }

    private Map<String, Object> tree(
            Map<String, List<BinaryOutcomes>> outcomes, Map<String, Double> totals, int bought) {
        Map<String, Object> models = new LinkedHashMap<>();
        outcomes.forEach(
                (model, ofSeeds) -> {
                    Map<String, Object> metrics = new LinkedHashMap<>();
                    for (String metric : ofSeeds.get(0).metrics().keySet()) {
                        metrics.put(metric, spread(ofSeeds, metric).toTree());
                    }
                    models.put(model, metrics);
                });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("models", models);
        tree.put("purchases", bought);
        tree.put("expected_purchases", totals);
        tree.put("seeds", seeds);
        return tree;
    }
}
