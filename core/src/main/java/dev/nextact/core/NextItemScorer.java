package dev.nextact.core;

import java.util.List;

/**
 * Scores every item as a shopper's next one: a trained network, a baseline, or the simulator's
 * oracle. Thread-safety is stated by each implementation.
 */
public interface NextItemScorer {

    /** The model's name as reports print it: {@code transformer}, {@code popularity}, … */
    String name();

    /**
     * @param histories B histories, oldest event first, items of the catalog or 0 for unknown ones;
     *     a history may be empty
     * @param scores float [B][V+1], filled: the higher, the likelier; entry 0 is meaningless. A
     *     score is a probability only where the implementation says so.
     */
    void score(List<EventSequence> histories, float[][] scores);
}
