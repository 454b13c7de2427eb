package dev.nextact.train;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
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
 * The newest periods of a panel, which the first training does not see: they tell its epochs, how
 * its answers are put right, and how good they then are.
 *
 * @param periods how many
 * @param items of which they are looked at
 * @param origins what was known at each cut-off from which a whole horizon is left
 */
record DemandValidation(
        DemandPanel panel,
        DemandFeatures features,
        int periods,
        List<DemandSeries> items,
        List<Origin> origins) {

    /** Of more items a sample is looked at. */
    private static final int MOST_ITEMS = 4_096;

    /**
     * @param known the panel up to the cut-off
     * @param items series of it
     * @param actual what then sold, of each item [H]
     * @param told units that the shoppers' model expects, by item [H]; empty where it has learned
     *     from what came after the cut-off
     */
    record Origin(
            DemandPanel known,
            DemandFeatures features,
            List<DemandSeries> items,
            int[][] actual,
            Optional<Map<String, double[]>> told) {}

    /**
     * How a network did.
     *
     * @param settings its own, calibrated
     * @param epochs after which its loss was least
     * @param loss −ln P of a step, without the term that no weight changes
     * @param metrics of its calibrated forecasts, see {@link DemandErrors#metrics}
     */
    record Trial(DemandSettings settings, int epochs, double loss, Map<String, Double> metrics) {}

    /**
     * @param seed of the sample of items
     * @param source the shoppers' model; where it learned from these periods it is not asked
     */
    static DemandValidation of(
            DemandPanel panel,
            DemandFeatures features,
            int periods,
            int horizon,
            long seed,
            Optional<DemandSource> source) {
        List<DemandSeries> items = new ArrayList<>(panel.series());
        Collections.shuffle(items, new Random(seed));
        items = items.subList(0, Math.min(MOST_ITEMS, items.size()));
        Set<String> ids = new HashSet<>();
        items.forEach(item -> ids.add(item.item()));
        List<Origin> origins = new ArrayList<>();
        for (int cut = panel.periods() - periods; cut <= panel.periods() - horizon; cut++) {
            DemandPanel known = panel.before(cut);
            List<DemandSeries> seen =
                    known.series().stream().filter(one -> ids.contains(one.item())).toList();
            origins.add(
                    new Origin(
                            known,
                            DemandFeatures.of(known, features.names()),
                            seen,
                            panel.unitsAfter(known.with(seen), horizon),
                            source.filter(of -> of.learnedUntilMicros() <= known.cutOffMicros())
                                    .map(of -> byItem(known, of, horizon))));
        }
        return new DemandValidation(panel, features, periods, items, origins);
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

    /** Whether the shoppers' model was asked. */
    boolean hears() {
        return origins.stream().anyMatch(at -> at.told().isPresent());
    }

    /** Learns from what is before these periods, and is judged by them. */
    Trial tryOut(DemandSettings settings, ShopConfig.Train train, Progress progress) {
        DemandPanel earlier = origins.get(0).known();
        DemandFeatures ofEarlier = origins.get(0).features();
        long steps = DemandTrainer.steps(earlier, train) * train.epochs();
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        List<List<List<NegativeBinomial>>> forecasts = List.of();
        try (DemandTrainer trainer = new DemandTrainer(new DemandNetwork(settings), train, steps);
                Progress.Task task =
                        progress.start(
                                "choose epochs of " + settings.family().title(),
                                train.epochs(),
                                "epochs")) {
            for (int epoch = 1;
                    epoch <= train.epochs() && epoch - best <= train.patience();
                    epoch++) {
                double learned = trainer.epoch(earlier, ofEarlier).mean();
                double loss = trainer.validate(items, features, periods).mean();
                task.at(
                        epoch,
                        String.format(Locale.ROOT, "loss %.4f · validation %.4f", learned, loss));
                if (loss < least) {
                    best = epoch;
                    least = loss;
                    forecasts =
                            origins.stream()
                                    .map(at -> trainer.forecast(at.items(), at.features()))
                                    .toList();
                }
            }
        }
        return calibrated(settings, best, least, forecasts);
    }

    /**
     * @param forecasts of each cut-off
     */
    private Trial calibrated(
            DemandSettings settings,
            int epochs,
            double loss,
            List<List<List<NegativeBinomial>>> forecasts) {
        List<List<DemandBlend.Outcome>> outcomes = new ArrayList<>();
        List<DemandBlend.Outcome> told = new ArrayList<>();
        for (int o = 0; o < forecasts.size(); o++) {
            List<DemandBlend.Outcome> ofOrigin = outcomes(origins.get(o), forecasts.get(o));
            outcomes.add(ofOrigin);
            if (origins.get(o).told().isPresent()) {
                told.addAll(ofOrigin);
            }
        }
        DemandBlend blend = DemandBlend.fit(told);
        List<List<DemandCalibration.Foretold>> blended = new ArrayList<>();
        for (int o = 0; o < outcomes.size(); o++) {
            List<DemandCalibration.Foretold> foretold = new ArrayList<>();
            for (int i = 0; i < outcomes.get(o).size(); i++) {
                DemandBlend.Outcome outcome = outcomes.get(o).get(i);
                foretold.add(
                        new DemandCalibration.Foretold(
                                origins.get(o).items().get(i),
                                blend.of(outcome.steps(), outcome.other()),
                                outcome.actual()));
            }
            blended.add(foretold);
        }
        DemandSettings.Calibration calibration = DemandCalibration.of(blended, blend);
        List<OfSeries> errors =
                blended.stream()
                        .flatMap(List::stream)
                        .map(one -> one.spread(calibration.spread()).errors(calibration))
                        .toList();
        return new Trial(
                settings.calibrated(calibration), epochs, loss, DemandErrors.metrics(errors));
    }

    private static List<DemandBlend.Outcome> outcomes(
            Origin at, List<List<NegativeBinomial>> forecasts) {
        List<DemandBlend.Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < forecasts.size(); i++) {
            String item = at.items().get(i).item();
            double[] nothing = new double[at.actual()[i].length];
            Arrays.fill(nothing, Double.NaN);
            double[] other =
                    at.told().map(told -> told.getOrDefault(item, nothing)).orElse(nothing);
            outcomes.add(new DemandBlend.Outcome(forecasts.get(i), other, at.actual()[i]));
        }
        return outcomes;
    }
}
