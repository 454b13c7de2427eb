package dev.nextact.predict;

import dev.nextact.model.onnx.ItemGroups;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The exact best items by looking at few: groups of items are looked at from the highest bound
 * downwards, until the next bound lies below the least of the best found. Whatever filter the items
 * must pass, none that should be answered is left out. Confined to one thread, and used again for
 * the next question.
 */
final class BoundedSearch {

    /** Groups that are put in order at first, for each item wanted. */
    private static final int GROUPS_AN_ITEM = 2;

    private static final int LEAST_GROUPS = 64;

    /** How many times as many the next time, where these were not enough. */
    private static final int MORE = 4;

    private static final int SLOTS_A_GROUP = 2;

    private final ItemGroups groups;
    private final BestItems best = new BestItems();
    private final float[] hidden;
    private final float[] bounds;

    /** Keys of groups; see {@link BestItems#key}. */
    private long[] queue = new long[0];

    private float[] slots = new float[0];

    BoundedSearch(ItemGroups groups) {
        this.groups = groups;
        this.hidden = new float[groups.width()];
        this.bounds = new float[groups.count()];
    }

    /**
     * Takes up a row of what a {@link dev.nextact.model.onnx.BoundsGraph} gave.
     *
     * @param states [B, D]
     * @param highest [B, G]
     */
    void read(FloatBuffer states, FloatBuffer highest, int row) {
        states.get(row * hidden.length, hidden);
        highest.get(row * bounds.length, bounds);
        groups.bound(hidden, bounds);
    }

    /** The best of the row that was read, in order; overwritten by the next search. */
    BestItems best(int k, IntPredicate allowed) {
        best.start(Math.min(k, groups.rows() - 1));
        long after = Long.MIN_VALUE;
        int looked = 0;
        int wanted = Math.max(LEAST_GROUPS, GROUPS_AN_ITEM * k);
        while (looked < bounds.length) {
            int size = queue(after, wanted);
            if (size == 0) {
                return best; // what is left has no finite bound
            }
            for (int i = 0; i < size; i++) {
                int group = (int) queue[i];
                if (best.isAbove(bounds[group])) {
                    return best;
                }
                look(group, allowed);
            }
            looked += size;
            wanted = MORE * looked;
            after = queue[size - 1];
        }
        return best;
    }

    private void look(int group, IntPredicate allowed) {
        for (int member = 0; member < ItemGroups.SIZE; member++) {
            int item = groups.item(group, member);
            if (item > 0 && item < groups.rows() && allowed.test(item)) {
                best.offer(item, score(item));
            }
        }
    }

    /**
     * Puts groups of the highest bounds in order, of those whose keys come after another: at least
     * {@code wanted}, or all there are.
     */
    private int queue(long after, int wanted) {
        float least = least(wanted);
        int size = 0;
        for (int group = 0; group < bounds.length; group++) {
            if (bounds[group] >= least) {
                long key = BestItems.key(group, bounds[group]);
                if (key > after) {
                    if (size == queue.length) {
                        queue = Arrays.copyOf(queue, 2 * size + LEAST_GROUPS);
                    }
                    queue[size++] = key;
                }
            }
        }
        Arrays.sort(queue, 0, size);
        return size;
    }

    /**
     * A bound that at least {@code wanted} groups reach: so many of the slots, each the highest of
     * some groups, reach it. Maxima of whole rows, and a sort of few, are far cheaper than a heap.
     */
    private float least(int wanted) {
        if (SLOTS_A_GROUP * wanted > bounds.length) {
            return Float.NEGATIVE_INFINITY;
        }
        int count = SLOTS_A_GROUP * wanted;
        if (slots.length < count) {
            slots = new float[count];
        }
        System.arraycopy(bounds, 0, slots, 0, count);
        for (int from = count; from < bounds.length; from += count) {
            int size = Math.min(count, bounds.length - from);
            for (int i = 0; i < size; i++) {
                slots[i] = Math.max(slots[i], bounds[from + i]);
            }
        }
        Arrays.sort(slots, 0, count);
        return slots[count - wanted];
    }

    /** Scores that no item of a group exceeds in the row that was read, by group. */
    float bound(int group) {
        return bounds[group];
    }

    /** The hidden state of the row that was read; not to be changed. */
    float[] hidden() {
        return hidden;
    }

    /** An item's exact score in the row that was read. */
    float score(int item) {
        return groups.score(hidden, item);
    }
}
