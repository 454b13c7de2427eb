package dev.nextact.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventSequence;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTotalsTest {

    private static final long HOUR = 3_600_000_000L;
    private static final long START = 480_000 * HOUR;

    /** Windows of an hour, a day, 7, 30 and 90 days, ever; how long ago; never. */
    private static final int OF_BEHAVIOUR = 8;

    /** Behaviour 0 at hours 0, 0.2 and 100, behaviour 1 at 100.1; of three behaviours. */
    private static final EventSequence SHOPPER =
            EventSequence.of(
                    0,
                    new int[] {1, 0, 2, 2},
                    new byte[] {0, 0, 0, 1},
                    new long[] {
                        START, START + HOUR / 5, START + 100 * HOUR, START + 100 * HOUR + HOUR / 10
                    });

    private static double[] numbers(EventSequence history, int events, long now) {
        double[] totals = HistoryTotals.at(history, events, now, 3);
        assertThat(totals).hasSize(HistoryTotals.size(3));
        return IntStream.range(0, totals.length).mapToDouble(f -> Math.expm1(totals[f])).toArray();
    }

    @Test
    void countsAreOfTheWindowsUpToTheMoment() {
        double[] numbers = numbers(SHOPPER, 4, START + 101 * HOUR);

        assertThat(numbers).startsWith(new double[] {1, 1, 3, 3, 3, 3}, offset(1e-9));
        assertThat(numbers[OF_BEHAVIOUR]).isCloseTo(1, offset(1e-9)); // the act 54 minutes ago
    }

    @Test
    void aBehaviourThatNeverCameIsAsLongAgoAsTheShopperIsKnown() {
        double[] numbers = numbers(SHOPPER, 4, START + 101 * HOUR);

        assertThat(numbers[OF_BEHAVIOUR - 2]).isCloseTo(1, offset(1e-9));
        assertThat(numbers[OF_BEHAVIOUR - 1]).isZero();
        assertThat(numbers[3 * OF_BEHAVIOUR - 2]).isCloseTo(101, offset(1e-9));
        assertThat(numbers[3 * OF_BEHAVIOUR - 1]).isCloseTo(1, offset(1e-9));
    }

    @Test
    void aPauseOfMoreThanHalfAnHourEndsASession() {
        double[] numbers = numbers(SHOPPER, 4, START + 101 * HOUR);
        int all = 3 * OF_BEHAVIOUR;

        assertThat(numbers[all]).isCloseTo(1, offset(1e-9)); // of the hour
        assertThat(numbers[all + 5]).isCloseTo(2, offset(1e-9)); // ever
        assertThat(numbers[all + 6]).isCloseTo(101, offset(1e-9)); // age
        assertThat(numbers[all + 7]).isCloseTo(0.9, offset(1e-9)); // since the last event
        assertThat(numbers[all + 8]).isCloseTo(50.5, offset(1e-9)); // age by session
    }

    @Test
    void laterEventsAndAnOldPastOfTooManyChangeNothing() {
        assertThat(numbers(SHOPPER, 2, START + 50 * HOUR))
                .containsExactly(numbers(SHOPPER.prefix(2), 2, START + 50 * HOUR));
        int size = HistoryTotals.MOST_EVENTS + 10;
        long[] times = IntStream.range(0, size).mapToLong(i -> START + i * HOUR).toArray();
        EventSequence busy = EventSequence.of(0, new int[size], new byte[size], times);
        assertThat(numbers(busy, size, START + size * HOUR))
                .containsExactly(
                        numbers(
                                busy.last(HistoryTotals.MOST_EVENTS),
                                HistoryTotals.MOST_EVENTS,
                                START + size * HOUR));
    }

    @Test
    void aHistoryWithoutTimesIsAverage() {
        EventSequence untimed = EventSequence.of(0, new int[] {1}, new byte[] {0}, new long[] {0});
        float[] out = {9, 9, 9};
        new HeadSettings.TotalsScale(List.of(4.0), List.of(2.0))
                .write(untimed, 1, START, 3, out, 1);
        assertThat(out).containsExactly(9, 0, 9);
    }
}
