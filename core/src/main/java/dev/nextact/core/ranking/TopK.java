package dev.nextact.core.ranking;

import java.util.Arrays;

/** Selects the highest scores of a row. */
public final class TopK {

    private TopK() {}

    /**
     * @param scores [V+1]; entry 0 and NaN or −∞ entries are left out
     * @param k at least 1
     * @return at most k item indexes, the highest score first, equal scores by the lower index
     */
    public static int[] of(float[] scores, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k: expected at least 1, found " + k);
        }
        int[] items = new int[Math.min(k, scores.length - 1)];
        int size = 0;
        float least = Float.NEGATIVE_INFINITY; // that is no longer enough
        for (int item = 1; item < scores.length; item++) {
            float score = scores[item];
            if (!(score > least)) {
                continue;
            }
            int place = size == items.length ? size - 1 : size++;
            while (place > 0 && score > scores[items[place - 1]]) {
                items[place] = items[place - 1];
                place--;
            }
            items[place] = item;
            if (size == items.length) {
                least = scores[items[size - 1]];
            }
        }
        return Arrays.copyOf(items, size);
    }
}
