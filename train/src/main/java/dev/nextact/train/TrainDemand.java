package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.data.DemandReader;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.train.DemandValidation.Trial;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Learns what will sell from a panel: of which family, how many epochs, and how wide the
 * distributions must be, from its last periods, which the first training does not see; then all of
 * it anew.
 */
public final class TrainDemand {

    /** What was chosen on the validation of UCI Online Retail, and serves other shops to begin. */
    private static final int WIDTH = 48;

    private static final double DROPOUT = 0.1;
    private static final int MOST_EPOCHS = 60;
    private static final int PATIENCE = 4;
    private static final int BATCH = 32;
    private static final double LEARNING_RATE = 0.002;
    private static final double EMA = 0.995;
    private static final double CLIP_NORM = 5;

    /** Of the log at least so many horizons are learned from where two are for validation. */
    private static final int LEAST_LEARNED = 4;

    /** Of which the network reads at most so many windows: two years of weeks. */
    private static final int WINDOWS = 8;

    /**
     * What is tried.
     *
     * @param families of the encoder; of several the one is taken whose pinball loss is least on
     *     the validation, of equal ones the first
     * @param budget how long they may be tried; the first is in any case
     * @param epochs at most
     */
    public record Plan(List<Family> families, Duration budget, int epochs) {

        /** All, in the order in which a short budget tries them: the default first. */
        private static final List<Family> ALL =
                List.of(Family.GRU, Family.LSTM, Family.TRANSFORMER, Family.HSTU, Family.RNN);

        public Plan {
            families = List.copyOf(families);
            if (families.isEmpty() || epochs < 1) {
                throw new IllegalArgumentException(
                        "expected a family and an epoch or more, found "
                                + families
                                + " and "
                                + epochs);
            }
        }

        /** One family. */
        public static Plan of(Family family) {
            return new Plan(List.of(family), Duration.ZERO, MOST_EPOCHS);
        }

        static Plan of(ShopConfig config) {
            String family = config.tasks().demand().family();
            return family.equals(ShopConfig.Model.AUTO)
                    ? new Plan(ALL, config.train().familyBudget(), MOST_EPOCHS)
                    : of(Family.of(family));
        }
    }

    /**
     * What was learned.
     *
     * @param epochs that the validation chose
     * @param validation −ln P of a step, without the term that no weight changes
     * @param tried of each family how its forecasts of the validation did, see {@link
     *     dev.nextact.core.demand.DemandErrors#metrics}
     */
    public record Learned(
            DemandSettings settings,
            Map<String, FloatTensor> weights,
            int epochs,
            double validation,
            Map<Family, Map<String, Double>> tried,
            double seconds) {

        public Learned {
            tried = Collections.unmodifiableMap(new EnumMap<>(tried));
        }

        private Map<String, Double> metrics() {
            Map<String, Double> metrics = new TreeMap<>();
            metrics.put("epochs", (double) epochs);
            metrics.put("validation-loss", validation);
            tried.forEach(
                    (family, of) -> {
                        double pinball = of.getOrDefault("pinball", Double.NaN);
                        if (Double.isFinite(pinball)) {
                            metrics.put("validation-pinball-" + family.title(), pinball);
                        }
                    });
            return metrics;
        }
    }

    /**
     * Learns from the whole prepared log of a shop.
     *
     * @param source the shoppers' model, whose weight the validation chooses
     * @return the directory of the new bundle, and what was learned
     */
    public Trained run(ShopConfig config, Optional<DemandSource> source, Progress progress) {
        DemandPeriod period = config.tasks().demand().period();
        DemandPanel panel = DemandReader.of(config, period).read(config.target(), Optional.empty());
        int horizon = period.count(config.tasks().demand().horizon());
        Learned learned =
                run(panel, horizon, config.train().seed(), Plan.of(config), source, progress);
        Path bundle =
                DemandBundle.write(
                        config.demandDirectory(),
                        new DemandBundle.Content(
                                config.model().name(),
                                config.target(),
                                config.train().seed(),
                                panel,
                                learned.settings(),
                                learned.weights(),
                                learned.metrics()),
                        Clock.systemUTC());
        return new Trained(bundle, learned, panel.series().size(), panel.periods());
    }

    /**
     * @param bundle its directory
     * @param items that were learned from
     * @param periods of the log
     */
    public record Trained(Path bundle, Learned learned, int items, int periods) {}

    /** By a gated recurrent network, without the shoppers' model. */
    public Learned run(DemandPanel panel, int horizon, long seed, Progress progress) {
        return run(panel, horizon, seed, Plan.of(Family.GRU), Optional.empty(), progress);
    }

