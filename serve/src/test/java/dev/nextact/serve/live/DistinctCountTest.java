package dev.nextact.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class DistinctCountTest {

    @Test
    void whoComesAgainCountsOnce() {
        DistinctCount count = new DistinctCount();
        for (int i = 0; i < 10_000; i++) {
            count.add("user-" + i % 7);
        }

        assertThat(count.count()).isEqualTo(7);
    }

    @Test
    void manyAreCountedToWithinThreeStandardErrors() {
        for (int size : new int[] {100, 5_000, 12_000, 200_000}) {
            DistinctCount count = new DistinctCount();
            for (int i = 0; i < size; i++) {
                count.add("u" + (100_001 + i));
            }
            assertThat(count.count()).isCloseTo(size, withinPercentage(5));
        }
    }

    @Test
    void twoHoursTogetherCountWhoWasInBothOnce() {
        DistinctCount morning = new DistinctCount();
        DistinctCount evening = new DistinctCount();
        for (int i = 0; i < 3_000; i++) {
            morning.add("a" + i);
            evening.add("a" + (i + 1_500));
        }
        morning.add(evening);

        assertThat(morning.count()).isCloseTo(4_500, withinPercentage(5));
    }
}
