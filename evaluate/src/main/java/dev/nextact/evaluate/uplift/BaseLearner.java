package dev.nextact.evaluate.uplift;

import dev.nextact.evaluate.tabular.BoostedRegression;
import dev.nextact.evaluate.tabular.BoostedTrees;
import dev.nextact.evaluate.tabular.Completed;
import dev.nextact.evaluate.tabular.LogisticRegression;
import dev.nextact.evaluate.tabular.RidgeRegression;
import dev.nextact.evaluate.uplift.FittedModels.Fitted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the learners of uplift are made of: foretells an outcome, or a gain, from features. */
public enum BaseLearner {

    /** Logistic regression for outcomes of 1 and 0, else least squares with a ridge. */
    LINEAR {
        @Override
        Fitted fitVaried(FittedModels scope, double[][] rows, double[] targets, long seed) {
            Completed completed = Completed.of(rows);
            double[][] whole = completed.rows(rows);
            if (!isBinary(targets)) {
                RidgeRegression ridge = RidgeRegression.fit(whole, targets);
                return asked -> ridge.predict(completed.rows(asked));
            }
            boolean[] labels = new boolean[targets.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = targets[i] == 1;
            }
            LogisticRegression logistic = LogisticRegression.fit(whole, labels);
            return asked -> logistic.probabilities(completed.rows(asked));
        }
    },

    /** Boosted trees, few and shallow. */
    TREES {
        @Override
        Fitted fitVaried(FittedModels scope, double[][] rows, double[] targets, long seed) {
            BoostedRegression trees =
                    BoostedRegression.fit(
                            rows,
                            targets,
                            isBinary(targets)
                                    ? new BoostedRegression.Objective.Probability()
                                    : new BoostedRegression.Objective.Squares(),
                            FOREST,
                            seed);
            scope.onClose(trees::close);
            return trees::predict;
        }
    };

    /** What a few thousand shoppers can carry: the effects are small beside the noise. */
    private static final BoostedTrees.Settings FOREST = new BoostedTrees.Settings(60, 2, 0.08, 0.8);

    /** Those that work on this machine. */
    public static List<BaseLearner> available() {
        return BoostedRegression.isAvailable() ? List.of(LINEAR, TREES) : List.of(LINEAR);
    }

    /**
     * @param scope closes what is fitted
     * @param rows [N][F], NaN = missing
     * @param targets [N]
     */
    Fitted fit(FittedModels scope, double[][] rows, double[] targets, long seed) {
        double first = targets[0];
        if (Arrays.stream(targets).allMatch(target -> target == first)) {
            return asked -> {
                double[] same = new double[asked.length];
                Arrays.fill(same, first);
                return same;
            };
        }
        return fitVaried(scope, rows, targets, seed);
    }

    abstract Fitted fitVaried(FittedModels scope, double[][] rows, double[] targets, long seed);

    private static boolean isBinary(double[] targets) {
        return Arrays.stream(targets).allMatch(target -> target == 0 || target == 1);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
