package dev.nextact.evaluate.tabular;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.probability.BinaryOutcomes;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Gradient-boosted trees (Chen and Guestrin 2016), by XGBoost on one thread. NaN is missing. How
 * many trees is found by five-fold cross-validation within the rows given, so nothing else is
 * looked at. Holds native memory until closed; confined to one thread.
 */
public final class BoostedTrees implements TabularClassifier, AutoCloseable {

    /**
     * @param trees at most so many
     * @param depth of a tree
     * @param learningRate share of each tree that is added
     * @param rowShare share of the rows that each tree sees
     */
    public record Settings(int trees, int depth, double learningRate, double rowShare) {

        /** Shallow trees in small steps: what a few thousand rows can carry. */
        public static Settings defaults() {
            return new Settings(400, 3, 0.05, 0.8);
        }

        private Map<String, Object> parameters(long seed) {
            return Map.of(
                    "objective",
                    "binary:logistic",
                    "max_depth",
                    depth,
                    "eta",
                    learningRate,
                    "subsample",
                    rowShare,
                    "min_child_weight",
                    5,
                    "tree_method",
                    "hist",
                    "nthread",
                    1,
                    "verbosity",
                    0,
                    "seed",
                    seed);
        }
    }

    private static final int FOLDS = 5;

    /** Numbers of trees tried are multiples of it. */
    private static final int TREE_STEP = 10;

    private final Booster booster;
    private final int trees;

    private BoostedTrees(Booster booster, int trees) {
        this.booster = booster;
        this.trees = trees;
    }

    /**
     * @param rows [N][F]
     * @param labels N
     * @param seed of the folds and of the rows that each tree sees
     */
    public static BoostedTrees fit(
            double[][] rows, boolean[] labels, Settings settings, long seed) {
        Rows.check(rows, labels.length);
        try {
            int trees = bestTrees(rows, labels, settings, seed);
            return new BoostedTrees(train(rows, labels, settings, trees, seed), trees);
        } catch (XGBoostError e) {
            throw failure(e);
        } catch (LinkageError e) {
            throw new NextactException(
                    Category.INTERNAL,
                    "XGBoost's native library cannot be loaded ("
                            + e.getMessage()
                            + "); on Linux it needs libgomp (Debian: apt install libgomp1)",
                    e);
        }
    }

    private static int bestTrees(double[][] rows, boolean[] labels, Settings settings, long seed)
            throws XGBoostError {
        int[] fold = folds(rows.length, seed);
        double[] losses = new double[settings.trees() / TREE_STEP];
        for (int held = 0; held < FOLDS; held++) {
            double[][] learn = rows(rows, fold, held, false);
            double[][] check = rows(rows, fold, held, true);
            if (learn.length == 0 || check.length == 0) {
                continue;
            }
            boolean[] learned = labels(labels, fold, held, false);
            boolean[] outcome = labels(labels, fold, held, true);
            Booster booster = train(learn, learned, settings, settings.trees(), seed);
            for (int i = 0; i < losses.length; i++) {
                double[] p = predict(booster, check, (i + 1) * TREE_STEP);
                losses[i] += BinaryOutcomes.of(p, outcome).logLoss() * check.length;
            }
            booster.dispose();
        }
        int best = 0;
        for (int i = 1; i < losses.length; i++) {
            best = losses[i] < losses[best] ? i : best;
        }
        return (best + 1) * TREE_STEP;
    }

    private static int[] folds(int size, long seed) {
        int[] fold = new int[size];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) {
            int place = random.nextInt(i + 1); // a shuffle (Knuth 1997, §3.4.2, inside out)
            fold[i] = fold[place];
            fold[place] = i % FOLDS;
        }
        return fold;
    }

    private static double[][] rows(double[][] rows, int[] fold, int held, boolean isHeld) {
        double[][] chosen = new double[rows.length][];
        int size = 0;
        for (int i = 0; i < rows.length; i++) {
            if ((fold[i] == held) == isHeld) {
                chosen[size++] = rows[i];
            }
        }
        return Arrays.copyOf(chosen, size);
    }

    private static boolean[] labels(boolean[] labels, int[] fold, int held, boolean isHeld) {
        boolean[] chosen = new boolean[labels.length];
        int size = 0;
        for (int i = 0; i < labels.length; i++) {
            if ((fold[i] == held) == isHeld) {
                chosen[size++] = labels[i];
            }
        }
        return Arrays.copyOf(chosen, size);
    }

    private static Booster train(
            double[][] rows, boolean[] labels, Settings settings, int trees, long seed)
            throws XGBoostError {
        DMatrix matrix = matrix(rows);
        try {
            float[] targets = new float[labels.length];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = labels[i] ? 1 : 0;
            }
            matrix.setLabel(targets);
            return XGBoost.train(matrix, settings.parameters(seed), trees, Map.of(), null, null);
        } finally {
            matrix.dispose();
        }
    }

    private static DMatrix matrix(double[][] rows) throws XGBoostError {
        return new DMatrix(Rows.flat(rows), rows.length, rows[0].length, Float.NaN);
    }

    private static double[] predict(Booster booster, double[][] rows, int trees)
            throws XGBoostError {
        DMatrix matrix = matrix(rows);
        try {
            float[][] predicted = booster.predict(matrix, false, trees);
            double[] result = new double[rows.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = predicted[i][0];
            }
            return result;
        } finally {
            matrix.dispose();
        }
    }

    @Override
    public String name() {
        return "xgboost";
    }

    /** How many trees cross-validation chose. */
    public int trees() {
        return trees;
    }

    @Override
    public double[] probabilities(double[][] rows) {
        if (rows.length == 0) {
            return new double[0];
        }
        try {
            return predict(booster, rows, trees);
        } catch (XGBoostError e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        booster.dispose();
    }

    private static NextactException failure(XGBoostError e) {
        return new NextactException(Category.INTERNAL, "XGBoost: " + e.getMessage(), e);
    }
}
