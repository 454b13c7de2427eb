package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PoissonRegressionTest {

    @Test
    void oneColumnByHand() {
        // on the average 3 where the column is 1 and 0.5 where it is 0, so the weight is ln 6
        double[][] rows = new double[4_000][1];
        int[] counts = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = i % 2;
            counts[i] = i % 2 == 1 ? 3 : i % 4 == 0 ? 1 : 0;
        }
        PoissonRegression model = PoissonRegression.fit(rows, counts);

        assertThat(model.weight(0)).isCloseTo(Math.log(6), within(0.01));
        assertThat(model.means(new double[][] {{1}, {0}}))
                .containsExactly(new double[] {3, 0.5}, within(0.01));
    }

    @Test
    void asManyAreExpectedAsCameThoughCountsVaryMore() {
        // half of the customers buy nothing whatever their column says
        SplittableRandom random = new SplittableRandom(3);
        double[][] rows = new double[20_000][];
        int[] counts = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {random.nextGaussian(), 5};
            double mean = random.nextBoolean() ? 0 : Math.exp(0.3 + 0.8 * rows[i][0]);
            for (double p = random.nextDouble(); p > Math.exp(-mean); p *= random.nextDouble()) {
                counts[i]++;
            }
        }
        PoissonRegression model = PoissonRegression.fit(rows, counts);

        assertThat(model.weight(0)).isCloseTo(0.8, within(0.05));
        assertThat(model.weight(1)).isZero(); // constant
        assertThat(Arrays.stream(model.means(rows)).sum())
                .isCloseTo(Arrays.stream(counts).sum(), within(1.0));
    }

    @Test
    void lessThanNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> PoissonRegression.fit(new double[][] {{1}, {2}}, new int[] {1, -1}))
                .withMessageContaining("found -1 in row 1");
    }
}
