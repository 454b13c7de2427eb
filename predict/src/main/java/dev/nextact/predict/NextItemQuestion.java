package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.predict.ItemAttributes.Cap;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which items are next for a shopper. The sets are not copied.
 *
 * @param history in the item and behaviour numbers of the bundle
 * @param k items wanted, at least 1
 * @param removeSeen whether the items of the history are left out
 * @param excluded items that are left out
 * @param allowed where present, the only items that may be answered
 * @param where what an item must be beside that
 * @param caps how many items of a kind the answer may hold
 */
public record NextItemQuestion(
        EventSequence history,
        int k,
        boolean removeSeen,
        BitSet excluded,
        Optional<BitSet> allowed,
        IntPredicate where,
        List<Cap> caps) {

    public NextItemQuestion {
        if (k < 1) {
            throw new IllegalArgumentException("k: expected at least 1, found " + k);
        }
        caps = List.copyOf(caps);
    }

    /** With filters that name the items. */
    public NextItemQuestion(
            EventSequence history,
            int k,
            boolean removeSeen,
            BitSet excluded,
            Optional<BitSet> allowed) {
        this(history, k, removeSeen, excluded, allowed, item -> true, List.of());
    }

    /** The items that may be answered. */
    public IntPredicate rule() {
        return BestItems.allowed(this);
    }

    /** Without any filter. */
    public static NextItemQuestion of(EventSequence history, int k) {
        return new NextItemQuestion(history, k, false, new BitSet(), Optional.empty());
    }
}
