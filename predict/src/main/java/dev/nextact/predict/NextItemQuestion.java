package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which items are next for a shopper. The sets are not copied.
 *
 * @param history in the item and behaviour numbers of the bundle
 * @param k items wanted, at least 1
 * @param removeSeen whether the items of the history are left out
 * @param excluded items that are left out
 * @param allowed where present, the only items that may be answered
 */
public record NextItemQuestion(
        EventSequence history,
        int k,
        boolean removeSeen,
        BitSet excluded,
        Optional<BitSet> allowed) {

    public NextItemQuestion {
        if (k < 1) {
            throw new IllegalArgumentException("k: expected at least 1, found " + k);
        }
    }

    /** Without any filter. */
    public static NextItemQuestion of(EventSequence history, int k) {
        return new NextItemQuestion(history, k, false, new BitSet(), Optional.empty());
    }
}
