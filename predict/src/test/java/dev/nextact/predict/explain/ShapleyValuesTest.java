package dev.nextact.predict.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ShapleyValuesTest {

    private static ShapleyValues sample(
            int players, ToDoubleFunction<BitSet> worth, int pairs, long seed) {
        BitSet all = new BitSet();
        all.set(0, players);
        return ShapleyValues.sample(
                players,
                worth.applyAsDouble(new BitSet()),
                worth.applyAsDouble(all),
                coalitions ->
                        coalitions.stream()
                                .map(c -> new Reading(worth.applyAsDouble(c), 0))
                                .toList(),
                pairs,
                new SplittableRandom(seed));
    }

    @Test
    void whereNobodyMindsTheOthersEachHasWhatItAddsWithoutError() {
        double[] worth = {1, -2, 0, 4};

        ShapleyValues values =
                sample(4, c -> c.stream().mapToDouble(player -> worth[player]).sum(), 3, 1);

        assertThat(values.values()).containsExactly(worth, within(1e-12));
        assertThat(values.standardErrors()).containsOnly(0.0);
        assertThat(values.permutations()).isEqualTo(6);
    }

    /** One left glove, two right ones; a pair is worth 1: 2/3, 1/6, 1/6 (Shapley's own example). */
    private static double gloves(BitSet coalition) {
        return coalition.get(0) && (coalition.get(1) || coalition.get(2)) ? 1 : 0;
    }

    @Test
    void glovesAreWorthWhatIsKnownOfThemWithinTheErrorThatIsTold() {
        double[] truth = {2 / 3.0, 1 / 6.0, 1 / 6.0};
        int outside = 0;
        for (long seed = 1; seed <= 200; seed++) {
            ShapleyValues values = sample(3, ShapleyValuesTest::gloves, 20, seed);
            for (int player = 0; player < 3; player++) {
                double off = Math.abs(values.values()[player] - truth[player]);
                outside += off > 2 * values.standardErrors()[player] ? 1 : 0;
            }
            assertThat(Arrays.stream(values.values()).sum()).isCloseTo(1, within(1e-12));
        }
        // two errors leave about one in twenty outside, with 20 pairs a little more
        assertThat(outside / 600.0).isBetween(0.005, 0.10);
    }

    @Test
    void moreOrdersMakeTheErrorSmaller() {
        double few = sample(3, ShapleyValuesTest::gloves, 10, 3).standardErrors()[0];
        double many = sample(3, ShapleyValuesTest::gloves, 1000, 3).standardErrors()[0];

        assertThat(many).isLessThan(few / 5);
    }

    @Test
    void onePlayerHasAll() {
        assertThat(sample(1, c -> c.isEmpty() ? 2 : 5, 2, 1).values()).containsExactly(3);
    }

    @Test
    void onePairHasNoErrorToTell() {
        assertThatThrownBy(() -> sample(2, c -> c.cardinality(), 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pairs: expected at least 2, found 1");
    }
}
