package dev.nextact.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TransportDistanceTest {

    private static TypedTimes events(double... timesAndTypes) {
        double[] seconds = new double[timesAndTypes.length / 2];
        int[] types = new int[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = timesAndTypes[2 * i];
            types[i] = (int) timesAndTypes[2 * i + 1];
        }
        return new TypedTimes(seconds, types);
    }

    @Test
    void movingDeletingAndInsertingByHand() {
        TypedTimes foretold = events(1, 0, 5, 0);
        TypedTimes came = events(2, 0);

        // move 1 to 2, delete 5
        assertThat(new TransportDistance(1, 1).between(foretold, came)).isEqualTo(2);
        // cheap work: delete both, insert one
        assertThat(new TransportDistance(1, 0.05).between(foretold, came))
                .isCloseTo(0.15, within(1e-12));
        assertThat(new TransportDistance(1, 0.05, 1).between(foretold, came))
                .isCloseTo(1.075, within(1e-12));
        // in a unit ten times as long a move costs a tenth
        assertThat(new TransportDistance(10, 1).between(foretold, came))
                .isCloseTo(1.1, within(1e-12));
    }

    @Test
    void anEventOfAnotherKindIsDeletedAndInserted() {
        assertThat(new TransportDistance(1, 3).between(events(1, 0), events(1, 2))).isEqualTo(6);
    }

    @Test
    void twentyWrongEventsCostTwiceTheMeanCostEach() {
        // the costs of CDiff have the mean 12.05 / 7
        double[] wrong = new double[40];
        double[] right = new double[40];
        for (int i = 0; i < 20; i++) {
            wrong[2 * i] = i;
            right[2 * i] = i;
            right[2 * i + 1] = 1;
        }
        assertThat(TransportDistance.ofCdiff(1).between(events(wrong), events(right)))
                .isCloseTo(40 * 12.05 / 7, within(1e-9));
    }

    @Property
    void itIsTheCheapestOfAllMatchings(
            @ForAll @Size(max = 4) double[] left,
            @ForAll @Size(max = 4) double[] right,
            @ForAll @DoubleRange(min = 0.1, max = 5) double cost) {
        double[] a = ascending(left);
        double[] b = ascending(right);
        double best = cheapest(a, b, 0, new boolean[b.length], cost);

        TransportDistance distance = new TransportDistance(1, cost);
        assertThat(
                        distance.between(
                                new TypedTimes(a, new int[a.length]),
                                new TypedTimes(b, new int[b.length])))
                .isCloseTo(best, within(1e-9));
    }

    private static double[] ascending(double[] any) {
        double[] times = new double[any.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = Math.abs(any[i] % 10);
        }
        Arrays.sort(times);
        return times;
    }

    /** Tries every matching, crossing ones too. */
    private static double cheapest(double[] a, double[] b, int from, boolean[] taken, double cost) {
        if (from == a.length) {
            double rest = 0;
            for (boolean t : taken) {
                rest += t ? 0 : cost;
            }
            return rest;
        }
        double best = cost + cheapest(a, b, from + 1, taken, cost);
        for (int j = 0; j < b.length; j++) {
            if (!taken[j]) {
                taken[j] = true;
                double moved = Math.abs(a[from] - b[j]) + cheapest(a, b, from + 1, taken, cost);
                best = Math.min(best, moved);
                taken[j] = false;
            }
        }
        return best;
    }
}
