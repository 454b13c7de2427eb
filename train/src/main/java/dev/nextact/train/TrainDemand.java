package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.data.DemandReader;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Learns what will sell from a panel: how many epochs, and how wide the distributions must be, from
 * its last periods, which the first training does not see; then all of it anew.
 */
public final class TrainDemand {

    /** What was chosen on the validation of UCI Online Retail, and serves other shops to begin. */
    private static final int WIDTH = 48;

    private static final double DROPOUT = 0.1;
    private static final int MOST_EPOCHS = 30;
    private static final int PATIENCE = 4;
    private static final int BATCH = 32;
    private static final double LEARNING_RATE = 0.002;
    private static final double EMA = 0.995;
    private static final double CLIP_NORM = 5;

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
     * @return the directory of the new bundle, and what was learned
     */
    public Trained run(ShopConfig config, Progress progress) {
        DemandPeriod period = config.tasks().demandPeriod();
        DemandPanel panel =
                new DemandReader(config.preparedDirectory(), period)
                        .read(config.target(), Optional.empty());
        int horizon = period.count(config.tasks().demandHorizon());
        Learned learned = run(panel, horizon, config.train().seed(), progress);
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

    /**
     * @param panel all that may be learned from
     * @param horizon H, steps that are foretold
     */
    public Learned run(DemandPanel panel, int horizon, long seed, Progress progress) {
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
        DemandPanel earlier = panel.before(panel.periods() - horizon);
        Chosen chosen = choose(network, train, panel, features, earlier, progress);
        Map<String, FloatTensor> weights =
                learn(network, train, panel, features, chosen.epochs(), progress);
        return new Learned(
                settings.calibrated(
                        chosen.calibration().spread(),
                        chosen.calibration().tail(),
                        chosen.calibration().correlation(),
                        chosen.calibration().stepCorrelation()),
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

    private record Chosen(int epochs, double loss, DemandCalibration calibration) {}

    private static Chosen choose(
            DemandNetwork network,
            ShopConfig.Train train,
            DemandPanel panel,
            DemandFeatures features,
            DemandPanel earlier,
            Progress progress) {
        int horizon = network.settings().horizon();
        DemandFeatures known = DemandFeatures.of(earlier);
        long steps = DemandTrainer.steps(earlier, train) * train.epochs();
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        List<List<NegativeBinomial>> forecasts = List.of();
        try (DemandTrainer trainer = new DemandTrainer(network, train, steps);
                Progress.Task task = progress.start("choose epochs", train.epochs(), "epochs")) {
            for (int epoch = 1;
                    epoch <= train.epochs() && epoch - best <= train.patience();
                    epoch++) {
                double learned = trainer.epoch(earlier, known).mean();
                double loss = trainer.validate(panel, features, horizon).mean();
                task.at(
                        epoch,
                        String.format(Locale.ROOT, "loss %.4f · validation %.4f", learned, loss));
                if (loss < least) {
                    best = epoch;
                    least = loss;
                    forecasts = trainer.forecast(earlier);
                }
            }
        }
        return new Chosen(best, least, DemandCalibration.of(forecasts, earlier, panel));
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
