package dev.nextact.model.network;

import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandSeries;
import java.util.List;

/**
 * Rows of several items, side by side. The arrays are not copied.
 *
 * @param size B
 * @param steps T, the rows of the longest
 * @param rows [B · T · F], zeros after an item's last
 * @param lengths [B], rows of each item, 1..T
 * @param from of each item the number of its first row here, [B]: 0 where the whole past is read
 */
public record DemandBatch(int size, int steps, float[] rows, long[] lengths, int[] from) {

    /**
     * @param most rows of an item; the newest are taken
     */
    public static DemandBatch of(DemandFeatures features, List<DemandSeries> items, int most) {
        return of(items.stream().map(features::rows).toList(), most);
    }

    /**
     * @param items rows of each, [size + 1][F]
     * @param most rows of an item; the newest are taken
     */
    public static DemandBatch of(List<float[][]> items, int most) {
        int steps = 0;
        for (float[][] item : items) {
            steps = Math.max(steps, Math.min(most, item.length));
        }
        int width = items.isEmpty() ? 0 : items.get(0)[0].length;
        float[] rows = new float[items.size() * steps * width];
        long[] lengths = new long[items.size()];
        int[] from = new int[items.size()];
        for (int b = 0; b < lengths.length; b++) {
            float[][] all = items.get(b);
            from[b] = Math.max(0, all.length - most);
            lengths[b] = (long) all.length - from[b];
            for (int t = from[b]; t < all.length; t++) {
                System.arraycopy(all[t], 0, rows, (b * steps + t - from[b]) * width, width);
            }
        }
        return new DemandBatch(lengths.length, steps, rows, lengths, from);
    }
}
