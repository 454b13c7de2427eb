package dev.nextact.core.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurvivalOutcomesTest {

    /** Remission of 21 children on 6-MP, in weeks (Freireich et al. 1963); minus = censored. */
    private static final int[] FREIREICH = {
        6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35
    };

    /** The estimates as textbooks print them (Kleinbaum and Klein 2012, table 2.4). */
    @Test
    void publishedSurvivalOfFreireichsChildren() {
        double[] times = new double[FREIREICH.length];
        boolean[] ended = new boolean[FREIREICH.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = Math.abs(FREIREICH[i]);
            ended[i] = FREIREICH[i] > 0;
        }
        KaplanMeier curve = KaplanMeier.of(times, ended);

        assertThat(curve.at(5)).isEqualTo(1);
        assertThat(curve.at(6)).isCloseTo(0.8571, within(5e-5));
        assertThat(curve.at(7)).isCloseTo(0.8067, within(5e-5));
        assertThat(curve.at(10)).isCloseTo(0.7529, within(5e-5));
        assertThat(curve.at(13)).isCloseTo(0.6902, within(5e-5));
        assertThat(curve.at(21)).isCloseTo(0.6275, within(5e-5));
        assertThat(curve.at(22)).isCloseTo(0.5378, within(5e-5));
        assertThat(curve.before(22)).isCloseTo(0.6275, within(5e-5));
        assertThat(curve.at(35)).isCloseTo(0.4482, within(5e-5));
    }

    @Test
    void concordanceByHand() {
        SurvivalOutcomes outcomes =
                SurvivalOutcomes.of(new double[] {1, 2, 3}, new boolean[] {true, false, true});
        // 1 before 2 is out of order, 1 before 3 in order; 2 and 3 cannot be compared
        assertThat(outcomes.concordance(new double[] {0.5, 0.9, 0.1})).isEqualTo(0.5);
        assertThat(outcomes.concordance(new double[] {0.9, 0.1, 0.2})).isEqualTo(1);
        assertThat(outcomes.concordance(new double[] {1, 1, 1})).isEqualTo(0.5);
    }

    @Test
    void whoIsCensoredAtTheTimeOfAnEndLastedLonger() {
        SurvivalOutcomes outcomes =
                SurvivalOutcomes.of(new double[] {2, 2}, new boolean[] {true, false});
        assertThat(outcomes.concordance(new double[] {2, 1})).isEqualTo(1);
        SurvivalOutcomes together =
                SurvivalOutcomes.of(new double[] {2, 2}, new boolean[] {true, true});
        assertThat(together.concordance(new double[] {2, 1})).isNaN();
    }

    @Test
    void concordanceIsThatOfAllPairs() {
        SplittableRandom random = new SplittableRandom(5);
        int n = 120;
        double[] times = new double[n];
        double[] risks = new double[n];
        boolean[] ended = new boolean[n];
        for (int i = 0; i < n; i++) {
            times[i] = random.nextInt(30);
            risks[i] = random.nextInt(10);
            ended[i] = random.nextInt(3) > 0;
        }
        double right = 0;
        int pairs = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean first = times[i] < times[j] || (times[i] == times[j] && !ended[j]);
                if (ended[i] && first) {
                    pairs++;
                    right += risks[i] > risks[j] ? 1 : risks[i] == risks[j] ? 0.5 : 0;
                }
            }
        }
        assertThat(SurvivalOutcomes.of(times, ended).concordance(risks))
                .isCloseTo(right / pairs, within(1e-12));
    }

    @Test
    void brierByHand() {
        SurvivalOutcomes outcomes =
                SurvivalOutcomes.of(new double[] {1, 2, 3}, new boolean[] {true, false, true});
        // 1 ended: 0.2²; 2 is not known; 3 lasts: 0.2², and stands for 2 as well
        double[] survival = {0.2, 0.5, 0.8};
        assertThat(outcomes.brier(2.5, survival)).isCloseTo((0.04 + 0.04 / 0.5) / 3, within(1e-12));
        // at 1.5 nobody is censored yet: 0.2², 0.5², 0.2²
        double early = (0.04 + 0.25 + 0.04) / 3;
        assertThat(outcomes.brier(1.5, survival)).isCloseTo(early, within(1e-12));

        double[][] curves = {{0.2, 0.2}, {0.5, 0.5}, {0.8, 0.8}};
        assertThat(outcomes.integratedBrier(new double[] {1.5, 2.5}, curves))
                .isCloseTo((early + 0.04) / 2, within(1e-12));
    }

    @Test
    void censoringDoesNotBiasTheBrierScore() {
        SplittableRandom random = new SplittableRandom(8);
        int n = 20_000;
        double[] lives = new double[n];
        double[] seen = new double[n];
        boolean[] all = new boolean[n];
        boolean[] ended = new boolean[n];
        double[] survival = new double[n];
        for (int i = 0; i < n; i++) {
            double rate = 0.2 + random.nextDouble();
            lives[i] = -Math.log(random.nextDouble()) / rate;
            double until = -Math.log(random.nextDouble()) / 0.4;
            seen[i] = Math.min(lives[i], until);
            ended[i] = lives[i] <= until;
            all[i] = true;
            survival[i] = Math.exp(-rate);
        }
        double known = SurvivalOutcomes.of(lives, all).brier(1, survival);

        assertThat(SurvivalOutcomes.of(seen, ended).brier(1, survival))
                .isCloseTo(known, within(0.006));
    }

    @Test
    void aTimeBeyondWhatWasSeenIsRefused() {
        SurvivalOutcomes outcomes =
                SurvivalOutcomes.of(new double[] {1, 2}, new boolean[] {true, false});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outcomes.brier(3, new double[] {1, 1}))
                .withMessageContaining("3.0");
    }
}
