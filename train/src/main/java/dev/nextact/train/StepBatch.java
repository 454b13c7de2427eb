package dev.nextact.train;

import dev.nextact.core.EventSequence;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One worker's part of a training step, in plain arrays. Items are numbered within the step: {@code
 * rows} lists the rows of the item table it reads, each once, and every index counts within {@code
 * rows}. So a step costs no more when the catalog grows.
 *
 * @param size B windows
 * @param steps T, the longest window's
 * @param items [B·T], padding = 0
 * @param behaviours [B·T]
 * @param lengths [B]
 * @param positions [M] places b·T + t of the events that have a target
 * @param targets [M]
 * @param negatives [N]; empty for the full softmax
 * @param hits places m·N + n where a negative is the target itself
 * @param rows item indexes, each once
 */
record StepBatch(
        int size,
        int steps,
        long[] items,
        long[] behaviours,
        long[] lengths,
        long[] positions,
        long[] targets,
        long[] negatives,
        long[] hits,
        long[] rows) {

    /** Numbers items within a step. Reused from step to step; confined to one thread. */
    static final class Builder {
        private final int[] local;
        private final int[] negativeAt;
        private int[] rows = new int[1024];
        private int count;

        /**
         * @param items V
         */
        Builder(int items) {
            this.local = new int[items + 1];
            this.negativeAt = new int[items + 1];
        }

        /**
         * @param windows at least two events each
         * @param negatives item indexes, each once; empty for the full softmax
         */
        StepBatch build(List<EventSequence> windows, int[] negatives) {
            boolean full = negatives.length == 0;
            int size = windows.size();
            int steps = windows.stream().mapToInt(w -> w.size() - 1).max().orElse(0);
            int total = windows.stream().mapToInt(w -> w.size() - 1).sum();
            if (full) {
                numberAll();
            } else {
                row(0);
            }
            long[] negativeRows = new long[negatives.length];
            for (int n = 0; n < negatives.length; n++) {
                negativeRows[n] = row(negatives[n]);
                negativeAt[negatives[n]] = n + 1;
            }
            long[] items = new long[size * steps];
            long[] behaviours = new long[size * steps];
            long[] lengths = new long[size];
            long[] positions = new long[total];
            long[] targets = new long[total];
            long[] hits = new long[total];
            int m = 0;
            int hit = 0;
            for (int b = 0; b < size; b++) {
                EventSequence window = windows.get(b);
                int length = window.size() - 1;
                lengths[b] = length;
                for (int t = 0; t < length; t++) {
                    int place = b * steps + t;
                    items[place] = row(window.item(t));
                    behaviours[place] = window.behaviour(t);
                    int target = window.item(t + 1);
                    positions[m] = place;
                    targets[m] = row(target);
                    if (negativeAt[target] > 0) {
                        hits[hit++] = (long) m * negatives.length + negativeAt[target] - 1;
                    }
                    m++;
                }
            }
            for (int negative : negatives) {
                negativeAt[negative] = 0;
            }
            return new StepBatch(
                    size,
                    steps,
                    items,
                    behaviours,
                    lengths,
                    positions,
                    targets,
                    negativeRows,
                    Arrays.copyOf(hits, hit),
                    takeRows());
        }

        private void numberAll() {
            for (int item = 0; item < local.length; item++) {
                row(item);
            }
        }

        private long row(int item) {
            if (local[item] == 0) {
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, count * 2);
                }
                rows[count++] = item;
                local[item] = count;
            }
            return local[item] - 1L;
        }

        private long[] takeRows() {
            long[] taken = new long[count];
            for (int i = 0; i < count; i++) {
                taken[i] = rows[i];
                local[rows[i]] = 0;
            }
            count = 0;
            return taken;
        }
    }

    /**
     * Distinct items, each equally likely.
     *
     * @param count at most V
     * @param items V
     */
    static int[] uniformNegatives(int count, int items, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        if (count >= items) {
            int[] all = new int[items];
            Arrays.setAll(all, i -> i + 1);
            return all;
        }
        // Floyd's sampling: as many draws as results, whatever the catalog's size
        Set<Integer> chosen = new LinkedHashSet<>(count * 2);
        for (int last = items - count + 1; last <= items; last++) {
            int drawn = random.nextInt(last) + 1;
            if (!chosen.add(drawn)) {
                chosen.add(last);
            }
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }
}
