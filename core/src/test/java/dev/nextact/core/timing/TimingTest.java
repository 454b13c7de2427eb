package dev.nextact.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimingTest {

    private static final LogNormalMixture ONE =
            new LogNormalMixture(new double[] {1}, new double[] {0}, new double[] {1});
    private static final LogNormalMixture TWO =
            new LogNormalMixture(
                    new double[] {0.3, 0.7}, new double[] {-1, 1}, new double[] {0.5, 0.8});

    @Test
    void errorsByHand() {
        TimeErrors errors = new TimeErrors();
        errors.add(1, 4);
        errors.add(3, 2);

        assertThat(errors.mae()).isEqualTo(2);
        assertThat(errors.rmse()).isCloseTo(Math.sqrt(5), within(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> errors.add(Double.NaN, 1));
    }

    @Test
    void crpsOfDrawsByHand() {
        // F is one half between 0 and 1, and the truth 0: a quarter over a length of one
        assertThat(Crps.ofDraws(new double[] {0, 1}, 0)).isCloseTo(0.25, within(1e-12));
        assertThat(Crps.ofDraws(new double[] {3}, 5)).isEqualTo(2);
        // E|X-2| = 4/3, E|X-X'| = (2·1 + 2·4 + 2·3)/9 = 16/9
        assertThat(Crps.ofDraws(new double[] {4, 0, 1}, 2))
                .isCloseTo(5 / 3.0 - 8 / 9.0, within(1e-12));
    }

    @Test
    void densityByHand() {
        assertThat(ONE.logDensity(1)).isCloseTo(-0.9189385332, within(1e-9)); // -½ ln 2π
        assertThat(ONE.logDensity(Math.E)).isCloseTo(-2.4189385332, within(1e-9)); // - ½ - 1
        assertThat(ONE.mean()).isCloseTo(Math.exp(0.5), within(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> ONE.logDensity(0));
    }

    @Test
    void densityIsTheSlopeOfTheDistribution() {
        for (double time : new double[] {0.05, 0.4, 1, 3, 20}) {
            double step = time * 1e-5;
            double slope = (TWO.cumulative(time + step) - TWO.cumulative(time - step)) / (2 * step);
            assertThat(Math.exp(TWO.logDensity(time))).isCloseTo(slope, within(1e-6));
        }
    }

    @Test
    void quantileTurnsTheDistributionAround() {
        for (double p : new double[] {1e-9, 0.1, 0.5, 0.95, 1 - 1e-9}) {
            assertThat(TWO.cumulative(TWO.quantile(p))).isCloseTo(p, within(1e-9));
        }
        assertThat(ONE.quantile(0.5)).isCloseTo(1, within(1e-9));
    }

    /** Baran and Lerch (2015), eq. 4, at y = 1, μ = 0, σ = 1: −2 e^½ (Φ(−1) + Φ(1/√2) − 1). */
    @Test
    void crpsOfOneLogNormalIsThePublishedFormula() {
        double phiOfMinusOne = 0.158655253931;
        double phiOfHalfRoot = 0.760249938907;
        assertThat(ONE.crps(1))
                .isCloseTo(-2 * Math.exp(0.5) * (phiOfMinusOne + phiOfHalfRoot - 1), within(1e-9));
    }

    @Test
    void crpsOfAMixtureIsItsIntegralAndThatOfManyDraws() {
        double actual = 1.3;
        double integral = 0;
        double step = 1e-3;
        for (double z = step / 2; z < 200; z += step) {
            double miss = TWO.cumulative(z) - (z >= actual ? 1 : 0);
            integral += miss * miss * step;
        }
        assertThat(TWO.crps(actual)).isCloseTo(integral, within(1e-5));

        SplittableRandom random = new SplittableRandom(3);
        double[] draws = new double[200_000];
        for (int i = 0; i < draws.length; i++) {
            int m = random.nextDouble() < 0.3 ? 0 : 1;
            draws[i] = Math.exp(TWO.means()[m] + TWO.deviations()[m] * random.nextGaussian());
        }
        assertThat(Crps.ofDraws(draws, actual)).isCloseTo(TWO.crps(actual), within(0.02));
    }

    @Test
    void extremeTimesStayFinite() {
        for (double time : new double[] {1e-12, 1e12}) {
            assertThat(TWO.logDensity(time)).isFinite();
            assertThat(TWO.crps(time)).isFinite().isNotNegative();
        }
        assertThat(TWO.crps(0)).isFinite().isNotNegative();
    }

    @Test
    void weightsThatDoNotAddUpAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new LogNormalMixture(
                                        new double[] {0.5}, new double[] {0}, new double[] {1}));
    }
}
