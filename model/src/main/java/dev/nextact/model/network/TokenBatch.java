package dev.nextact.model.network;

import dev.nextact.core.EventSequence;
import java.util.List;

/**
 * Histories as the arrays a network reads: the newest events of items the network knows, oldest
 * first, padded with 0 at the end.
 *
 * @param size B
 * @param steps T, the longest history's
 * @param items [B·T]
 * @param behaviours [B·T]
 * @param lengths [B], at least 1
 */
public record TokenBatch(int size, int steps, long[] items, long[] behaviours, long[] lengths) {

    /**
     * @param histories each with an event of a known item; see {@link #knownEvents}
     * @param length the most events read of a history
     */
    public static TokenBatch of(List<EventSequence> histories, int length) {
        int steps = 1;
        for (EventSequence history : histories) {
            steps = Math.max(steps, Math.min(length, knownEvents(history)));
        }
        int size = histories.size();
        TokenBatch batch =
                new TokenBatch(
                        size,
                        steps,
                        new long[size * steps],
                        new long[size * steps],
                        new long[size]);
        for (int b = 0; b < size; b++) {
            batch.fill(b, histories.get(b), length);
        }
        return batch;
    }

    /** How many events are of items the network knows. */
    public static int knownEvents(EventSequence history) {
        int known = 0;
        for (int i = 0; i < history.size(); i++) {
            known += history.item(i) == 0 ? 0 : 1;
        }
        return known;
    }

    private void fill(int b, EventSequence history, int length) {
        int known = knownEvents(history);
        if (known == 0) {
            throw new IllegalArgumentException(
                    "history " + b + ": expected an event of a known item, found none");
        }
        int skip = Math.max(0, known - length);
        int step = 0;
        for (int i = 0; i < history.size(); i++) {
            if (history.item(i) != 0 && skip-- <= 0) {
                items[b * steps + step] = history.item(i);
                behaviours[b * steps + step] = history.behaviour(i);
                step++;
            }
        }
        lengths[b] = step;
    }
}
