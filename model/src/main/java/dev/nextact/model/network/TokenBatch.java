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
 * @param clock [B·T] each
 * @param lengths [B], at least 1
 */
public record TokenBatch(
        int size, int steps, long[] items, long[] behaviours, Clock clock, long[] lengths) {

    /**
     * When events were, see {@link TimeTokens}: [B·T] each.
     *
     * @param gaps since the event before; unknown for the first one read
     */
    public record Clock(long[] gaps, long[] hours, long[] weekdays) {

        /**
         * @param size B·T
         */
        public static Clock of(int size) {
            return new Clock(new long[size], new long[size], new long[size]);
        }

        /**
         * Sets the tokens of an event.
         *
         * @param beforeMicros of the event read before it; 0 = there is none
         */
        public void set(int place, long beforeMicros, long micros) {
            gaps[place] = TimeTokens.gap(beforeMicros, micros);
            hours[place] = TimeTokens.hour(micros);
            weekdays[place] = TimeTokens.weekday(micros);
        }
    }

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
                        Clock.of(size * steps),
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
        long before = 0;
        for (int i = 0; i < history.size(); i++) {
            if (history.item(i) != 0 && skip-- <= 0) {
                int place = b * steps + step++;
                items[place] = history.item(i);
                behaviours[place] = history.behaviour(i);
                clock.set(place, before, history.timeMicros(i));
                before = history.timeMicros(i);
            }
        }
        lengths[b] = step;
    }
}
