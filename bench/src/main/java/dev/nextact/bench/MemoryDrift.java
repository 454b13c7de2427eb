package dev.nextact.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of itself resident memory gains in a training: the median of the slopes of all pairs of
 * epochs (Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 1968). Single
 * epochs stand out by a percent either way, as buffers happen to be held when memory is read; a
 * leak moves them all.
 */
final class MemoryDrift {

    private MemoryDrift() {}

    /**
     * From the first to the last of the epochs after the warm-up, as a share of what was resident
     * in the middle of them.
     *
     * @param resident bytes, an epoch each
     * @param warmUp epochs left out at the start
     * @return 0 where fewer than two epochs are left
     */
    static double after(int warmUp, List<Long> resident) {
        int epochs = resident.size() - warmUp;
        if (epochs < 2) {
            return 0;
        }
        double[] levels = resident.stream().skip(warmUp).mapToDouble(Long::doubleValue).toArray();
        double[] slopes =
                IntStream.range(0, epochs)
                        .boxed()
                        .flatMapToDouble(
                                i ->
                                        IntStream.range(i + 1, epochs)
                                                .mapToDouble(
                                                        j -> (levels[j] - levels[i]) / (j - i)))
                        .toArray();
        return median(slopes) * (epochs - 1) / median(levels);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
