package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GroupCalibrationTest {

    @Test
    void thinnedByItsShareAGroupComesWithOneMinusTheSurvivalToThatPower() {
        double survival = 0.4;

        assertThat(GroupCalibration.NONE.came(-Math.log(survival), 0.25, 0.9))
                .isCloseTo(1 - Math.pow(survival, 0.25), offset(1e-12));
    }

    @Test
    void aGroupIsNeverLikelierThanAnything() {
        GroupCalibration bursts = new GroupCalibration(1, 50);

        assertThat(bursts.came(0.5, 0.9, 0)).isEqualTo(-Math.expm1(-0.5));
        assertThat(bursts.came(0.5, 0, 0)).isZero();
    }

    /** Shoppers whose purchases come in threes, while the ranking knows nothing. */
    @Test
    void whatTheOutcomesSayIsLearned() {
        SplittableRandom random = new SplittableRandom(3);
        int size = 20_000;
        double[] expected = new double[size];
        double[] ranked = new double[size];
        boolean[] came = new boolean[size];
        for (int i = 0; i < size; i++) {
            expected[i] = random.nextDouble();
            ranked[i] = random.nextDouble() * 0.4;
            came[i] = random.nextDouble() < -Math.expm1(-3 * 0.1 * expected[i]);
        }

        GroupCalibration found =
                GroupCalibration.fit(new GroupCalibration.Outcomes(expected, ranked, came), 0.1);

        assertThat(found.weight()).isLessThan(0.15);
        assertThat(found.factor()).isBetween(2.5, 3.5);
    }

    @Test
    void withoutOutcomesTheFactorStaysAtOne() {
        GroupCalibration found =
                GroupCalibration.fit(
                        new GroupCalibration.Outcomes(new double[0], new double[0], new boolean[0]),
                        0.1);

        assertThat(found.factor()).isCloseTo(1, offset(1e-3));
    }
}
