package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.OnnxScorer;
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
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "privacy-attacks",
        description = {
            "What a model gives away of who it learned from, in a small shop and after many epochs,",
            "where it gives away most: who is told from others by the loss alone, who by the losses",
            "of shadow models that learned from them and of others that did not (Carlini et al.",
            "2022, LiRA), and how far up the last item of invented shoppers ranks (exposure; Carlini",
            "et al. 2019), for a plain model and one with a budget."
        })
final class PrivacyAttacksCommand implements Callable<Integer> {

    private static final int CANARIES = 50;
    private static final int CANARY_EVENTS = 6;

    private final Terminal terminal;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Shoppers, half of whom are learned from (default: ${DEFAULT-VALUE}).")
    private int users = 2000;

    @Option(
            names = "--shadows",
            paramLabel = "N",
            defaultValue = "8",
            description = "Shadow models (default: ${DEFAULT-VALUE}).")
    private int shadows = 8;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "40",
            description = "Of every training (default: ${DEFAULT-VALUE}).")
    private int epochs = 40;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            defaultValue = "8",
            description = "The budget (default: ${DEFAULT-VALUE}).")
    private double epsilon = 8;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of shop, halves and networks (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin private JsonOption json = new JsonOption();

    PrivacyAttacksCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("nextact-attacks");
        try {
            run(directory);
        } finally {
            AtomicFiles.deleteTree(directory);
        }
        return 0;
    }

    private void run(Path directory) {
        Progress progress = terminal.progress();
        Map<String, String> network = new LinkedHashMap<>(PrivacyCommand.NETWORK);
        network.put("train.epochs", Integer.toString(epochs));
        network.put("train.patience", "1000");
        network.put("clean.min_item_events", "1");
        HeldOutShop shop =
                withCanaries(HeldOutShop.simulate(directory, users, 20, seed, network, progress));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d shoppers, half of them learned from, and %d canaries; %d shadow models,"
                                + " %d epochs, seed %d%n%-12s %14s %18s %10s %12s%n",
                        users,
                        CANARIES,
                        shadows,
                        epochs,
                        seed,
                        "",
                        "loss: auc",
                        "likelihood: auc",
                        "exposure",
                        "by chance");
        List<Object> rows = new ArrayList<>();
        for (boolean isPrivate : new boolean[] {false, true}) {
            rows.add(attack(shop, isPrivate, progress));
        }
        json.write(Map.of("users", users, "shadows", shadows, "epochs", epochs, "rows", rows));
    }

    /** Invented shoppers who did what nobody would, behind all others. */
    private HeldOutShop withCanaries(HeldOutShop shop) {
        EventLog log = shop.log();
        EventSequences.Builder builder = new EventSequences.Builder();
        List<String> ids = new ArrayList<>();
        long last = 0;
        for (int user = 0; user < log.sequences().size(); user++) {
            EventSequence events = log.sequences().get(user);
            for (int i = 0; i < events.size(); i++) {
                builder.event(events.item(i), events.behaviour(i), events.timeMicros(i));
                last = Math.max(last, events.timeMicros(i));
            }
            builder.endUser();
            ids.add(log.userId(user));
        }
        SplittableRandom random = new SplittableRandom(seed + 1);
        for (int canary = 0; canary < CANARIES; canary++) {
            for (int i = 0; i < CANARY_EVENTS; i++) {
                builder.event(
                        1 + random.nextInt(log.catalog().size()),
                        0,
                        last - 60_000_000L * (CANARY_EVENTS - i));
            }
            builder.endUser();
            ids.add("canary-" + canary);
        }
        List<Split.Role> roles = new ArrayList<>(shop.roles());
        IntStream.range(0, CANARIES).forEach(c -> roles.add(Split.Role.TRAINING));
        return new HeldOutShop(
                shop.config(),
                new EventLog(
                        log.catalog(), ids, log.behaviours(), builder.build(), log.fingerprint()),
                roles);
    }

    /** Members of each model: half of the shoppers that may be, and every canary. */
    private boolean[] half(HeldOutShop shop, int[] candidates, int model) {
        boolean[] in = new boolean[shop.roles().size()];
        int[] order = HeldOutShop.shuffled(candidates.length, seed * 1000 + model);
        for (int i = 0; i < candidates.length / 2; i++) {
            in[candidates[order[i]]] = true;
        }
        return in;
    }

    private static HeldOutShop learningFrom(HeldOutShop shop, int[] candidates, boolean[] in) {
        List<Split.Role> roles = new ArrayList<>(shop.roles());
        for (int user : candidates) {
            roles.set(user, in[user] ? Split.Role.TRAINING : Split.Role.TEST);
        }
        return shop.withRoles(roles);
    }

    private Map<String, Object> attack(HeldOutShop shop, boolean isPrivate, Progress progress) {
        int all = shop.log().sequences().size();
        int[] candidates =
                Arrays.stream(shop.users(Split.Role.TRAINING, all))
                        .filter(user -> user < all - CANARIES)
                        .toArray();
        double[][] losses = new double[shadows + 1][];
        boolean[][] in = new boolean[shadows + 1][];
        double exposure = 0;
        for (int model = 0; model <= shadows; model++) {
            in[model] = half(shop, candidates, model);
            HeldOutShop half = learningFrom(shop, candidates, in[model]);
            TrainReport trained = half.train(config(shop, isPrivate, model), progress);
            losses[model] = half.losses(trained, candidates);
            if (model == 0) {
                exposure = exposure(half, trained);
            }
        }
        double byLoss = auc(candidates, in[0], i -> -losses[0][i]);
        double byLikelihood =
                auc(candidates, in[0], i -> likelihoodRatio(losses, in, candidates[i], i));
        double chance =
                IntStream.rangeClosed(1, shop.log().catalog().size())
                                .mapToDouble(
                                        rank ->
                                                Math.log(
                                                        shop.log().catalog().size()
                                                                / (double) rank))
                                .average()
                                .orElseThrow()
                        / Math.log(2);
        String name = isPrivate ? "ε = " + epsilon : "plain";
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-12s %14.4f %18.4f %10.2f %12.2f%n",
                        name,
                        byLoss,
                        byLikelihood,
                        exposure,
                        chance);
        terminal.out().flush();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("auc_of_loss", byLoss);
        row.put("auc_of_likelihood_ratio", byLikelihood);
        row.put("exposure", exposure);
        row.put("exposure_by_chance", chance);
        return row;
    }

    private ShopConfig config(HeldOutShop shop, boolean isPrivate, int model) {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("train.seed", Long.toString(seed * 100 + model));
        if (isPrivate) {
            changes.put("train.privacy", "{epsilon: " + epsilon + "}");
            changes.put("train.batch", "256");
            changes.put("train.ema", "0.95");
        }
        return ShopConfigReader.changed(shop.config(), "the attacked config", changes);
    }

    private static double auc(int[] candidates, boolean[] in, IntToDoubleFunction score) {
        double[] members =
                IntStream.range(0, candidates.length)
                        .filter(i -> in[candidates[i]])
                        .mapToDouble(score)
                        .toArray();
        double[] others =
                IntStream.range(0, candidates.length)
                        .filter(i -> !in[candidates[i]])
                        .mapToDouble(score)
                        .toArray();
        return HeldOutShop.auc(members, others);
    }

    /**
     * ln of how much likelier the loss is among the shadow models that learned from this shopper
     * than among the others, both taken for normal.
     */
    private static double likelihoodRatio(double[][] losses, boolean[][] in, int user, int place) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int model = 1; model < losses.length; model++) {
            (in[model][user] ? with : without).add(losses[model][place]);
        }
        double mean = (mean(with) + mean(without)) / 2;
        if (with.isEmpty() || without.isEmpty()) {
            return -(losses[0][place] - (Double.isNaN(mean) ? 0 : mean));
        }
        // few models: one deviation for both, and not below what they could show
        double deviation = Math.max(0.02, Math.sqrt((variance(with) + variance(without)) / 2));
        double x = losses[0][place];
        return (square((x - mean(without)) / deviation) - square((x - mean(with)) / deviation)) / 2;
    }

    private static double square(double x) {
        return x * x;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    private static double variance(List<Double> values) {
        double mean = mean(values);
        return values.stream().mapToDouble(v -> square(v - mean)).average().orElse(0);
    }

    /** The mean over the canaries of log2 of V / rank of their last item. */
    private static double exposure(HeldOutShop shop, TrainReport trained) {
        Bundle bundle = Bundle.open(trained.bundle());
        LearningData known =
                LearningData.of(
                        bundle.catalog(),
                        shop.log().catalog(),
                        shop.log().sequences(),
                        Split.byRole(shop.log().sequences(), shop.roles()));
        int all = known.sequences().size();
        double sum = 0;
        int count = 0;
        try (OnnxScorer scorer = OnnxScorer.open(bundle)) {
            for (int user = all - CANARIES; user < all; user++) {
                EventSequence events = known.sequences().get(user);
                int secret = events.item(events.size() - 1);
                if (secret == 0) {
                    continue;
                }
                float[][] scores = new float[1][known.catalog().size() + 1];
                scorer.score(List.of(events.prefix(events.size() - 1)), scores);
                int rank = 1;
                for (int item = 1; item < scores[0].length; item++) {
                    rank += scores[0][item] > scores[0][secret] ? 1 : 0;
                }
                sum += Math.log((scores[0].length - 1.0) / rank) / Math.log(2);
                count++;
            }
        }
        return sum / Math.max(1, count);
    }
}
