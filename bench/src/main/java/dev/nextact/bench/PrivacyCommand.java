package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.LearningData;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.report.Page;
import dev.nextact.evaluate.CountBaselines;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.TrainingPrivacy;
import dev.nextact.predict.PageFile;
import dev.nextact.train.EpochRecord;
import dev.nextact.train.TrainReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "privacy",
        description = {
            "What differential privacy costs: a network trained with and without it on simulated",
            "shoppers, and judged on others, beside popularity and Markov chains without a budget",
            "and with the same one; how well the loss tells who was learned from; time an epoch."
        })
final class PrivacyCommand implements Callable<Integer> {

    /** Of each kind, whose losses an attack looks at. */
    private static final int ATTACKED = 5000;

    private static final String NETWORK_NAME = "network";
    private static final String POPULARITY = "popularity";
    private static final String MARKOV = "markov";

    private final Terminal terminal;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "10",
            description = "Days of the simulated log (default: ${DEFAULT-VALUE}).")
    private int days = 10;

    @Option(names = "--skip-plain", description = "Leave the training without a budget out.")
    private boolean skipPlain;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A change of the private trainings' config, such as train.epochs=20.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "An HTML file for the curve of ndcg@10 over the budgets.")
    private Optional<Path> page = Optional.empty();

    @Mixin private PrivacyOptions options = new PrivacyOptions(50_000, List.of(8.0, 4.0, 2.0, 1.0));

    @Mixin private JsonOption json = new JsonOption();

    PrivacyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Of both kinds of training. */
    static final Map<String, String> NETWORK =
            Map.of(
                    "model.width", "32",
                    "model.layers", "1",
                    "model.heads", "2",
                    "model.length", "20",
                    "model.dropout", "0",
                    "train.loss", "full-softmax",
                    "train.workers", "2");

    /** Large steps and few: noise is added once a step, whatever its size. */
    private static final Map<String, String> PRIVATELY =
            Map.of(
                    "train.batch", "2048",
                    "train.epochs", "10",
                    "train.learning_rate", "0.01",
                    "train.schedule", "cosine",
                    "train.ema", "0.95");

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("nextact-privacy");
        try {
            run(directory);
        } finally {
            AtomicFiles.deleteTree(directory);
        }
        return 0;
    }

    private void run(Path directory) {
        Progress progress = terminal.progress();
        int users = options.users();
        long seed = options.seed();
        HeldOutShop shop = HeldOutShop.simulate(directory, users, days, seed, NETWORK, progress);
        int[] members = shop.users(Split.Role.TRAINING, ATTACKED);
        int[] others = shop.users(Split.Role.TEST, ATTACKED);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d shoppers to learn from, %,d events in all, seed %d; attack on %,d"
                                + " members and %,d others%n%-22s %8s %9s %8s %9s %8s %8s%n",
                        users,
                        shop.log().sequences().events(),
                        seed,
                        members.length,
                        others.length,
                        "",
                        "ndcg@10",
                        "recall@10",
                        "auc",
                        "s/epoch",
                        "epochs",
                        "noise");
        List<Row> rows = new ArrayList<>();
        LearningData data = shop.data(shop.config());
        CountBaselines.of(data)
                .forEach(
                        scorer ->
                                rows.add(
                                        row(
                                                scorer.name(),
                                                Double.POSITIVE_INFINITY,
                                                shop.rank(scorer, data.catalog()))));

        if (!skipPlain) {
            Map<String, String> plainly =
                    Map.of("train.seed", Long.toString(seed), "train.epochs", "15");
            TrainReport plain = shop.train(changed(shop.config(), plainly), progress);
            rows.add(row(Double.POSITIVE_INFINITY, shop, plain, members, others));
        }
        for (double epsilon : options.epsilons()) {
            Map<String, String> all = new LinkedHashMap<>(PRIVATELY);
            all.putAll(changes);
            all.put("train.seed", Long.toString(seed));
            all.put("train.privacy", "{epsilon: " + epsilon + "}");
            ShopConfig config = changed(shop.config(), all);
            LearningData known = shop.data(config);
            double delta = 1.0 / users;
            rows.add(
                    row(
                            POPULARITY,
                            epsilon,
                            shop.rank(
                                    PrivateMarkov.popularity(known, epsilon, delta),
                                    known.catalog())));
            rows.add(
                    row(
                            MARKOV,
                            epsilon,
                            shop.rank(
                                    PrivateMarkov.markov(known, epsilon, delta), known.catalog())));
            TrainReport trained = shop.train(config, progress);
            rows.add(row(epsilon, shop, trained, members, others));
        }
        json.write(
                Map.of(
                        "users",
                        users,
                        "days",
                        days,
                        "seed",
                        seed,
                        "rows",
                        rows.stream().map(Row::toTree).toList()));
        page.ifPresent(file -> PageFile.write(file, curve(users, rows)));
    }

    private static ShopConfig changed(ShopConfig config, Map<String, String> changes) {
        return ShopConfigReader.changed(config, "the private config", changes);
    }

    /**
     * One model, judged.
     *
     * @param epsilon ∞ without a budget
     * @param learned of a network
     */
    private record Row(
            String name, double epsilon, NextItemRanking ranking, Optional<Learned> learned) {

        String title() {
            return name
                    + (epsilon < Double.POSITIVE_INFINITY
                            ? ", " + PrivacyOptions.name(epsilon)
                            : "");
        }

        Map<String, Object> toTree() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", title());
            row.put("ndcg", ranking.ndcg());
            row.put("recall", ranking.recall());
            learned.ifPresent(
                    of -> {
                        row.put("auc", of.auc());
                        row.put("seconds_an_epoch", of.secondsAnEpoch());
                        row.put("epochs", of.epochs());
                        of.privacy().ifPresent(p -> row.put("privacy", p));
                    });
            return row;
        }
    }

    /**
     * @param auc of the attack by the loss
     */
    private record Learned(
            double auc, double secondsAnEpoch, int epochs, Optional<TrainingPrivacy> privacy) {}

    private Row row(String name, double epsilon, NextItemRanking ranking) {
        return told(new Row(name, epsilon, ranking, Optional.empty()));
    }

    private Row row(
            double epsilon, HeldOutShop shop, TrainReport trained, int[] members, int[] others) {
        double auc =
                HeldOutShop.auc(
                        negated(shop.losses(trained, members)),
                        negated(shop.losses(trained, others)));
        List<EpochRecord> epochs = trained.epochs();
        double seconds = epochs.get(epochs.size() - 1).seconds() / epochs.size();
        return told(
                new Row(
                        NETWORK_NAME,
                        epsilon,
                        shop.rank(trained),
                        Optional.of(
                                new Learned(
                                        auc,
                                        seconds,
                                        epochs.size(),
                                        Bundle.open(trained.bundle()).manifest().promise()))));
    }

    private Row told(Row row) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-22s %8.4f %9.4f%s%n",
                        row.title(),
                        row.ranking().ndcg(),
                        row.ranking().recall(),
                        row.learned()
                                .map(
                                        of ->
                                                String.format(
                                                        Locale.ROOT,
                                                        " %8.4f %9.1f %8d %8s",
                                                        of.auc(),
                                                        of.secondsAnEpoch(),
                                                        of.epochs(),
                                                        of.privacy()
                                                                .map(PrivacyCommand::noise)
                                                                .orElse("-")))
                                .orElse(""));
        terminal.out().flush();
        return row;
    }

    private static String noise(TrainingPrivacy privacy) {
        return String.format(Locale.ROOT, "%.3f", privacy.noise());
    }

    private static String curve(int users, List<Row> rows) {
        Page page = new Page("Privacy", "What differential privacy costs");
        List<Page.Line> lines = new ArrayList<>();
        for (String name : List.of(NETWORK_NAME, MARKOV, POPULARITY)) {
            List<Row> of =
                    rows.stream()
                            .filter(r -> r.name().equals(name) && Double.isFinite(r.epsilon()))
                            .sorted(Comparator.comparingDouble(Row::epsilon))
                            .toList();
            double[] x = of.stream().mapToDouble(Row::epsilon).toArray();
            lines.add(
                    new Page.Line(
                            name, x, of.stream().mapToDouble(r -> r.ranking().ndcg()).toArray()));
            rows.stream()
                    .filter(r -> r.name().equals(name) && Double.isInfinite(r.epsilon()))
                    .forEach(
                            r -> {
                                double[] same = new double[x.length];
                                Arrays.fill(same, r.ranking().ndcg());
                                lines.add(new Page.Line(name + " without a budget", x, same));
                            });
        }
        page.doublings(
                String.format(Locale.ROOT, "ndcg@10 by the budget, %,d shoppers", users),
                "ε",
                "ndcg@10",
                lines);
        return page.html();
    }

    private static double[] negated(double[] losses) {
        return Arrays.stream(losses).map(loss -> -loss).toArray();
    }
}
