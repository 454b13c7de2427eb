package dev.nextact.core.events;

import dev.nextact.core.EventSequence;

/** Says of which kind a shopper's next event is. Thread-safety is stated by each implementation. */
public interface NextTypeScorer {

    /** The model's name as reports print it: {@code previous-type}, … */
    String name();

    /**
     * @param history oldest event first; may be empty
     * @return [C], the higher, the likelier; a probability only where the implementation says so
     */
    double[] score(EventSequence history);
}
