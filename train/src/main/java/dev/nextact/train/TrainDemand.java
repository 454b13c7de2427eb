package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.data.DemandReader;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Learns what will sell from a panel: how many epochs, and how wide the distributions must be, from
 * its last periods, which the first training does not see; then all of it anew.
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

    /** Of more items a sample tells the epochs and calibrates. */
    private static final int MOST_VALIDATED = 4_096;

    /** Of the log at least so many horizons are learned from where two are for validation. */
    private static final int LEAST_LEARNED = 4;

    /** Of which the recurrent layer reads at most so many windows: two years of weeks. */
    private static final int WINDOWS = 8;

    /**
     * What was learned.
     *
     * @param epochs that the validation chose
     * @param validation −ln P of a step, without the term that no weight changes
     */
    public record Learned(
            DemandSettings settings,
            Map<String, FloatTensor> weights,
            int epochs,
            double validation,
            double seconds) {}

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
        Learned learned = run(panel, horizon, config.train().seed(), source, progress);
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
                                Map.of(
                                        "epochs",
                                        (double) learned.epochs(),
                                        "validation-loss",
                                        learned.validation())),
                        Clock.systemUTC());
        return new Trained(bundle, learned, panel.series().size(), panel.periods());
    }

    /**
     * @param bundle its directory
     * @param items that were learned from
     * @param periods of the log
     */
    public record Trained(Path bundle, Learned learned, int items, int periods) {}

    /** Without the shoppers' model. */
    public Learned run(DemandPanel panel, int horizon, long seed, Progress progress) {
        return run(panel, horizon, seed, Optional.empty(), progress);
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
        DemandSettings settings =
                DemandSettings.of(
                        panel.period(),
                        features.names(),
                        horizon,
                        WIDTH,
                        DROPOUT,
                        WINDOWS * panel.period().window());
        DemandNetwork network = new DemandNetwork(settings);
        ShopConfig.Train train = settings(seed);
        boolean isLong = panel.periods() >= (LEAST_LEARNED + 2) * horizon;
        Validation validation =
                Validation.of(panel, features, isLong ? 2 * horizon : horizon, horizon, seed);
        Chosen chosen = choose(network, train, validation, progress);
        DemandSettings.Calibration calibration =
                calibrate(validation, chosen.forecasts(), source, progress);
        Map<String, FloatTensor> weights =
                learn(network, train, panel, features, chosen.epochs(), progress);
        return new Learned(
                settings.calibrated(calibration),
                weights,
                chosen.epochs(),
                chosen.loss(),
                (System.nanoTime() - start) / 1e9);
    }

    private static ShopConfig.Train settings(long seed) {
        return new ShopConfig.Train(
                MOST_EPOCHS,
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

    /**
     * The newest periods of a panel, which the first training does not see.
     *
     * @param periods how many
     * @param items of which they are looked at
     * @param origins what was known at each cut-off from which a whole horizon is left
     */
    private record Validation(
            DemandPanel panel,
            DemandFeatures features,
            int periods,
            List<DemandSeries> items,
            List<Origin> origins) {

        /**
         * @param known the panel up to the cut-off
         * @param items series of it
         */
        private record Origin(
                DemandPanel known, DemandFeatures features, List<DemandSeries> items) {}

        static Validation of(
                DemandPanel panel, DemandFeatures features, int periods, int horizon, long seed) {
            List<DemandSeries> items = new ArrayList<>(panel.series());
            Collections.shuffle(items, new Random(seed));
            items = items.subList(0, Math.min(MOST_VALIDATED, items.size()));
            Set<String> ids = new HashSet<>();
            items.forEach(item -> ids.add(item.item()));
            List<Origin> origins = new ArrayList<>();
            for (int cut = panel.periods() - periods; cut <= panel.periods() - horizon; cut++) {
                DemandPanel known = panel.before(cut);
                origins.add(
                        new Origin(
                                known,
                                DemandFeatures.of(known, features.names()),
                                known.series().stream()
                                        .filter(one -> ids.contains(one.item()))
                                        .toList()));
            }
            return new Validation(panel, features, periods, items, origins);
        }

        /** What may be learned from. */
        Origin first() {
            return origins.get(0);
        }
    }

    /**
     * @param forecasts of each of the validation's cut-offs
     */
    private record Chosen(int epochs, double loss, List<List<List<NegativeBinomial>>> forecasts) {}

    private static Chosen choose(
            DemandNetwork network,
            ShopConfig.Train train,
            Validation validation,
            Progress progress) {
        DemandPanel earlier = validation.first().known();
        long steps = DemandTrainer.steps(earlier, train) * train.epochs();
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        List<List<List<NegativeBinomial>>> forecasts = List.of();
        try (DemandTrainer trainer = new DemandTrainer(network, train, steps);
                Progress.Task task = progress.start("choose epochs", train.epochs(), "epochs")) {
            for (int epoch = 1;
                    epoch <= train.epochs() && epoch - best <= train.patience();
                    epoch++) {
                double learned = trainer.epoch(earlier, validation.first().features()).mean();
                double loss =
                        trainer.validate(
                                        validation.items(),
                                        validation.features(),
                                        validation.periods())
                                .mean();
                task.at(
                        epoch,
                        String.format(Locale.ROOT, "loss %.4f · validation %.4f", learned, loss));
                if (loss < least) {
                    best = epoch;
                    least = loss;
                    forecasts =
                            validation.origins().stream()
                                    .map(at -> trainer.forecast(at.items(), at.features()))
                                    .toList();
                }
            }
        }
        return new Chosen(best, least, forecasts);
    }

    private static DemandSettings.Calibration calibrate(
            Validation validation,
            List<List<List<NegativeBinomial>>> forecasts,
            Optional<DemandSource> source,
            Progress progress) {
        List<List<DemandBlend.Outcome>> origins = new ArrayList<>();
        List<DemandBlend.Outcome> told = new ArrayList<>();
        for (int o = 0; o < forecasts.size(); o++) {
            Validation.Origin at = validation.origins().get(o);
            int horizon = forecasts.get(o).get(0).size();
            boolean mayTell =
                    source.isPresent()
                            && source.get().learnedUntilMicros() <= at.known().cutOffMicros();
            Map<String, double[]> other =
                    mayTell ? byItem(at.known(), source.get(), horizon) : Map.of();
            double[] nothing = new double[horizon];
            Arrays.fill(nothing, Double.NaN);
            int[][] actual = validation.panel().unitsAfter(at.known().with(at.items()), horizon);
            List<DemandBlend.Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < at.items().size(); i++) {
                DemandSeries item = at.items().get(i);
                outcomes.add(
                        new DemandBlend.Outcome(
                                forecasts.get(o).get(i),
                                other.getOrDefault(item.item(), nothing),
                                actual[i]));
            }
            origins.add(outcomes);
            if (mayTell) {
                told.addAll(outcomes);
            }
        }
        DemandBlend blend = DemandBlend.fit(told);
        source.ifPresent(of -> progress.say(said(of, told.isEmpty(), blend)));
        List<List<DemandCalibration.Foretold>> blended = new ArrayList<>();
        for (int o = 0; o < origins.size(); o++) {
            List<DemandCalibration.Foretold> foretold = new ArrayList<>();
            for (int i = 0; i < origins.get(o).size(); i++) {
                DemandBlend.Outcome outcome = origins.get(o).get(i);
                foretold.add(
                        new DemandCalibration.Foretold(
                                validation.origins().get(o).items().get(i),
                                blend.of(outcome.steps(), outcome.other()),
                                outcome.actual()));
            }
            blended.add(foretold);
        }
        return DemandCalibration.of(blended, blend);
    }

    private static Map<String, double[]> byItem(
            DemandPanel known, DemandSource source, int horizon) {
        double[][] expected = source.expected(known, horizon);
        Map<String, double[]> byItem = new HashMap<>();
        for (int i = 0; i < expected.length; i++) {
            byItem.put(known.series().get(i).item(), expected[i]);
        }
        return byItem;
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
