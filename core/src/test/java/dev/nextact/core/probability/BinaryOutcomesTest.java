package dev.nextact.core.probability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BinaryOutcomesTest {

    /** One wrong among the sure ones. */
    private static final BinaryOutcomes FOUR =
            BinaryOutcomes.of(
                    new double[] {0.9, 0.8, 0.7, 0.4}, new boolean[] {true, false, true, false});

    @Test
    void classificationAtAThresholdByHand() {
        // flagged at 0.5: 0.9, 0.8 and 0.7, of which two happened
        assertThat(FOUR.accuracy(0.5)).isEqualTo(0.75);
        assertThat(FOUR.precision(0.5)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(FOUR.recall(0.5)).isEqualTo(1.0);
        assertThat(FOUR.f1(0.5)).isCloseTo(0.8, within(1e-12));
        assertThat(FOUR.precision(0.95)).isNaN();
    }

    @Test
    void rankingByHand() {
        // of the four pairs only 0.7 (happened) below 0.8 (did not) is out of order
        assertThat(FOUR.auc()).isEqualTo(0.75);
        // half the recall at precision 1, half at 2/3
        assertThat(FOUR.prAuc()).isCloseTo(0.5 + 0.5 * 2 / 3, within(1e-12));
        assertThat(FOUR.gain(0.25)).isEqualTo(0.5);
        assertThat(FOUR.lift(0.25)).isEqualTo(2.0);
        assertThat(FOUR.gain(1)).isEqualTo(1.0);
    }

    @Test
    void probabilitiesByHand() {
        double logs = Math.log(0.9) + Math.log(0.2) + Math.log(0.7) + Math.log(0.6);
        assertThat(FOUR.logLoss()).isCloseTo(-logs / 4, within(1e-12));
        assertThat(FOUR.brier()).isCloseTo((0.01 + 0.64 + 0.09 + 0.16) / 4, within(1e-12));
    }

    @Test
    void reliabilityByHand() {
        assertThat(FOUR.reliability(2)).hasSize(2);
        ReliabilityBin low = FOUR.reliability(2).get(0);
        assertThat(low.count()).isEqualTo(2);
        assertThat(low.predicted()).isCloseTo(0.55, within(1e-12));
        assertThat(low.observed()).isEqualTo(0.5);
        // half the cases off by 0.05, half by 0.35
        assertThat(FOUR.calibrationError(2)).isCloseTo(0.2, within(1e-12));
    }

    /** The examples in the reference documentation of scikit-learn 1.5. */
    @Test
    void figuresOfScikitLearn() {
        boolean[] happened = {false, false, true, true};
        BinaryOutcomes ranking = BinaryOutcomes.of(new double[] {0.1, 0.4, 0.35, 0.8}, happened);
        assertThat(ranking.auc()).isEqualTo(0.75);
        assertThat(ranking.prAuc()).isCloseTo(0.83, within(0.005));

        boolean[] spam = {true, false, false, true};
        double[] given = {0.9, 0.1, 0.2, 0.65};
        assertThat(BinaryOutcomes.of(given, spam).logLoss()).isCloseTo(0.21616, within(5e-6));

        boolean[] outcome = {false, true, true, false};
        double[] chance = {0.1, 0.9, 0.8, 0.3};
        assertThat(BinaryOutcomes.of(chance, outcome).brier()).isCloseTo(0.0375, within(1e-12));
    }

    @Test
    void whoSaysTheSameOfAllGainsNothing() {
        double[] same = new double[40];
        Arrays.fill(same, 0.3);
        boolean[] happened = new boolean[40];
        Arrays.fill(happened, 0, 10, true);
        BinaryOutcomes outcomes = BinaryOutcomes.of(same, happened);

        assertThat(outcomes.auc()).isEqualTo(0.5);
        assertThat(outcomes.prAuc()).isEqualTo(0.25);
        assertThat(outcomes.gain(0.1)).isCloseTo(0.1, within(1e-12));
        assertThat(outcomes.reliability(10)).hasSize(1);
        assertThat(outcomes.calibrationError(10)).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void anImpossibleOutcomeCostsMuchButNotAllThereIs() {
        BinaryOutcomes sure = BinaryOutcomes.of(new double[] {0}, new boolean[] {true});

        assertThat(sure.logLoss()).isBetween(34.0, 35.0);
        assertThat(sure.auc()).isNaN();
    }

    @Test
    void trueProbabilitiesAreCalibrated() {
        SplittableRandom random = new SplittableRandom(4);
        double[] p = random.doubles(100_000).toArray();
        boolean[] happened = new boolean[p.length];
        for (int i = 0; i < p.length; i++) {
            happened[i] = random.nextDouble() < p[i];
        }
        BinaryOutcomes outcomes = BinaryOutcomes.of(p, happened);

        assertThat(outcomes.calibrationError(10)).isLessThan(0.01);
        assertThat(outcomes.brier()).isCloseTo(1 / 6.0, within(0.005)); // E p(1-p)
        assertThat(outcomes.auc()).isCloseTo(5 / 6.0, within(0.005));
    }

    @Test
    void whatIsNoProbabilityIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinaryOutcomes.of(new double[] {1.5}, new boolean[] {true}))
                .withMessageContaining("1.5");
    }

    @Property
    void everyCaseIsInOneBin(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = 0, max = 1) Double> list,
            @ForAll @IntRange(min = 1, max = 12) int bins) {
        double[] p = list.stream().mapToDouble(x -> Math.round(x * 8) / 8.0).toArray(); // with ties
        boolean[] happened = new boolean[p.length];
        List<ReliabilityBin> reliability = BinaryOutcomes.of(p, happened).reliability(bins);

        assertThat(reliability.stream().mapToInt(ReliabilityBin::count).sum()).isEqualTo(p.length);
        assertThat(reliability).hasSizeLessThanOrEqualTo(bins);
        assertThat(reliability)
                .isSortedAccordingTo((a, b) -> Double.compare(a.predicted(), b.predicted()));
    }

    @Property
    void theAreaIsTheShareOfPairsInOrder(
            @ForAll @Size(min = 2, max = 30) List<@IntRange(min = 0, max = 9) Integer> list) {
        double[] p = list.stream().mapToDouble(x -> (x / 2) / 5.0).toArray();
        boolean[] happened = new boolean[p.length];
        for (int i = 0; i < p.length; i++) {
            happened[i] = list.get(i) % 2 == 1;
        }
        double above = 0;
        int pairs = 0;
        for (int i = 0; i < p.length; i++) {
            for (int j = 0; j < p.length; j++) {
                if (happened[i] && !happened[j]) {
                    pairs++;
                    above += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
                }
            }
        }
        double auc = BinaryOutcomes.of(p, happened).auc();
        if (pairs == 0) {
            assertThat(auc).isNaN();
        } else {
            assertThat(auc).isCloseTo(above / pairs, within(1e-12));
        }
    }
}
