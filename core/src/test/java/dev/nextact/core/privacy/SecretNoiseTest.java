package dev.nextact.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;

class SecretNoiseTest {

    private static float[] drawn(SecretNoise noise, int count, double deviation) {
        float[] values = new float[count];
        noise.fillNormal(values, deviation);
        return values;
    }

    /** Kolmogorov and Smirnov: above 1.95 / √n in one of a thousand samples. */
    @Test
    void noiseIsNormal() {
        float[] values = drawn(SecretNoise.repeatable(1), 200_001, 3);
        Arrays.sort(values);
        double farthest = 0;
        for (int i = 0; i < values.length; i++) {
            double expected = 0.5 * Erf.erfc(-values[i] / (3 * Math.sqrt(2)));
            farthest = Math.max(farthest, Math.abs(expected - (i + 0.5) / values.length));
        }
        assertThat(farthest).isLessThan(1.95 / Math.sqrt(values.length));
    }

    @Test
    void neighboursAreIndependent() {
        float[] values = drawn(SecretNoise.repeatable(2), 200_000, 1);
        for (int lag : new int[] {1, 2, 3}) {
            double sum = 0;
            for (int i = lag; i < values.length; i++) {
                sum += values[i] * values[i - lag];
            }
            assertThat(sum / values.length).isCloseTo(0, within(0.01));
        }
    }

    @Test
    void nobodyGetsTheSameNoise() {
        assertThat(drawn(SecretNoise.create(), 8, 1))
                .isNotEqualTo(drawn(SecretNoise.create(), 8, 1));
        assertThat(drawn(SecretNoise.repeatable(3), 8, 1))
                .isEqualTo(drawn(SecretNoise.repeatable(3), 8, 1));
    }
}
