package dev.nextact.core.events;

import dev.nextact.core.EventSequence;

/** Says when a shopper's next event is. Thread-safety is stated by each implementation. */
public interface GapPredictor {

    /** The model's name as reports print it: {@code last-gap}, … */
    String name();

    /**
     * @param history oldest event first, at least one
     * @return seconds from its last event to the next one, at least 0
     */
    double gapSeconds(EventSequence history);
}
