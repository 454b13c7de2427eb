package dev.nextact.core.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LiftTest {

    /** Newcombe (1998), table II, comparison (a): 56/70 against 48/80. */
    @Test
    void sharesHaveNewcombesInterval() {
        Lift lift = Lift.ofShares(70, 56, 80, 48);
        assertThat(lift.difference()).isCloseTo(0.2, within(1e-12));
        assertThat(lift.low()).isCloseTo(0.0524, within(5e-5));
        assertThat(lift.high()).isCloseTo(0.3339, within(5e-5));
        assertThat(lift.isTold()).isTrue();
        assertThat(lift.extra().get(0)).isCloseTo(14, within(1e-9));
    }

    /** Student's 97.5 % at 8 degrees of freedom is 2.3060. */
    @Test
    void meansHaveWelchsInterval() {
        double[] five = {1, 2, 3, 4, 5};
        double[] other = {2, 3, 4, 5, 6};
        Lift lift = Lift.ofMeans(five, other);
        assertThat(lift.difference()).isCloseTo(-1, within(1e-12));
        assertThat(lift.high() - lift.low()).isCloseTo(2 * 2.3060 * 1, within(2e-3));
        assertThat(lift.isTold()).isFalse();
    }

    @Test
    void intervalsHoldTheTruthAboutNineteenTimesInTwenty() {
        Random random = new Random(3);
        int held = 0;
        int heldOfMeans = 0;
        for (int run = 0; run < 1000; run++) {
            int bought = 0;
            int boughtOfHoldout = 0;
            double[] contacted = new double[300];
            double[] holdout = new double[40];
            for (int i = 0; i < 300; i++) {
                bought += random.nextDouble() < 0.10 ? 1 : 0;
                contacted[i] = -Math.log(1 - random.nextDouble());
            }
            for (int i = 0; i < 40; i++) {
                boughtOfHoldout += random.nextDouble() < 0.06 ? 1 : 0;
                holdout[i] = -Math.log(1 - random.nextDouble());
            }
            Lift lift = Lift.ofShares(300, bought, 40, boughtOfHoldout);
            held += lift.low() <= 0.04 && 0.04 <= lift.high() ? 1 : 0;
            Lift means = Lift.ofMeans(contacted, holdout);
            heldOfMeans += means.low() <= 0 && 0 <= means.high() ? 1 : 0;
        }
        assertThat(held).isBetween(930, 985);
        assertThat(heldOfMeans).isBetween(925, 970);
    }

    @Test
    void withoutAHoldoutThereIsNoLift() {
        assertThatThrownBy(() -> Lift.ofShares(10, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 and 0");
    }

    @Test
    void theHoldoutIsDrawnBySeedAndShopperAlone() {
        Holdout holdout = new Holdout(0.2, 1);
        int held = 0;
        int same = 0;
        for (int i = 0; i < 5000; i++) {
            held += holdout.holds("u" + i) ? 1 : 0;
            same += holdout.holds("u" + i) == new Holdout(0.2, 2).holds("u" + i) ? 1 : 0;
            assertThat(holdout.holds("u" + i)).isEqualTo(new Holdout(0.2, 1).holds("u" + i));
        }
        assertThat(held).isBetween(900, 1100);
        assertThat(same).isBetween(3250, 3550); // 0.8² + 0.2² of them
        assertThat(new Holdout(0, 1).holds("u")).isFalse();
    }
}
