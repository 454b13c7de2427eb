package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.evaluate.tabular.BoostedRegression.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoostedRegressionIT {

    private static final BoostedTrees.Settings FEW = new BoostedTrees.Settings(60, 3, 0.2, 1);

    /** y is even in [0, 10) where x is 0, in [20, 40) where x is 1. */
    private static final float[] X = new float[4_000];

    private static final float[] Y = new float[X.length];

    static {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < X.length; i++) {
            X[i] = i % 2;
            Y[i] = (float) (X[i] == 0 ? 10 * random.nextDouble() : 20 + 20 * random.nextDouble());
        }
    }

    private static float[][] learned(Objective objective) {
        float[] weights = new float[X.length];
        Arrays.fill(weights, 1);
        try (BoostedRegression trees = BoostedRegression.fit(X, Y, weights, objective, FEW, 1)) {
            return trees.predict(new float[] {0, 1}, 2);
        }
    }

    @Test
    void theMeanIsLearned() {
        float[][] mean = learned(new Objective.Mean());
        assertThat(mean[0][0]).isCloseTo(5, within(0.5f));
        assertThat(mean[1][0]).isCloseTo(30, within(1.5f));
    }

    @Test
    void quantilesAreLearnedAtOnce() {
        float[][] quantiles = learned(new Objective.Quantiles(List.of(0.1, 0.5, 0.9)));
        assertThat(quantiles[0]).hasSize(3);
        assertThat(quantiles[0][0]).isCloseTo(1, within(0.6f));
        assertThat(quantiles[1][1]).isCloseTo(30, within(1.5f));
        assertThat(quantiles[1][2]).isCloseTo(38, within(1.5f));
    }

    @Test
    void targetsThatDoNotFitTheRowsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                BoostedRegression.fit(
                                        new float[3],
                                        new float[2],
                                        new float[2],
                                        new Objective.Mean(),
                                        FEW,
                                        1))
                .withMessageContaining("found 3 values");
    }
}
