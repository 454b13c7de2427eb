package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossAccountantTest {

    private static double epsilon(double noise, double rate, long steps, double delta) {
        return LossAccountant.start().after(noise, rate, steps).epsilon(delta);
    }

    /**
     * Of Opacus' tests: accountants_test, and of prv_accountant those that Microsoft's
     * prv_accountant gave (Gopi, Lee and Wutschitz 2021). They are upper bounds that allow for an
     * error of 0.01 (eps_error), which ours do not need.
     */
    @ParameterizedTest
    @CsvSource({
        "1.5, 0.04, 2250, 1e-5, 6.777395712",
        "0.8, 0.05, 100, 1e-6, 6.741051939",
        "1.5, 0.05, 100, 1e-6, 1.953853136",
        "3.0, 0.2, 100, 1e-6, 3.381220510",
        "0.8, 0.2, 100, 1e-6, 24.33366418",
        "0.8, 0.001, 1000, 1e-6, 0.4777712662",
        "1.5, 0.05, 1000, 1e-6, 6.209969247",
        "3.0, 0.05, 1000, 1e-6, 2.527574326",
        "1.5, 0.001, 20000, 1e-6, 0.4370051087",
        "0.8, 0.001, 50000, 1e-6, 2.034514808",
        "3.0, 0.05, 20000, 1e-6, 13.96111470",
        "0.8, 0.05, 20000, 1e-6, 140.6552098",
        "3.0, 0.001, 100000, 1e-6, 0.4436717209",
    })
    void epsilonsAreThePublishedOnes(
            double noise, double rate, long steps, double delta, double published) {
        assertThat(epsilon(noise, rate, steps, delta))
                .isCloseTo(published - 0.01, withinPercentage(0.5))
                .isLessThan(published);
    }

    /** Balle and Wang 2018, "Improving the Gaussian Mechanism", theorem 8. */
    private static double deltaOfGaussian(double epsilon, double noise) {
        return tail(epsilon * noise - 0.5 / noise)
                - Math.exp(epsilon) * tail(epsilon * noise + 0.5 / noise);
    }

    private static double tail(double z) {
        return Erf.erfc(z / Math.sqrt(2)) / 2;
    }

    /** Sums without sampling are one sum with less noise, whose δ is known exactly. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1e-5", "4, 16, 1e-6", "0.7, 1, 1e-8", "50, 400, 1e-4", "0.3, 3, 1e-5"})
    void withoutSamplingEpsilonIsTheExactOneAndNeverBelow(double noise, long times, double delta) {
        double epsilon = epsilon(noise, 1, times, delta);
        double whole = noise / Math.sqrt((double) times);

        assertThat(deltaOfGaussian(epsilon, whole)).isLessThanOrEqualTo(delta);
        assertThat(deltaOfGaussian(0.998 * epsilon - 0.0005, whole)).isGreaterThan(delta);
    }

    /** δ of one answer by the trapezoid rule over both densities, in both directions. */
    @ParameterizedTest
    @CsvSource({"0.8, 0.05, 1e-5", "1.3, 0.3, 1e-4", "2, 0.01, 1e-6", "0.5, 0.001, 1e-6"})
    void ofOneAnswerEpsilonIsThatOfTheIntegral(double noise, double rate, double delta) {
        double epsilon = epsilon(noise, rate, 1, delta);

        assertThat(deltaOfOne(noise, rate, epsilon)).isLessThanOrEqualTo(delta * 1.0001);
        assertThat(deltaOfOne(noise, rate, 0.995 * epsilon - 1e-4)).isGreaterThan(delta);
    }

    private static double deltaOfOne(double noise, double rate, double epsilon) {
        double with = 0;
        double without = 0;
        double step = noise / 5000;
        for (double t = -10 * noise; t < 1 + 10 * noise; t += step) {
            double absent = density(t / noise) / noise;
            double present = (1 - rate) * absent + rate * density((t - 1) / noise) / noise;
            with += step * Math.max(0, present - Math.exp(epsilon) * absent);
            without += step * Math.max(0, absent - Math.exp(epsilon) * present);
        }
        return Math.max(with, without);
    }

    private static double density(double z) {
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    @ParameterizedTest
    @CsvSource({"0.79, 0.04, 240, 2e-5", "1.18, 0.2, 50, 1e-4", "3, 0.01, 10000, 1e-7"})
    void itIsTighterThanTheRenyiBound(double noise, double rate, long steps, double delta) {
        double renyi = RenyiAccountant.start().after(noise, rate, steps).epsilon(delta);

        assertThat(epsilon(noise, rate, steps, delta)).isBetween(0.7 * renyi, 0.98 * renyi);
    }

    @Test
    void answersOfSeveralKindsAddUpInAnyOrder() {
        LossAccountant one = LossAccountant.start().after(8, 1, 2).after(1, 0.02, 100);
        LossAccountant other = LossAccountant.start().after(1, 0.02, 100).after(8, 1, 2);

        assertThat(one.epsilon(1e-5)).isCloseTo(other.epsilon(1e-5), within(1e-6));
        assertThat(one.epsilon(1e-5)).isGreaterThan(epsilon(1, 0.02, 100, 1e-5));
        assertThat(one.after(1, 0, 100).epsilon(1e-5)).isEqualTo(one.epsilon(1e-5));
    }

    @Test
    void noiseKeepsToTheBudgetAndHardlyLessWouldDo() {
        LossAccountant counted = LossAccountant.start().after(8, 1, 2);
        double noise = counted.noiseFor(2, 1e-6, 0.02, 500);

        assertThat(counted.after(noise, 0.02, 500).epsilon(1e-6)).isLessThanOrEqualTo(2);
        assertThat(counted.after(noise - 0.002, 0.02, 500).epsilon(1e-6)).isGreaterThan(2);
        assertThat(noise)
                .isLessThan(RenyiAccountant.start().after(8, 1, 2).noiseFor(2, 1e-6, 0.02, 500));
    }

    @Test
    void nothingToldIsNothingSpentAndASpentBudgetIsRefused() {
        assertThat(LossAccountant.start().epsilon(1e-5)).isZero();
        assertThatThrownBy(() -> LossAccountant.start().after(1, 1, 1).noiseFor(1, 1e-6, 0.02, 500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epsilon");
    }

    /** What rounding would swamp is left to the Rényi bound. */
    @Test
    void aDeltaOfNextToNothingGetsTheRenyiBound() {
        assertThat(epsilon(1, 0.01, 100, 1e-13))
                .isEqualTo(RenyiAccountant.start().after(1, 0.01, 100).epsilon(1e-13));
    }
}