    /**
     * @param panel all that may be learned from
     * @param horizon H, steps that are foretold
     * @param source the shoppers' model; where it learned from the validation's periods it is not
     *     heard
     */
    public Learned run(
            DemandPanel panel,
            int horizon,
            long seed,
            Plan plan,
            Optional<DemandSource> source,
            Progress progress) {
        long start = System.nanoTime();
        if (panel.periods() <= 2 * horizon) {
            throw NextactException.input(
                    "%d %ss ahead need more than %d %ss of log to learn from, found %d. Ask for a"
                            + " shorter tasks.demand.horizon, or tasks.demand.period: day",
                    horizon,
                    panel.period().title(),
                    2 * horizon,
                    panel.period().title(),
                    panel.periods());
        }
        DemandFeatures features = DemandFeatures.of(panel);
        ShopConfig.Train train = settings(seed, plan.epochs());
        boolean isLong = panel.periods() >= (LEAST_LEARNED + 2) * horizon;
        DemandValidation validation =
                DemandValidation.of(
                        panel, features, isLong ? 2 * horizon : horizon, horizon, seed, source);
        List<Trial> trials = new ArrayList<>();
        for (Family family : plan.families()) {
            if (trials.isEmpty() || System.nanoTime() - start < plan.budget().toNanos()) {
                trials.add(
                        validation.tryOut(
                                settings(family, panel, features, horizon), train, progress));
            }
        }
        Trial best =
                trials.stream().min(Comparator.comparingDouble(TrainDemand::pinball)).orElseThrow();
        if (plan.families().size() > 1) {
            progress.say(why(best, trials, plan));
        }
        source.ifPresent(
                of ->
                        progress.say(
                                said(
                                        of,
                                        !validation.hears(),
                                        best.settings().calibration().blend())));
        Map<String, FloatTensor> weights =
                learn(
                        new DemandNetwork(best.settings()),
                        train,
                        panel,
                        features,
                        best.epochs(),
                        progress);
        Map<Family, Map<String, Double>> tried = new EnumMap<>(Family.class);
        trials.forEach(trial -> tried.put(trial.settings().family(), trial.metrics()));
        return new Learned(
                best.settings(),
                weights,
                best.epochs(),
                best.loss(),
                tried,
                (System.nanoTime() - start) / 1e9);
    }

    private static DemandSettings settings(
            Family family, DemandPanel panel, DemandFeatures features, int horizon) {
        return DemandSettings.of(
                panel.period(),
                features.names(),
                horizon,
                family,
                WIDTH,
                DROPOUT,
                WINDOWS * panel.period().window());
    }

    private static double pinball(Trial trial) {
        return trial.metrics().getOrDefault("pinball", Double.NaN);
    }

    private static String why(Trial best, List<Trial> trials, Plan plan) {
        List<String> figures = new ArrayList<>();
        trials.forEach(
                trial ->
                        figures.add(
                                String.format(
                                        Locale.ROOT,
                                        "%s %.4f",
                                        trial.settings().family().title(),
                                        pinball(trial))));
        return String.format(
                Locale.ROOT,
                "tasks.demand.family auto: %s has the least pinball loss on validation (%s)%s",
                best.settings().family().title(),
                String.join(", ", figures),
                trials.size() == plan.families().size()
                        ? ""
                        : "; the budget of " + plan.budget().toSeconds() + " s ended the search");
    }

    private static ShopConfig.Train settings(long seed, int epochs) {
        return new ShopConfig.Train(
                epochs,
                PATIENCE,
                seed,
                BATCH,
                1,
                false,
                "adam",
                LEARNING_RATE,
                ShopConfig.Schedule.CONSTANT,
                0,
                CLIP_NORM,
                EMA,
                ShopConfig.Loss.of("full-softmax", 0),
                Map.of(),
                1,
                true,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    private static String said(DemandSource source, boolean isLate, DemandBlend blend) {
        if (isLate) {
            return String.format(
                    Locale.ROOT,
                    "the shoppers' model is not heard: it learned until %s, which is after the last"
                            + " cut-off of demand's validation. A longer split.test leaves it out",
                    source.learnedUntilMicros() == Long.MAX_VALUE
                            ? "the end of the log"
                            : Instant.ofEpochMilli(source.learnedUntilMicros() / 1000));
        }
        return String.format(
                Locale.ROOT,
                "the shoppers' predicted purchases: weight %.2f on validation%s",
                blend.weight(),
                blend.weight() == 0
                        ? ", so the network answers alone"
                        : String.format(Locale.ROOT, ", times %.2f", blend.factor()));
    }

    private static Map<String, FloatTensor> learn(
            DemandNetwork network,
            ShopConfig.Train train,
            DemandPanel panel,
            DemandFeatures features,
            int epochs,
            Progress progress) {
        long steps = DemandTrainer.steps(panel, train) * epochs;
        try (DemandTrainer trainer = new DemandTrainer(network, train, steps);
                Progress.Task task = progress.start("train", epochs, "epochs")) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                double loss = trainer.epoch(panel, features).mean();
                task.at(epoch, String.format(Locale.ROOT, "loss %.4f", loss));
            }
            return trainer.learned();
        }
    }
}
