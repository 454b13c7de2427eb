package dev.nextact.predict;

import dev.nextact.core.EventSequence;

/**
 * A shopper at a moment.
 *
 * @param history with an event of an item the model knows
 * @param nowMicros since 1970-01-01 UTC, not before the last event
 */
public record Moment(EventSequence history, long nowMicros) {

    /** Just after the last event. */
    public static Moment afterLast(EventSequence history) {
        return new Moment(history, history.timeMicros(history.size() - 1));
    }

    /** Since the last event. */
    double elapsedMicros() {
        return (double) (nowMicros - history.timeMicros(history.size() - 1));
    }
}
