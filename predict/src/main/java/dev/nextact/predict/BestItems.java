package dev.nextact.predict;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The items of the highest scores, kept in order. Equal scores are ordered by the lower item, as
 * {@code TopK} does. Confined to one thread, and used again for the next question.
 */
final class BestItems {

    private int[] items = new int[0];
    private float[] scores = new float[0];
    private int size;
    private int most;

    /** Forgets all, to keep up to {@code k} from now on. */
    void start(int k) {
        if (items.length < k) {
            items = new int[k];
            scores = new float[k];
        }
        most = k;
        size = 0;
    }

    /** Whether no item below this score can come in any more. */
    boolean isAbove(float score) {
        return size == most && (size == 0 || scores[size - 1] > score);
    }

    /** Keeps an item if it is among the best. */
    void offer(int item, float score) {
        if (size == most
                ? size == 0 || !precedes(score, item, size - 1)
                : !(score > Float.NEGATIVE_INFINITY)) {
            return;
        }
        int place = size == most ? size - 1 : size++;
        while (place > 0 && precedes(score, item, place - 1)) {
            items[place] = items[place - 1];
            scores[place] = scores[place - 1];
            place--;
        }
        items[place] = item;
        scores[place] = score;
    }

    private boolean precedes(float score, int item, int place) {
        return score > scores[place] || (score == scores[place] && item < items[place]);
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
    static long key(int item, float score) {
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

    /** The score of the first; there must be one. */
    float highest() {
        return scores[0];
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
