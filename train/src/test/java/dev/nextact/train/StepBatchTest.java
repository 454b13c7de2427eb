package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepBatchTest {

    private static EventSequence window(int... items) {
        return EventSequence.of(0, items, new byte[items.length], new long[items.length]);
    }

    private static long[] items(StepBatch batch, long[] local) {
        return Arrays.stream(local).map(i -> batch.rows()[(int) i]).toArray();
    }

    @Test
    void everyEventButTheFirstIsATarget() {
        StepBatch batch =
                new StepBatch.Builder(100)
                        .build(List.of(window(7, 8, 9), window(50, 7)), new int[] {3, 8});

        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.steps()).isEqualTo(2);
        assertThat(items(batch, batch.items())).containsExactly(7, 8, 50, 0);
        assertThat(batch.lengths()).containsExactly(2, 1);
        assertThat(batch.positions()).containsExactly(0, 1, 2);
        assertThat(items(batch, batch.targets())).containsExactly(8, 9, 7);
        assertThat(items(batch, batch.negatives())).containsExactly(3, 8);
    }

    @Test
    void aNegativeThatIsTheTargetIsAHit() {
        StepBatch batch =
                new StepBatch.Builder(100)
                        .build(List.of(window(7, 8, 9), window(50, 7)), new int[] {3, 8});

        assertThat(batch.hits()).containsExactly(1); // target 0 (item 8) · 2 negatives + place 1
    }

    @Test
    void paddingIsItemZero() {
        StepBatch batch = new StepBatch.Builder(10).build(List.of(window(1, 2)), new int[] {5});

        assertThat(batch.rows()[0]).isZero();
    }

    @Test
    void rowsAreReadOnceEach() {
        StepBatch.Builder builder = new StepBatch.Builder(100);
        for (int repeat = 0; repeat < 3; repeat++) {
            StepBatch batch = builder.build(List.of(window(7, 7, 7, 9)), new int[] {9, 4});
            assertThat(batch.rows()).containsExactlyInAnyOrder(0, 7, 9, 4);
        }
    }

    @Test
    void theFullSoftmaxReadsTheWholeTableInItsOrder() {
        StepBatch batch = new StepBatch.Builder(4).build(List.of(window(4, 2)), new int[0]);

        assertThat(batch.rows()).containsExactly(0, 1, 2, 3, 4);
        assertThat(batch.targets()).containsExactly(2);
    }

    @Property(tries = 200)
    void negativesAreDistinctItems(
            @ForAll @IntRange(min = 1, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 60) int items,
            @ForAll long seed) {
        int[] negatives = StepBatch.uniformNegatives(count, items, seed);

        assertThat(negatives).hasSize(Math.min(count, items)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(negatives)).allMatch(i -> i >= 1 && i <= items);
    }

    @Test
    void everyItemIsDrawnEquallyOften() {
        int[] drawn = new int[21];
        int rounds = 20_000;
        for (int seed = 0; seed < rounds; seed++) {
            for (int item : StepBatch.uniformNegatives(5, 20, seed)) {
                drawn[item]++;
            }
        }
        // each item is drawn with probability 5/20; five standard deviations
        double deviation = Math.sqrt(rounds * 0.25 * 0.75);
        for (int item = 1; item <= 20; item++) {
            assertThat((double) drawn[item])
                    .isBetween(rounds * 0.25 - 5 * deviation, rounds * 0.25 + 5 * deviation);
        }
    }
}
