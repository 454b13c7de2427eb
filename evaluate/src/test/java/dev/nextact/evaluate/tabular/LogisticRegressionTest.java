package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {

    @Test
    void oneColumnByHand() {
        // 3 of 4 are yes where the column is 1, 1 of 4 where it is 0: log-odds of ±ln 3, hardly
        // moved by the ridge with a thousand rows of each
        double[][] rows = new double[2_000][1];
        boolean[] labels = new boolean[2_000];
        for (int i = 0; i < 2_000; i++) {
            rows[i][0] = i < 1_000 ? 1 : 0;
            labels[i] = i < 1_000 ? i % 4 != 0 : i % 4 == 0;
        }
        LogisticRegression model = LogisticRegression.fit(rows, labels);

        assertThat(model.probabilities(new double[][] {{1}, {0}}))
                .containsExactly(new double[] {0.75, 0.25}, within(2e-3));
        assertThat(model.weight(0)).isCloseTo(2 * Math.log(3), within(0.02));
    }

    @Test
    void itFindsTheLawOfTheData() {
        SplittableRandom random = new SplittableRandom(1);
        double[][] rows = new double[20_000][];
        boolean[] labels = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {100 * random.nextGaussian(), random.nextGaussian(), 7};
            double logit = 0.02 * rows[i][0] - rows[i][1] - 0.5;
            labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit));
        }
        LogisticRegression model = LogisticRegression.fit(rows, labels);

        assertThat(model.weight(0)).isCloseTo(0.02, within(0.001));
        assertThat(model.weight(1)).isCloseTo(-1, within(0.05));
        assertThat(model.weight(2)).isZero(); // constant
    }

    @Test
    void separableRowsStayFinite() {
        double[][] rows = {{1}, {2}, {3}, {4}};
        double[] p =
                LogisticRegression.fit(rows, new boolean[] {false, false, true, true})
                        .probabilities(rows);

        assertThat(p).isSorted();
        assertThat(p[0]).isBetween(0.01, 0.4);
        assertThat(p[3]).isBetween(0.6, 0.99);
        double[] always =
                LogisticRegression.fit(rows, new boolean[] {true, true, true, true})
                        .probabilities(rows);
        assertThat(Arrays.stream(always).min().orElseThrow())
                .isGreaterThan(0.9)
                .isLessThanOrEqualTo(1);
    }

    @Test
    void missingValuesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LogisticRegression.fit(
                                        new double[][] {{Double.NaN}}, new boolean[] {true}))
                .withMessageContaining("column 0");
    }
}
