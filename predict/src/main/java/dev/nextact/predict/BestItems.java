package dev.nextact.predict;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The highest scores of a row, kept in order as the row is read once. Equal scores are ordered by
 * the lower item, as {@code TopK} does. Confined to one thread, and used again for the next row.
 */
final class BestItems {

    /** Scores copied out of native memory at a time; they stay in the processor's nearest cache. */
    private static final int CHUNK = 4096;

    private final float[] chunk = new float[CHUNK];
    private int[] items = new int[0];
    private float[] scores = new float[0];
    private int size;
    private int most;

    /**
     * Reads a row of scores [V+1] that begins at the buffer's {@code from}; entry 0 is left out.
     */
    void read(FloatBuffer row, int from, int length, int k, IntPredicate allowed) {
        start(Math.min(k, length - 1));
        for (int start = 1; start < length; start += CHUNK) {
            int count = Math.min(CHUNK, length - start);
            row.get(from + start, chunk, 0, count);
            for (int i = 0; i < count; i++) {
                if (chunk[i] > least() && allowed.test(start + i)) {
                    offer(start + i, chunk[i]);
                }
            }
        }
    }

    private void start(int k) {
        if (items.length < k) {
            items = new int[k];
            scores = new float[k];
        }
        most = k;
        size = 0;
    }

    /** What a score must exceed to be among the best. */
    private float least() {
        return size < most ? Float.NEGATIVE_INFINITY : scores[size - 1];
    }

    /** An item that comes later goes behind those of the same score. */
    private void offer(int item, float score) {
        int place = size == most ? size - 1 : size++;
        while (place > 0 && score > scores[place - 1]) {
            items[place] = items[place - 1];
            scores[place] = scores[place - 1];
            place--;
        }
        items[place] = item;
        scores[place] = score;
    }

    /** The best of candidates by another score. */
    BestItems again(BestItems candidates, int k, IntToFloat score) {
        start(k);
        // by ascending item, so that equal scores keep that order
        Arrays.sort(candidates.items, 0, candidates.size);
        for (int i = 0; i < candidates.size; i++) {
            int item = candidates.items[i];
            float again = score.of(item);
            if (again > least()) {
                offer(item, again);
            }
        }
        return this;
    }

    /**
     * All items that may be answered, the best first; equal scores by the lower item.
     *
     * @param length V+1
     */
    static int[] all(int length, IntPredicate allowed, IntToFloat score) {
        long[] keys = new long[length];
        int size = 0;
        for (int item = 1; item < length; item++) {
            if (allowed.test(item)) {
                float its = score.of(item);
                if (its > Float.NEGATIVE_INFINITY) {
                    keys[size++] = key(item, its);
                }
            }
        }
        Arrays.sort(keys, 0, size);
        int[] items = new int[size];
        for (int i = 0; i < size; i++) {
            items[i] = (int) keys[i];
        }
        return items;
    }

    /** Ascending keys are descending scores, then ascending items. */
    private static long key(int item, float score) {
        int bits = Float.floatToIntBits(score + 0.0f); // −0 and 0 are equal
        int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~ascending << 32) | item;
    }

    /** What was kept, offered in order. */
    void offerTo(CappedItems capped) {
        for (int i = 0; i < size && !capped.isFull(); i++) {
            capped.offer(items[i]);
        }
    }

    int size() {
        return size;
    }

    /** An item's score. */
    @FunctionalInterface
    interface IntToFloat {
        float of(int item);
    }

    NextItemAnswer answer(boolean byPopularity) {
        return new NextItemAnswer(
                Arrays.copyOf(items, size), Arrays.copyOf(scores, size), byPopularity);
    }

    /** What a question rules out. */
    static IntPredicate allowed(NextItemQuestion question) {
        BitSet out = question.excluded();
        if (question.removeSeen()) {
            out = (BitSet) out.clone();
            for (int t = 0; t < question.history().size(); t++) {
                out.set(question.history().item(t));
            }
        }
        if (question.allowed().isPresent()) {
            BitSet only = (BitSet) question.allowed().get().clone();
            only.andNot(out);
            return question.where().and(only::get);
        }
        BitSet excluded = out;
        return excluded.isEmpty()
                ? question.where()
                : question.where().and(item -> !excluded.get(item));
    }
}
