package dev.nextact.predict;

import dev.nextact.predict.ItemAttributes.Cap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that is taken from the best downwards, leaving out what a {@link Cap} has no room for.
 * Confined to one thread.
 */
final class CappedItems {

    private final List<Cap> caps;
    private final List<Map<Integer, Integer>> counts = new ArrayList<>();
    private final int[] items;
    private int size;

    CappedItems(List<Cap> caps, int k) {
        this.caps = caps;
        caps.forEach(cap -> counts.add(new HashMap<>()));
        this.items = new int[k];
    }

    boolean isFull() {
        return size == items.length;
    }

    /** Takes the next best item, if there is room for it. */
    void offer(int item) {
        for (int c = 0; c < caps.size(); c++) {
            if (!caps.get(c).hasRoom(item, counts.get(c))) {
                return;
            }
        }
        for (int c = 0; c < caps.size(); c++) {
            caps.get(c).count(item, counts.get(c));
        }
        items[size++] = item;
    }

    NextItemAnswer answer(BestItems.IntToFloat score, boolean byPopularity) {
        int[] taken = Arrays.copyOf(items, size);
        float[] scores = new float[size];
        for (int rank = 0; rank < size; rank++) {
            scores[rank] = score.of(taken[rank]);
        }
        return new NextItemAnswer(taken, scores, byPopularity);
    }
}
