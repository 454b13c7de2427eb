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
import dev.nextact.core.Spread;
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
            names = "--shadows",
            paramLabel = "N",
            defaultValue = "8",
            description = {
                "Shadow models of each model that is attacked: one more is trained, and each is",
                "attacked with the others as its shadows (default: ${DEFAULT-VALUE})."
            })
    private int shadows = 8;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "40",
            description = "Of every training (default: ${DEFAULT-VALUE}).")
    private int epochs = 40;

    @Mixin private PrivacyOptions options = new PrivacyOptions(2000, List.of(8.0));
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
        int users = options.users();
        long seed = options.seed();
        Map<String, String> network = new LinkedHashMap<>(PrivacyCommand.NETWORK);
        network.put("train.epochs", Integer.toString(epochs));
        network.put("train.patience", "1000");
        network.put("clean.min_item_events", "1");
        HeldOutShop shop =
                withCanaries(HeldOutShop.simulate(directory, users, 20, seed, network, progress));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d shoppers, half of them learned from, and %d canaries; %d models, %d"
                                + " epochs, seed %d%n%-10s %17s %17s %19s %10s%n",
                        users,
                        CANARIES,
                        shadows + 1,
                        epochs,
                        seed,
                        "",
                        "loss: auc",
                        "likelihood: auc",
                        "exposure",
                        "by chance");
        List<Object> rows = new ArrayList<>();
        rows.add(attack(shop, Double.POSITIVE_INFINITY, progress));
        options.epsilons().forEach(epsilon -> rows.add(attack(shop, epsilon, progress)));
        json.write(
                Map.of(
                        "users", users, "seed", seed, "shadows", shadows, "epochs", epochs, "rows",
                        rows));
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
        SplittableRandom random = new SplittableRandom(options.seed() + 1);
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
        int[] order = HeldOutShop.shuffled(candidates.length, options.seed() * 1000 + model);
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

    /**
     * @param epsilon of the trainings; ∞ without a budget
     */
    private Map<String, Object> attack(HeldOutShop shop, double epsilon, Progress progress) {
        int all = shop.log().sequences().size();
        int[] candidates =
                Arrays.stream(shop.users(Split.Role.TRAINING, all))
                        .filter(user -> user < all - CANARIES)
                        .toArray();
        int models = shadows + 1;
        double[][] losses = new double[models][];
        boolean[][] in = new boolean[models][];
        List<Double> exposures = new ArrayList<>();
        for (int model = 0; model < models; model++) {
            in[model] = half(shop, candidates, model);
            HeldOutShop half = learningFrom(shop, candidates, in[model]);
            TrainReport trained = half.train(config(shop, epsilon, model), progress);
            losses[model] = half.losses(trained, candidates);
            exposures.add(exposure(half, trained));
        }
        List<Double> byLoss = new ArrayList<>();
        List<Double> byLikelihood = new ArrayList<>();
        for (int model = 0; model < models; model++) {
            int of = model;
            byLoss.add(auc(candidates, in[of], i -> -losses[of][i]));
            byLikelihood.add(
                    auc(
                            candidates,
                            in[of],
                            i -> likelihoodRatio(losses, in, of, candidates[i], i)));
        }
        double chance = byChance(shop.log().catalog().size());
        Spread loss = Spread.of(byLoss);
        Spread likelihood = Spread.of(byLikelihood);
        Spread exposure = Spread.of(exposures);
        String name = Double.isInfinite(epsilon) ? "plain" : PrivacyOptions.name(epsilon);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-10s %17s %17s %19s %10.2f%n",
                        name,
                        loss.toText(),
                        likelihood.toText(),
                        exposure.toText(),
                        chance);
        terminal.out().flush();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("auc_of_loss", loss.toTree());
        row.put("auc_of_likelihood_ratio", likelihood.toTree());
        row.put("exposure", exposure.toTree());
        row.put("exposure_by_chance", chance);
        return row;
    }

    /** The mean of log2 of V / rank where every rank is as likely. */
    private static double byChance(int items) {
        return IntStream.rangeClosed(1, items)
                        .mapToDouble(rank -> Math.log(items / (double) rank))
                        .average()
                        .orElseThrow()
                / Math.log(2);
    }

    private ShopConfig config(HeldOutShop shop, double epsilon, int model) {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("train.seed", Long.toString(options.seed() * 100 + model));
        if (Double.isFinite(epsilon)) {
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
     * ln of how much likelier the loss of a model is among the other models that learned from this
     * shopper than among those that did not, both taken for normal.
     *
     * @param attacked the number of the model
     */
    private static double likelihoodRatio(
            double[][] losses, boolean[][] in, int attacked, int user, int place) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int model = 0; model < losses.length; model++) {
            if (model != attacked) {
                (in[model][user] ? with : without).add(losses[model][place]);
            }
        }
        double mean = (mean(with) + mean(without)) / 2;
        if (with.isEmpty() || without.isEmpty()) {
            return -(losses[attacked][place] - (Double.isNaN(mean) ? 0 : mean));
        }
        // few models: one deviation for both, and not below what they could show
        double deviation = Math.max(0.02, Math.sqrt((variance(with) + variance(without)) / 2));
        double x = losses[attacked][place];
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
