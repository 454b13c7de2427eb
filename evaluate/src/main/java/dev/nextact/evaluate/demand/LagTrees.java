package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.evaluate.tabular.BoostedRegression;
import dev.nextact.evaluate.tabular.BoostedRegression.Objective;
import dev.nextact.evaluate.tabular.BoostedTrees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Boosted trees over all items: rows of {@link DemandFeatures}, lags and means of the past among
 * them, and which step of the horizon is asked for. Targets are units by the item's level: one set
 * of trees gives their mean, another, on ln(1 + units by level), the quantiles, for a quantile of a
 * rising function is the function of the quantile. Rows count by their level, so that the losses
 * are those of units. Learned once, from what is known at one cut-off. Holds native memory until
 * closed; confined to one thread.
 */
public final class LagTrees implements DemandForecaster, AutoCloseable {

    /** More rows are drawn from: the trees are small. */
    private static final int MOST_ROWS = 120_000;

    private static final BoostedTrees.Settings SETTINGS =
            new BoostedTrees.Settings(150, 5, 0.08, 0.8);

    private final BoostedRegression mean;
    private final BoostedRegression quantiles;
    private final int horizon;
    private final List<String> names;

    private LagTrees(
            BoostedRegression mean, BoostedRegression quantiles, int horizon, List<String> names) {
        this.mean = mean;
        this.quantiles = quantiles;
        this.horizon = horizon;
        this.names = names;
    }

    /**
     * @param past all that is learned from
     * @param horizon H, the most steps that are then asked for
     * @param seed of which rows are drawn
     */
    public static LagTrees learn(DemandPanel past, int horizon, long seed) {
        DemandFeatures features = DemandFeatures.of(past);
        int width = features.size() + 1;
        long all = 0;
        for (DemandSeries one : past.series()) {
            for (int h = 0; h < horizon; h++) {
                all += Math.max(0, one.size() - h);
            }
        }
        double share = Math.min(1, MOST_ROWS / (double) Math.max(1, all));
        SplittableRandom random = new SplittableRandom(seed);
        Rows rows = new Rows(width, (int) Math.min(all, 2L * MOST_ROWS));
        for (DemandSeries one : past.series()) {
            float[][] ofItem = features.rows(one);
            for (int t = 0; t < one.size(); t++) {
                double level = features.level(one, t);
                for (int h = 0; h < horizon && t + h < one.size(); h++) {
                    if (random.nextDouble() < share) {
                        rows.add(ofItem[t], h, one.units()[t + h] / level, level);
                    }
                }
            }
        }
        if (rows.count == 0) {
            throw new IllegalArgumentException("past: expected periods to learn from, found none");
        }
        float[] targets = Arrays.copyOf(rows.targets, rows.count);
        float[] logs = targets.clone();
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log1p(logs[i]);
        }
        float[] values = Arrays.copyOf(rows.values, rows.count * width);
        float[] weights = Arrays.copyOf(rows.weights, rows.count);
        return new LagTrees(
                BoostedRegression.fit(
                        values, targets, weights, new Objective.Mean(), SETTINGS, seed),
                BoostedRegression.fit(
                        values,
                        logs,
                        weights,
                        new Objective.Quantiles(DemandForecast.LEVELS),
                        SETTINGS,
                        seed),
                horizon,
                features.names());
    }

    /** Rows under collection. */
    private static final class Rows {
        private final int width;
        private final float[] values;
        private final float[] targets;
        private final float[] weights;
        private int count;

        Rows(int width, int most) {
            this.width = width;
            this.values = new float[width * most];
            this.targets = new float[most];
            this.weights = new float[most];
        }

        void add(float[] row, int step, double target, double weight) {
            if (count < targets.length) {
                System.arraycopy(row, 0, values, count * width, width - 1);
                values[count * width + width - 1] = step;
                targets[count] = (float) target;
                weights[count++] = (float) weight;
            }
        }
    }

    @Override
    public String name() {
        return "xgboost";
    }

    @Override
    public List<DemandForecast> forecast(DemandPanel past, int steps) {
        if (steps > horizon) {
            throw new IllegalArgumentException(
                    "horizon: expected at most " + horizon + " steps, found " + steps);
        }
        DemandFeatures features = DemandFeatures.of(past, names);
        int count = past.series().size() * steps;
        Rows rows = new Rows(features.size() + 1, count);
        for (DemandSeries one : past.series()) {
            float[][] ofItem = features.rows(one);
            for (int h = 0; h < steps; h++) {
                rows.add(ofItem[one.size()], h, 0, 1);
            }
        }
        float[][] means = mean.predict(rows.values, count);
        float[][] spreads = quantiles.predict(rows.values, count);
        List<DemandForecast> forecasts = new ArrayList<>();
        int next = 0;
        for (DemandSeries one : past.series()) {
            double level = features.level(one, one.size());
            double[] mean = new double[steps];
            double[][] levels = new double[steps][];
            for (int h = 0; h < steps; h++, next++) {
                mean[h] = level * Math.max(0, means[next][0]);
                levels[h] = new double[spreads[next].length];
                for (int q = 0; q < levels[h].length; q++) {
                    double units = level * Math.max(0, Math.expm1(spreads[next][q]));
                    levels[h][q] = Math.rint(units); // as what sells is whole
                }
                Arrays.sort(levels[h]); // quantiles learned apart may cross
            }
            forecasts.add(new DemandForecast(mean, levels));
        }
        return forecasts;
    }

    @Override
    public void close() {
        mean.close();
        quantiles.close();
    }
}
