package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepBatchTest {

    private static Window window(int... items) {
        return Window.of(
                EventSequence.of(0, items, new byte[items.length], new long[items.length]));
    }

    private static StepBatch batch(int items, int[] negatives, Window... windows) {
        return new StepBatch.Builder(SmallNetwork.of(items), List.of(), new float[0])
                .build(List.of(List.of(windows)), alike(negatives), 1);
    }

    private static Negatives alike(int... items) {
        return new Negatives(items, new float[items.length]);
    }

    private static long[] items(StepBatch batch, long[] local) {
        return Arrays.stream(local).map(i -> batch.rows()[(int) i]).toArray();
    }

    @Test
    void everyEventButTheFirstIsATarget() {
        StepBatch batch = batch(100, new int[] {3, 8}, window(7, 8, 9), window(50, 7));
        StepBatch.Part part = batch.parts().get(0);

        assertThat(batch.targets()).isEqualTo(3);
        assertThat(part.size()).isEqualTo(2);
        assertThat(part.steps()).isEqualTo(2);
        assertThat(items(batch, part.items())).containsExactly(7, 8, 50, 0);
        assertThat(part.lengths()).containsExactly(2, 1);
        assertThat(part.positions()).containsExactly(0, 1, 2);
        assertThat(items(batch, part.targets())).containsExactly(8, 9, 7);
    }

    @Test
    void paddingIsRowZeroAndNegativesFollow() {
        StepBatch batch = batch(100, new int[] {3, 8}, window(7, 8, 9), window(50, 7));

        assertThat(batch.corrections()).hasSize(2);
        assertThat(Arrays.copyOf(batch.rows(), 3)).containsExactly(0, 3, 8);
    }

    @Test
    void aNegativeThatIsTheTargetIsAHit() {
        StepBatch batch = batch(100, new int[] {3, 8}, window(7, 8, 9), window(50, 7));

        // target 0 (item 8) · 2 negatives + place 1
        assertThat(batch.parts().get(0).hits()).containsExactly(1);
    }

    @Test
    void partsShareTheRowsOfTheStep() {
        StepBatch.Builder builder =
                new StepBatch.Builder(SmallNetwork.of(100), List.of(), new float[0]);
        for (int repeat = 0; repeat < 3; repeat++) {
            StepBatch batch =
                    builder.build(
                            List.of(List.of(window(7, 7, 7, 9)), List.of(window(9, 11))),
                            alike(9, 4),
                            1);
            assertThat(batch.rows()).containsExactly(0, 9, 4, 7, 11);
            assertThat(items(batch, batch.parts().get(1).items())).containsExactly(9);
            assertThat(items(batch, batch.parts().get(1).targets())).containsExactly(11);
            assertThat(batch.targets()).isEqualTo(4);
        }
    }

    @Test
    void theFullSoftmaxReadsTheWholeTableInItsOrder() {
        StepBatch batch = batch(4, new int[0], window(4, 2));

        assertThat(batch.rows()).isEmpty();
        assertThat(batch.parts().get(0).items()).containsExactly(4);
        assertThat(batch.parts().get(0).targets()).containsExactly(2);
    }

    @Test
    void timesAreThoseOfTheEvents() {
        EventSequence window =
                EventSequence.of(
                        0, new int[] {7, 8, 9, 8}, new byte[4], new long[] {0, 50, 60, 1_000});

        StepBatch.Part part =
                batch(100, new int[] {3}, Window.of(window), window(7, 8)).parts().get(0);

        assertThat(part.clock().times()).containsExactly(50, 50, 60, 0, 0, 0);
    }

    @Test
    void aTargetCountsByItsBehaviour() {
        EventSequence window =
                EventSequence.of(0, new int[] {7, 8, 9}, new byte[] {1, 0, 1}, new long[3]);
        StepBatch batch =
                new StepBatch.Builder(SmallNetwork.of(100), List.of(), new float[] {0.5f, 4})
                        .build(List.of(List.of(Window.of(window))), alike(3), 1);

        assertThat(batch.parts().get(0).weights()).containsExactly(0.5f, 4);
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

    /** Items 7 and 8, then 9, 8 and 5, then 4. */
    private static Window baskets() {
        return Window.of(
                EventSequence.of(
                        0,
                        new int[] {7, 8, 9, 8, 5, 4},
                        new byte[6],
                        new long[] {10, 10, 20, 20, 20, 30}),
                Grain.BASKET);
    }

    private static StepBatch ofBaskets(StepBatch.Hits left, Window... windows) {
        return new StepBatch.Builder(
                        SmallNetwork.of(100, Grain.BASKET), List.of(), new float[0], left)
                .build(List.of(List.of(windows)), alike(3, 8, 5), 1);
    }

    @Test
    void everyItemOfTheNextBasketIsATarget() {
        StepBatch batch = ofBaskets(StepBatch.Hits.TARGET, baskets());
        StepBatch.Part part = batch.parts().get(0);

        assertThat(part.lengths()).containsExactly(2);
        assertThat(part.positions()).containsExactly(0, 0, 0, 1);
        assertThat(items(batch, part.targets())).containsExactly(9, 8, 5, 4);
        assertThat(batch.targets()).isEqualTo(4);
        assertThat(part.baskets().each()).isEqualTo(3);
        assertThat(items(batch, part.baskets().rows())).containsExactly(7, 8, 0, 9, 8, 5);
        float half = (float) Math.sqrt(1 / 2.0);
        float third = (float) Math.sqrt(1 / 3.0);
        assertThat(part.baskets().weights()).containsExactly(half, half, 0, third, third, third);
    }

    @Test
    void anItemOfTheSameBasketIsNoNegativeOfALossThatJudgesItAlone() {
        assertThat(ofBaskets(StepBatch.Hits.TARGET, baskets()).parts().get(0).hits())
                .containsExactly(1 * 3 + 1, 2 * 3 + 2);
        assertThat(ofBaskets(StepBatch.Hits.BASKET, baskets()).parts().get(0).hits())
                .containsExactly(1, 2, 3 + 1, 3 + 2, 2 * 3 + 1, 2 * 3 + 2);
    }

    @Test
    void ofAHugeBasketTheFirstItemsAreReadAndAllAreTargets() {
        int size = 40;
        int[] items = new int[2 * size];
        long[] times = new long[2 * size];
        Arrays.setAll(items, i -> 1 + i);
        Arrays.setAll(times, i -> 1 + i / size);
        EventSequence events = EventSequence.of(0, items, new byte[2 * size], times);

        StepBatch batch = ofBaskets(StepBatch.Hits.TARGET, Window.of(events, Grain.BASKET));
        StepBatch.Part part = batch.parts().get(0);

        assertThat(part.steps()).isEqualTo(1);
        assertThat(part.targets()).hasSize(size);
        assertThat(items(batch, part.baskets().rows()))
                .containsExactly(LongStream.rangeClosed(1, 32).toArray());
        assertThat(part.baskets().weights()).containsOnly((float) Math.sqrt(1 / 32.0));
    }
}
