package dev.nextact.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TemporalPrecisionTest {

    private static EventForecast foretold(double[] seconds, double... scoresOfKindZero) {
        double[][] scores = new double[seconds.length][];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = new double[] {scoresOfKindZero[i], 1 - scoresOfKindZero[i]};
        }
        return new EventForecast(new TypedTimes(seconds, new int[seconds.length]), scores);
    }

    private static TypedTimes came(double... seconds) {
        return new TypedTimes(seconds, new int[seconds.length]);
    }

    private static TemporalPrecision within(double delta) {
        return new TemporalPrecision(2, Double.POSITIVE_INFINITY, delta);
    }

    @Test
    void anEventThatCameIsPairedOnce() {
        TemporalPrecision precision = within(1);
        precision.add(foretold(new double[] {1, 2}, 0.9, 0.8), came(1.5));
        // the surer one is right, the other is not: all is found at precision 1
        assertThat(precision.value()).isEqualTo(1);

        TemporalPrecision other = within(1);
        other.add(foretold(new double[] {1, 9}, 0.8, 0.9), came(1.5));
        // the surer one is wrong: all is found at precision 1/2
        assertThat(other.value()).isEqualTo(0.5);
    }

    @Test
    void pairsAreRearrangedToMakeRoom() {
        // the surer one could have both, the other only the first
        TemporalPrecision precision = within(1);
        precision.add(foretold(new double[] {0.5, 2}, 0.5, 0.9), came(1.2, 2.8));

        assertThat(precision.value()).isEqualTo(1);
    }

    @Test
    void whatIsNotProposedIsMissed() {
        TemporalPrecision precision = within(1);
        precision.add(foretold(new double[] {1}, 0.9), came(1, 50, 60, 70));

        assertThat(precision.value()).isEqualTo(0.25);
    }

    @Test
    void shoppersAreRankedTogether() {
        TemporalPrecision precision = within(1);
        precision.add(foretold(new double[] {1}, 0.9), came(5)); // sure and wrong
        precision.add(foretold(new double[] {1}, 0.3), came(1)); // unsure and right
        // two to find: none at rank 1, one at rank 2
        assertThat(precision.value()).isEqualTo(0.25);
        assertThat(precision.of(new int[] {1, 1})).isEqualTo(1);
    }

    @Test
    void theMeanIsOverTheKindsThatCameAndOverTheDeltas() {
        TemporalPrecision precision = new TemporalPrecision(2, 100, 1, 10);
        precision.add(foretold(new double[] {5}, 1), came(8));
        // kind 1 never came; kind 0 is missed at δ = 1 and found at δ = 10
        assertThat(precision.value()).isEqualTo(0.5);
    }

    @Test
    void beyondTheHorizonNothingCounts() {
        TemporalPrecision precision = new TemporalPrecision(2, 10, 1);
        precision.add(foretold(new double[] {1, 10, 11}, 0.5, 0.9, 0.9), came(1, 12));

        assertThat(precision.value()).isEqualTo(1);
    }

    @Test
    void thePairingIsTheLargestAtEveryThreshold() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            double[] seconds = random.doubles(5, 0, 4).sorted().toArray();
            double[] goals = random.doubles(4, 0, 4).sorted().toArray();
            double[] scores = new double[5];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (1 + i * 7 % 5) / 10.0; // all different
            }
            TemporalPrecision precision = within(0.7);
            precision.add(foretold(seconds, scores), came(goals));

            double expected = 0;
            int before = 0;
            for (int above = 1; above <= 5; above++) { // so many of the surest
                int found = largest(seconds, scores, goals, 0.6 - above / 10.0, 0, 0);
                expected += (found - before) / 4.0 * found / above;
                before = found;
            }
            assertThat(precision.value()).isCloseTo(expected, offset(1e-12));
        }
    }

    /** Tries every pairing of the candidates that score at least so much. */
    private static int largest(
            double[] seconds, double[] scores, double[] goals, double least, int from, int taken) {
        if (from == seconds.length) {
            return 0;
        }
        int best = largest(seconds, scores, goals, least, from + 1, taken);
        for (int goal = 0; goal < goals.length && scores[from] > least - 1e-9; goal++) {
            if ((taken & 1 << goal) == 0 && Math.abs(seconds[from] - goals[goal]) <= 0.7) {
                int rest = largest(seconds, scores, goals, least, from + 1, taken | 1 << goal);
                best = Math.max(best, 1 + rest);
            }
        }
        return best;
    }
}
