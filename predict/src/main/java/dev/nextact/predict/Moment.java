package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import java.time.Instant;

/**
 * A shopper at a moment.
 *
 * @param history with an event of an item the model knows
 * @param nowMicros since 1970-01-01 UTC, not before the last event; 0 = not known
 */
public record Moment(EventSequence history, long nowMicros) {

    /** Just after the last event. */
    public static Moment afterLast(EventSequence history) {
        return new Moment(history, history.timeMicros(history.size() - 1));
    }

    /** Since the last event; none where its time is not known. */
    double elapsedMicros() {
        long last = history.timeMicros(history.size() - 1);
        return last > 0 ? (double) (nowMicros - last) : 0;
    }

    /** ISO-8601 UTC; {@code -} where it is not known. */
    String nowText() {
        return nowMicros == 0 ? Shoppers.UNSEEN : Instant.ofEpochMilli(nowMicros / 1000).toString();
    }
}
