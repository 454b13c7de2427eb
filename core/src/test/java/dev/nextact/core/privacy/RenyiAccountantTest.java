package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against values published with TensorFlow Privacy, Google's dp_accounting and Opacus. */
class RenyiAccountantTest {

    /**
     * The first two: compute_dp_sgd_privacy_test of TensorFlow Privacy; the third: accountants_test
     * of Opacus; the last: rdp_privacy_accountant_test of dp_accounting, where the noise is chosen
     * to give exactly (1, 1e-6).
     */
    @ParameterizedTest
    @CsvSource({
        "1.3, 0.0025, 6000, 1e-5, 0.7242234026109595",
        "1.0, 0.001, 30000, 1e-7, 1.4154988495444845",
        "1.5, 0.04, 2250, 1e-5, 7.32911117143",
        "4.530877117, 1, 1, 1e-6, 1.0",
    })
    void epsilonsAreThePublishedOnes(
            double noise, double rate, long steps, double delta, double epsilon) {
        assertThat(RenyiAccountant.start().after(noise, rate, steps).epsilon(delta))
                .isCloseTo(epsilon, withinPercentage(1));
    }

    /** rdp_accountant_test of TensorFlow Privacy and of dp_accounting. */
    @ParameterizedTest
    @CsvSource({
        "2.5, 0.01, 50, 1.5, 0.00065",
        "2.5, 0.01, 50, 2.5, 1.08548710e-3",
        "2.5, 0.01, 50, 5, 2.18075656e-3",
        "2.5, 0.01, 50, 50, 2.38460375e-2",
        "2.5, 0.01, 50, 100, 1.67416308e2",
        "2, 0.1, 10, 5, 0.07737",
        "10, 1, 1, 20, 0.1",
    })
    void divergencesAreThePublishedOnes(
            double noise, double rate, int steps, double order, double divergence) {
        assertThat(steps * RenyiAccountant.divergence(noise, rate, order))
                .isCloseTo(divergence, withinPercentage(0.1));
    }

    /** Of Opacus' accountants_test. */
    @ParameterizedTest
    @CsvSource({"2250, 1.416", "2000, 1.3562"})
    void noisesForABudgetAreThePublishedOnes(long steps, double noise) {
        assertThat(RenyiAccountant.start().noiseFor(8, 1e-5, 0.04, steps))
                .isCloseTo(noise, withinPercentage(0.1));
    }

    /** By the trapezoid rule, which is exact to many digits for so smooth an integrand. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.0001, 1.5",
        "1, 0.001, 2",
        "0.8, 0.05, 3.7",
        "10, 0.01, 20",
        "100, 0.1, 20.5",
        "1, 0.9, 8.3"
    })
    void divergencesAreThoseOfTheIntegral(double noise, double rate, double order) {
        double sum = 0;
        double step = noise / 200;
        // the integrand's centre lies between those of order 0 and of the order itself
        for (double z = -12 * noise; z < order + 12 * noise; z += step) {
            double density =
                    Math.exp(-z * z / (2 * noise * noise)) / (noise * Math.sqrt(2 * Math.PI));
            double ratio = 1 - rate + rate * Math.exp((2 * z - 1) / (2 * noise * noise));
            // less 1, whose integral is 1: what is left is small
            sum += step * density * Math.expm1(order * Math.log(ratio));
        }
        assertThat(RenyiAccountant.divergence(noise, rate, order))
                .isCloseTo(Math.log1p(sum) / (order - 1), withinPercentage(0.1));
    }

    @Test
    void noiseKeepsToTheBudgetAndHardlyLessWouldDo() {
        RenyiAccountant counted = RenyiAccountant.start().after(8, 1, 2);
        double noise = counted.noiseFor(2, 1e-6, 0.02, 500);

        assertThat(counted.after(noise, 0.02, 500).epsilon(1e-6)).isLessThanOrEqualTo(2);
        assertThat(counted.after(noise - 0.001, 0.02, 500).epsilon(1e-6)).isGreaterThan(2);
    }

    @Test
    void aBudgetThatIsSpentIsRefused() {
        RenyiAccountant spent = RenyiAccountant.start().after(1, 1, 1);
        assertThatThrownBy(() -> spent.noiseFor(1, 1e-6, 0.02, 500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epsilon");
    }
}
