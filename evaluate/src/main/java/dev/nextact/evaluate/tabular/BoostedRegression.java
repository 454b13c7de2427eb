package dev.nextact.evaluate.tabular;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Gradient-boosted trees (Chen and Guestrin 2016) for numbers, by XGBoost on one thread: a mean, a
 * probability, or several quantiles at once. NaN is missing. Holds native memory until closed;
 * confined to one thread.
 */
public final class BoostedRegression implements AutoCloseable {

    /** What is learned of the targets. */
    public sealed interface Objective {

        /** How many numbers are foretold for a row. */
        int outputs();

        /** The parameters of XGBoost that say so. */
        Map<String, Object> parameters();

        /** The mean of numbers that are zero or above, with many zeros (Tweedie, power 1.5). */
        record Mean() implements Objective {
            @Override
            public int outputs() {
                return 1;
            }

            @Override
            public Map<String, Object> parameters() {
                return Map.of("objective", "reg:tweedie", "tweedie_variance_power", 1.5);
            }
        }

        /** The mean of any numbers, by squared errors. */
        record Squares() implements Objective {
            @Override
            public int outputs() {
                return 1;
            }

            @Override
            public Map<String, Object> parameters() {
                return Map.of("objective", "reg:squarederror");
            }
        }

        /** The probability of 1, where the targets are 1 and 0. */
        record Probability() implements Objective {
            @Override
            public int outputs() {
                return 1;
            }

            @Override
            public Map<String, Object> parameters() {
                return Map.of("objective", "binary:logistic");
            }
        }

        /** Quantiles, by their pinball losses. */
        record Quantiles(List<Double> levels) implements Objective {
            public Quantiles {
                levels = List.copyOf(levels);
            }

            @Override
            public int outputs() {
                return levels.size();
            }

            @Override
            public Map<String, Object> parameters() {
                return Map.of(
                        "objective", "reg:quantileerror", "quantile_alpha", levels.toString());
            }
        }
    }

    private final Booster booster;
    private final int outputs;

    private BoostedRegression(Booster booster, int outputs) {
        this.booster = booster;
        this.outputs = outputs;
    }

    /** Whether XGBoost's native library can be loaded here; on Linux it needs libgomp. */
    public static boolean isAvailable() {
        try {
            new DMatrix(new float[1], 1, 1, Float.NaN).dispose();
            return true;
        } catch (XGBoostError | LinkageError e) {
            return false;
        }
    }

    /**
     * Each row counts alike.
     *
     * @param rows [N][F]
     * @param targets [N]
     */
    public static BoostedRegression fit(
            double[][] rows,
            double[] targets,
            Objective objective,
            BoostedTrees.Settings settings,
            long seed) {
        float[] floats = new float[targets.length];
        float[] weights = new float[targets.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) targets[i];
            weights[i] = 1;
        }
        return fit(Rows.flat(rows), floats, weights, objective, settings, seed);
    }

    /**
     * @param rows [N · F], row by row
     * @param targets [N]
     * @param weights [N], how much each row counts
     */
    public static BoostedRegression fit(
            float[] rows,
            float[] targets,
            float[] weights,
            Objective objective,
            BoostedTrees.Settings settings,
            long seed) {
        if (targets.length == 0
                || rows.length % targets.length != 0
                || weights.length != targets.length) {
            throw new IllegalArgumentException(
                    "rows: expected as many for each of "
                            + targets.length
                            + " targets and a weight, found "
                            + rows.length
                            + " values and "
                            + weights.length
                            + " weights");
        }
        Map<String, Object> parameters = new HashMap<>(objective.parameters());
        parameters.put("max_depth", settings.depth());
        parameters.put("eta", settings.learningRate());
        parameters.put("subsample", settings.rowShare());
        parameters.put("min_child_weight", 5);
        parameters.put("tree_method", "hist");
        parameters.put("nthread", 1);
        parameters.put("verbosity", 0);
        parameters.put("seed", seed);
        try {
            DMatrix matrix =
                    new DMatrix(rows, targets.length, rows.length / targets.length, Float.NaN);
            try {
                matrix.setLabel(targets);
                matrix.setWeight(weights);
                Booster booster =
                        XGBoost.train(matrix, parameters, settings.trees(), Map.of(), null, null);
                return new BoostedRegression(booster, objective.outputs());
            } finally {
                matrix.dispose();
            }
        } catch (XGBoostError e) {
            throw failure(e);
        }
    }

    /**
     * @param rows [N · F]
     * @param count N
     * @return [N][outputs]
     */
    public float[][] predict(float[] rows, int count) {
        if (count == 0) {
            return new float[0][];
        }
        try {
            DMatrix matrix = new DMatrix(rows, count, rows.length / count, Float.NaN);
            try {
                float[][] predicted = booster.predict(matrix);
                for (float[] row : predicted) {
                    if (row.length != outputs) {
                        throw new IllegalStateException(
                                "XGBoost gave " + Arrays.toString(row) + " for " + outputs);
                    }
                }
                return predicted;
            } finally {
                matrix.dispose();
            }
        } catch (XGBoostError e) {
            throw failure(e);
        }
    }

    /**
     * Of an objective with one output.
     *
     * @param rows [N][F]
     * @return [N]
     */
    public double[] predict(double[][] rows) {
        if (rows.length == 0) {
            return new double[0];
        }
        float[][] predicted = predict(Rows.flat(rows), rows.length);
        double[] values = new double[rows.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = predicted[i][0];
        }
        return values;
    }

    @Override
    public void close() {
        booster.dispose();
    }

    private static NextactException failure(XGBoostError e) {
        return new NextactException(Category.INTERNAL, "XGBoost: " + e.getMessage(), e);
    }
}
