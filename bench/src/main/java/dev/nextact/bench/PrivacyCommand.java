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
import dev.nextact.evaluate.CountBaselines;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.TrainingPrivacy;
import dev.nextact.train.EpochRecord;
import dev.nextact.train.TrainReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    private final Terminal terminal;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Shoppers to learn from (default: ${DEFAULT-VALUE}).")
    private int users = 50_000;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "10",
            description = "Days of the simulated log (default: ${DEFAULT-VALUE}).")
    private int days = 10;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            split = ",",
            defaultValue = "8,4,2,1",
            description = "Budgets (default: ${DEFAULT-VALUE}).")
    private List<Double> epsilons = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of shop and networks (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A change of the private trainings' config, such as train.epochs=20.")
    private Map<String, String> changes = new LinkedHashMap<>();

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
                    "train.epochs", "12",
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
        List<Object> rows = new ArrayList<>();
        LearningData data = shop.data(shop.config());
        CountBaselines.of(data).forEach(scorer -> rows.add(row(scorer.name(), shop.rank(scorer))));

        TrainReport plain =
                shop.train(
                        changed(shop.config(), Map.of("train.seed", Long.toString(seed))),
                        progress);
        rows.add(row("plain", shop, plain, members, others));
        for (double epsilon : epsilons) {
            Map<String, String> all = new LinkedHashMap<>(PRIVATELY);
            all.putAll(changes);
            all.put("train.seed", Long.toString(seed));
            all.put("train.privacy", "{epsilon: " + epsilon + "}");
            ShopConfig config = changed(shop.config(), all);
            LearningData known = shop.data(config);
            double delta = 1.0 / users;
            rows.add(
                    row(
                            "popularity, ε = " + text(epsilon),
                            shop.rank(PrivateMarkov.popularity(known, epsilon, delta))));
            rows.add(
                    row(
                            "markov, ε = " + text(epsilon),
                            shop.rank(PrivateMarkov.markov(known, epsilon, delta))));
            TrainReport trained = shop.train(config, progress);
            rows.add(row("network, ε = " + text(epsilon), shop, trained, members, others));
        }
        json.write(Map.of("users", users, "days", days, "seed", seed, "rows", rows));
    }

    private static ShopConfig changed(ShopConfig config, Map<String, String> changes) {
        return ShopConfigReader.changed(config, "the private config", changes);
    }

    private static String text(double epsilon) {
        return epsilon == Math.rint(epsilon)
                ? Long.toString((long) epsilon)
                : Double.toString(epsilon);
    }

    private Map<String, Object> row(String name, NextItemRanking ranking) {
        terminal.out()
                .printf(Locale.ROOT, "%-22s %8.4f %9.4f%n", name, ranking.ndcg(), ranking.recall());
        terminal.out().flush();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("ndcg", ranking.ndcg());
        row.put("recall", ranking.recall());
        return row;
    }

    private Map<String, Object> row(
            String name, HeldOutShop shop, TrainReport trained, int[] members, int[] others) {
        NextItemRanking ranking = shop.rank(trained);
        double auc =
                HeldOutShop.auc(
                        negated(shop.losses(trained, members)),
                        negated(shop.losses(trained, others)));
        List<EpochRecord> epochs = trained.epochs();
        double seconds = epochs.get(epochs.size() - 1).seconds() / epochs.size();
        Optional<TrainingPrivacy> privacy = Bundle.open(trained.bundle()).manifest().promise();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-22s %8.4f %9.4f %8.4f %9.1f %8d %8s%n",
                        name,
                        ranking.ndcg(),
                        ranking.recall(),
                        auc,
                        seconds,
                        epochs.size(),
                        privacy.map(p -> String.format(Locale.ROOT, "%.3f", p.noise()))
                                .orElse("-"));
        terminal.out().flush();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("ndcg", ranking.ndcg());
        row.put("recall", ranking.recall());
        row.put("auc", auc);
        row.put("seconds_an_epoch", seconds);
        row.put("epochs", epochs.size());
        privacy.ifPresent(p -> row.put("privacy", p));
        return row;
    }

    private static double[] negated(double[] losses) {
        return Arrays.stream(losses).map(loss -> -loss).toArray();
    }
}
