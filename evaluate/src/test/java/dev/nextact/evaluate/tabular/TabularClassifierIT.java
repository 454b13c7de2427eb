package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.NextactException;
import dev.nextact.core.probability.BinaryOutcomes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * With XGBoost's native library, which on Linux needs the system's libgomp: where that is missing the
 * tests say so and are left out, unless {@code NEXTACT_REQUIRE_XGBOOST} is set, as in CI.
 */
class TabularClassifierIT {

    @BeforeAll
    static void sayWhereXgboostCannotBeLoaded() {
        try {
            BoostedTrees.fit(
                            new double[][] {{0}, {1}},
                            new boolean[] {false, true},
                            new BoostedTrees.Settings(10, 1, 0.1, 1),
                            1)
                    .close();
        } catch (NextactException e) {
            if (!(e.getCause() instanceof LinkageError)
                    || System.getenv("NEXTACT_REQUIRE_XGBOOST") != null) {
                throw e;
            }
            System.err.println("NOT RUN: tests of boosted trees: " + e.getMessage());
            Assumptions.abort(e.getMessage());
        }
    }

    /** Rows of which the label depends on whether two columns agree in sign: no line tells them. */
    private static double[][] rows(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] rows = new double[size][];
        for (int i = 0; i < size; i++) {
            rows[i] = random.doubles(3, -1, 1).toArray();
        }
        return rows;
    }

    private static boolean[] labels(double[][] rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] labels = new boolean[rows.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextDouble() < (rows[i][0] * rows[i][1] > 0 ? 0.9 : 0.1);
        }
        return labels;
    }

    @Test
    void treesLearnWhatNoLineCan() {
        double[][] rows = rows(2_000, 1);
        boolean[] labels = labels(rows, 2);
        double[][] others = rows(2_000, 3);
        boolean[] came = labels(others, 4);

        double[] line = LogisticRegression.fit(rows, labels).probabilities(others);
        assertThat(BinaryOutcomes.of(line, came).auc()).isLessThan(0.6);
        BoostedTrees.Settings settings = new BoostedTrees.Settings(100, 3, 0.1, 0.8);
        try (BoostedTrees trees = BoostedTrees.fit(rows, labels, settings, 5)) {
            BinaryOutcomes outcomes = BinaryOutcomes.of(trees.probabilities(others), came);
            assertThat(outcomes.auc()).isGreaterThan(0.85);
            assertThat(outcomes.calibrationError(10)).isLessThan(0.06);
        }
    }

    @Test
    void theSameSeedGivesTheSameTrees() {
        double[][] rows = rows(300, 1);
        boolean[] labels = labels(rows, 2);
        BoostedTrees.Settings settings = new BoostedTrees.Settings(30, 2, 0.1, 0.7);
        try (BoostedTrees one = BoostedTrees.fit(rows, labels, settings, 5);
                BoostedTrees two = BoostedTrees.fit(rows, labels, settings, 5);
                BoostedTrees other = BoostedTrees.fit(rows, labels, settings, 6)) {
            assertThat(one.probabilities(rows)).isEqualTo(two.probabilities(rows));
            assertThat(one.probabilities(rows)).isNotEqualTo(other.probabilities(rows));
        }
    }

    @Test
    void treesTakeMissingValues() {
        double[][] rows = rows(300, 1);
        boolean[] labels = labels(rows, 2);
        rows[7][0] = Double.NaN;
        BoostedTrees.Settings settings = new BoostedTrees.Settings(20, 2, 0.1, 1);
        try (BoostedTrees trees = BoostedTrees.fit(rows, labels, settings, 5)) {
            assertThat(trees.probabilities(rows)[7]).isBetween(0.0, 1.0);
        }
    }
}
