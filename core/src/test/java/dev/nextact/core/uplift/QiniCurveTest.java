package dev.nextact.core.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QiniCurveTest {

    private static final double[] GAINS = {3, 1, -2, 0};

    @Test
    void theBestOrderCollectsWhatIsGainedFirst() {
        QiniCurve best = QiniCurve.of(GAINS, GAINS);
        assertThat(best.points(4)).containsExactly(0, 0.75, 1, 1, 0.5);
        // trapezia of a quarter each, less the triangle of chance
        double area = (0.375 + 0.875 + 1 + 0.75) / 4;
        assertThat(best.area()).isCloseTo(area, within(1e-12));
        assertThat(best.qini().value()).isCloseTo(area - 0.25, within(1e-12));
        assertThat(best.at(0.125)).isCloseTo(0.375, within(1e-12));
    }

    @Test
    void theWorstOrderLosesWhatTheBestGains() {
        double[] worst = {-3, -1, 2, 0};
        assertThat(QiniCurve.of(worst, GAINS).qini().value())
                .isCloseTo(-QiniCurve.of(GAINS, GAINS).qini().value(), within(1e-12));
    }

    @Test
    void equalScoresAreWorthWhatChanceIs() {
        QiniCurve flat = QiniCurve.of(new double[4], GAINS);
        assertThat(flat.qini().value()).isCloseTo(0, within(1e-12));
        assertThat(flat.points(2)).containsExactly(0, 0.25, 0.5);
    }

    @Test
    void theDifferenceOfTwoIsPaired() {
        QiniCurve best = QiniCurve.of(GAINS, GAINS);
        assertThat(best.less(best)).isEqualTo(new Estimate(0, 0));
        assertThat(best.less(QiniCurve.of(new double[4], GAINS)).value())
                .isCloseTo(best.qini().value(), within(1e-12));
    }

    @Test
    void doublyRobustGainsAreTrueOnAverageThoughTheModelsAreWrong() {
        Random random = new Random(5);
        int size = 40_000;
        boolean[] treated = new boolean[size];
        double[] propensities = new double[size];
        double[] outcomes = new double[size];
        double[] wrong = new double[size];
        for (int i = 0; i < size; i++) {
            boolean isLikely = i % 2 == 0;
            propensities[i] = isLikely ? 0.8 : 0.3; // the likelier buyers are contacted more often
            treated[i] = random.nextDouble() < propensities[i];
            double p = (isLikely ? 0.5 : 0.1) + (treated[i] ? 0.1 : 0);
            outcomes[i] = random.nextDouble() < p ? 1 : 0;
            wrong[i] = 0.9;
        }
        Trial trial = new Trial(treated, propensities, outcomes);
        Estimate effect = Estimate.ofMean(trial.gains(CouponTerms.FREE, wrong, new double[size]));
        assertThat(effect.value()).isCloseTo(0.1, within(4 * effect.deviation()));
        assertThat(effect.deviation()).isLessThan(0.02);
        // 3 a purchase, 1 off with the coupon, 0.1 a letter: (3 − 1)(0.3 + 0.1) − 0.1 − 3 · 0.3
        Estimate gain =
                Estimate.ofMean(trial.gains(new CouponTerms(3, 1, 0.1), wrong, new double[size]));
        assertThat(gain.value()).isCloseTo(-0.2, within(4 * gain.deviation()));
    }

    @Test
    void aCertainContactIsRefused() {
        assertThatThrownBy(
                        () -> new Trial(new boolean[] {true}, new double[] {1}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("within (0, 1), found 1.0");
    }
}
