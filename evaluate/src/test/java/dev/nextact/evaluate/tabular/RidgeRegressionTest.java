package dev.nextact.evaluate.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {

    private static double[][] rows(int size, int features, Random random) {
        double[][] rows = new double[size][features];
        for (double[] row : rows) {
            Arrays.setAll(row, f -> 5 + 3 * random.nextGaussian());
        }
        return rows;
    }

    @Test
    void aPlaneIsFoundThoughAColumnIsConstantAndAnotherDoubled() {
        double[][] rows = rows(200, 4, new Random(1));
        double[] targets = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            rows[n][2] = 7;
            rows[n][3] = 2 * rows[n][0];
            targets[n] = 4 + 0.5 * rows[n][0] - 2 * rows[n][1];
        }
        double[] predicted = RidgeRegression.fit(rows, targets).predict(rows);
        for (int n = 0; n < rows.length; n++) {
            assertThat(predicted[n]).isCloseTo(targets[n], within(0.1));
        }
    }

    @Test
    void whatIsNothingButNoiseIsShrunkToTheMean() {
        Random random = new Random(2);
        double[][] rows = rows(300, 60, random);
        double[] targets = new double[rows.length];
        Arrays.setAll(targets, n -> 1 + random.nextGaussian());
        double[] predicted = RidgeRegression.fit(rows, targets).predict(rows(1000, 60, random));
        double spread = 0;
        for (double value : predicted) {
            spread += (value - 1) * (value - 1) / predicted.length;
        }
        // least squares alone would spread by √(60 / 240) = 0.5
        assertThat(Math.sqrt(spread)).isLessThan(0.25);
    }

    @Test
    void asManyTargetsAsRowsAreAskedFor() {
        assertThatThrownBy(() -> RidgeRegression.fit(new double[2][1], new double[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 1 and 2");
    }
}
