package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class DropoutMaskTest {

    private static float[] mask(int size, int seed, double rate) {
        int[] bits = new int[size];
        DropoutMask.fill(bits, size, seed, 0, rate);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        return values;
    }

    @Test
    void aValueIsZeroAsOftenAsTheRateSaysAndTheMeanStaysOne() {
        for (double rate : new double[] {0.1, 0.25, 0.5, 0.9}) {
            int size = 1_000_000;
            double kept = 1 / (1 - rate);
            int zeros = 0;
            double sum = 0;
            for (float value : mask(size, 7, rate)) {
                assertThat(value == 0 || value == (float) kept).isTrue();
                zeros += value == 0 ? 1 : 0;
                sum += value;
            }
            double deviation = Math.sqrt(rate * (1 - rate) / size);
            assertThat(zeros / (double) size).isCloseTo(rate, offset(5 * deviation));
            assertThat(sum / size).isCloseTo(1, offset(5 * deviation * kept));
        }
    }

    @Test
    void neighboursAndSeedsDoNotFollowEachOther() {
        int size = 200_000;
        double most = 5 / Math.sqrt(size);
        for (int lag : new int[] {1, 2, 3, 64, 256}) {
            assertThat(correlation(mask(size, 1, 0.5), mask(size, 1, 0.5), lag))
                    .as("lag %d", lag)
                    .isBetween(-most, most);
        }
        assertThat(correlation(mask(size, 1, 0.5), mask(size, 2, 0.5), 0)).isBetween(-most, most);
    }

    private static double correlation(float[] a, float[] b, int lag) {
        double sum = 0;
        for (int i = 0; i + lag < a.length; i++) {
            sum += (a[i] - 1) * (b[i + lag] - 1);
        }
        return sum / (a.length - lag);
    }
}
