package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BootstrapTest {

    @Test
    void aPerfectOrderStaysPerfectInEveryDraw() {
        double[] probabilities = new double[200];
        boolean[] happened = new boolean[200];
        for (int i = 0; i < 200; i++) {
            probabilities[i] = i / 200.0;
            happened[i] = i >= 100;
        }
        Bootstrap.Interval interval = Bootstrap.ofAuc(probabilities, happened, 1).interval();

        assertThat(interval.low()).isEqualTo(1);
        assertThat(interval.high()).isEqualTo(1);
    }

    @Test
    void equalProbabilitiesTellNothing() {
        Bootstrap.Interval interval =
                Bootstrap.ofAuc(new double[100], everyThird(100), 1).interval();

        assertThat(interval.low()).isEqualTo(0.5);
        assertThat(interval.high()).isEqualTo(0.5);
    }

    /** The standard error of a mean of n draws of p is sqrt(p (1 - p) / n). */
    @Test
    void theIntervalOfAMeanIsAsWideAsItsStandardErrorSays() {
        double[] values = new double[900];
        boolean[] thirds = everyThird(900);
        for (int i = 0; i < 900; i++) {
            values[i] = thirds[i] ? 1 : 0;
        }
        Bootstrap.Interval interval = Bootstrap.ofMean(values, 1).interval();

        double error = Math.sqrt(1 / 3.0 * 2 / 3.0 / 900);
        assertThat((interval.high() - interval.low()) / (2 * 1.96 * error)).isBetween(0.9, 1.1);
    }

    private static boolean[] everyThird(int size) {
        boolean[] happened = new boolean[size];
        for (int i = 0; i < size; i += 3) {
            happened[i] = true;
        }
        return happened;
    }
}
