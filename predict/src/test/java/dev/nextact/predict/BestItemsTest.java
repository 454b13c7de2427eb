package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.ranking.TopK;
import java.nio.FloatBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BestItemsTest {

    /** Few different scores, so that there are ties; over several chunks; NaN and −∞ among them. */
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
    void areThoseOfTopK(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9000) int items,
            @ForAll @IntRange(min = 1, max = 120) int k) {
        Random random = new Random(seed);
        BestItems best = new BestItems();
        for (int row = 0; row < 2; row++) {
            float[] scores = scores(random, items);
            float[] two = new float[2 * (items + 1)];
            System.arraycopy(scores, 0, two, items + 1, items + 1);
            best.read(FloatBuffer.wrap(two), items + 1, items + 1, k, item -> true);

            assertThat(best.answer(false).items()).isEqualTo(TopK.of(scores, k));
        }
    }

    @Property(tries = 50)
    void chosenAgainAreThoseOfTheOtherScore(@ForAll long seed) {
        Random random = new Random(seed);
        float[] scores = scores(random, 300);
        float[] other = scores(random, 300);
        BestItems all = new BestItems();
        all.read(FloatBuffer.wrap(scores), 0, 301, 300, item -> item % 3 != 0);
        for (int item = 0; item <= 300; item++) {
            if (item % 3 == 0 || !(scores[item] > Float.NEGATIVE_INFINITY)) {
                other[item] = Float.NEGATIVE_INFINITY;
            }
        }

        assertThat(new BestItems().again(all, 20, item -> other[item]).answer(false).items())
                .isEqualTo(TopK.of(other, 20));
    }
}
