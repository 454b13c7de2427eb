package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.ranking.TopK;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BestItemsTest {

    /** Few different scores, so that there are ties; NaN and −∞ among them. */
    private static float[] scores(Random random, int items) {
        float[] scores = new float[items + 1];
        for (int i = 0; i <= items; i++) {
            scores[i] =
                    switch (random.nextInt(20)) {
                        case 0 -> Float.NaN;
                        case 1 -> Float.NEGATIVE_INFINITY;
                        default -> random.nextInt(50);
                    };
        }
        return scores;
    }

    @Property(tries = 50)
    void areThoseOfTopKInWhateverOrderTheyCome(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2000) int items,
            @ForAll @IntRange(min = 1, max = 120) int k) {
        Random random = new Random(seed);
        BestItems best = new BestItems();
        for (int question = 0; question < 2; question++) {
            float[] scores = scores(random, items);
            List<Integer> order = new ArrayList<>(IntStream.rangeClosed(1, items).boxed().toList());
            Collections.shuffle(order, random);
            best.start(k);
            for (int item : order) {
                boolean isOut = best.isAbove(scores[item]);
                int[] before = best.answer(false).items();
                best.offer(item, scores[item]);
                if (isOut) {
                    assertThat(best.answer(false).items()).isEqualTo(before);
                }
            }

            assertThat(best.answer(false).items()).isEqualTo(TopK.of(scores, k));
        }
    }
}
