package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LowExponentialsTest {

    @Test
    void areThoseOfMathWithinWhatIsPromised() {
        float[] scores = new float[100_001];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = 3 - i * 2e-4f;
        }
        float[] exponentials = new float[scores.length];

        LowExponentials.of(scores, 3, 0.8, exponentials);

        for (int i = 0; i < scores.length; i++) {
            double log = ((double) scores[i] - 3) / 0.8;
            double off = Math.abs(exponentials[i] / Math.exp(log) - 1);
            assertThat(off)
                    .as("of e to %s", log)
                    .isLessThan(log > -3 ? 3e-6 : log > -10 ? 2e-5 : 0.06);
        }
    }

    @Test
    void goNoLowerThanTheLeastAndNoHigherThanOne() {
        float[] scores = {-1e30f, Float.NEGATIVE_INFINITY, 7, 7.5f, 1e30f, Float.POSITIVE_INFINITY};
        float[] exponentials = new float[scores.length];

        LowExponentials.of(scores, 7, 1, exponentials);

        assertThat(exponentials[0]).isCloseTo(1.4e-11f, within(1e-12f));
        assertThat(exponentials).startsWith(exponentials[0], exponentials[0], 1, 1, 1, 1);
    }
}
