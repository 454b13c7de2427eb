package dev.nextact.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ItemGroupsTest {

    /** Normal, but for rows and columns far larger or smaller, and rows of zeros. */
    private static FloatTensor table(Random random, int rows, int width) {
        FloatTensor table = FloatTensor.zeros(rows, width);
        double[] columns = random.doubles(width).map(x -> Math.exp(6 * x - 3)).toArray();
        for (int row = 0; row < rows; row++) {
            double size = random.nextInt(20) == 0 ? 0 : Math.exp(random.nextGaussian());
            for (int d = 0; d < width; d++) {
                table.values()[row * width + d] =
                        (float) (size * columns[d] * random.nextGaussian());
            }
        }
        return table;
    }

    /** What the graph computes for a hidden state: the highest score by integers in each group. */
    private static float[] highest(ItemGroups groups, float[] hidden) {
        float largest = 1e-12f;
        for (float value : hidden) {
            largest = Math.max(largest, Math.abs(value));
        }
        float[] highest = new float[groups.count()];
        Arrays.fill(highest, Float.NEGATIVE_INFINITY);
        for (int piece = 0; piece < groups.pieces(); piece++) {
            byte[] integers = groups.integers(piece);
            float[] scales = groups.scales(piece);
            for (int place = 0; place < groups.piece(); place++) {
                int sum = 0;
                for (int d = 0; d < hidden.length; d++) {
                    int of = (int) Math.rint(hidden[d] / largest / (1f / ItemGroups.MOST_HIDDEN));
                    sum += of * integers[d * groups.piece() + place];
                }
                int group = piece * groups.stride() + place % groups.stride();
                highest[group] = Math.max(highest[group], sum * scales[place]);
            }
        }
        return highest;
    }

    @Property(tries = 60)
    void noItemExceedsTheBoundOfItsGroup(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 9000) int rows,
            @ForAll @IntRange(min = 1, max = 40) int width) {
        Random random = new Random(seed);
        FloatTensor table = table(random, rows, width);
        ItemGroups groups = ItemGroups.of(table);
        float[] hidden = new float[width];
        for (int d = 0; d < width; d++) {
            hidden[d] = (float) random.nextGaussian();
        }
        float[] bounds = highest(groups, hidden);
        groups.bound(hidden, bounds);
        BitSet found = new BitSet();
        for (int group = 0; group < groups.count(); group++) {
            for (int member = 0; member < ItemGroups.SIZE; member++) {
                int item = groups.item(group, member);
                if (item > 0 && item < rows) {
                    assertThat(found.get(item)).isFalse();
                    found.set(item);
                    double score = 0;
                    for (int d = 0; d < width; d++) {
                        score += (double) hidden[d] * table.values()[item * width + d];
                    }
                    assertThat((double) bounds[group]).isGreaterThanOrEqualTo(score);
                }
            }
        }
        assertThat(found.cardinality()).isEqualTo(rows - 1);
    }

    @Property(tries = 40)
    void columnsScoreToTheBit(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 900) int rows,
            @ForAll @IntRange(min = 1, max = 70) int width) {
        Random random = new Random(seed);
        ItemGroups groups = ItemGroups.of(table(random, rows, width));
        float[] hidden = new float[width];
        for (int d = 0; d < width; d++) {
            hidden[d] = (float) random.nextGaussian();
        }
        ItemColumns columns = new ItemColumns(groups);
        for (int group = 0; group < groups.count(); group++) {
            columns.add(group);
            if (columns.isFull() || group == groups.count() - 1) {
                float[] scores = columns.score(hidden);
                for (int place = 0; place < columns.size(); place++) {
                    for (int member = 0; member < ItemGroups.SIZE; member++) {
                        int item = groups.item(columns.group(place), member);
                        if (item > 0 && item < rows) {
                            assertThat(scores[place * ItemGroups.SIZE + member])
                                    .isEqualTo(groups.score(hidden, item));
                        }
                    }
                }
                columns.clear();
            }
        }
    }
}
