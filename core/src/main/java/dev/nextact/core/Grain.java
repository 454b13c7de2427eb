package dev.nextact.core;

import java.util.stream.IntStream;

/**
 * What is one event to a network, and one moment to an evaluation. Items unknown to the model stand
 * between no two events of a basket.
 */
public enum Grain {
    /** Each line of the log. */
    EVENT,
    /**
     * What a shopper did in one way at one time, next to each other in the history, such as the
     * lines of an invoice. Events whose time is not known (0 or less) are baskets of their own.
     */
    BASKET;

    /**
     * Whether an event goes with another one, where no event of a known item is between them.
     *
     * @param before index of the earlier one
     */
    private boolean joins(EventSequence events, int before, int index) {
        return this == BASKET
                && events.timeMicros(index) > 0
                && events.timeMicros(before) == events.timeMicros(index)
                && events.behaviour(before) == events.behaviour(index);
    }

    /**
     * The tokens of a history: the first event of each, oldest first. Events of items unknown to
     * the model are part of none.
     */
    public int[] begins(EventSequence events) {
        IntStream.Builder begins = IntStream.builder();
        int last = -1;
        for (int i = 0; i < events.size(); i++) {
            if (events.item(i) != 0) {
                if (last < 0 || !joins(events, last, i)) {
                    begins.add(i);
                }
                last = i;
            }
        }
        return begins.build().toArray();
    }

    /** Where what an event is a part of begins: all that is known before it is the prefix of it. */
    public int begin(EventSequence events, int index) {
        int begin = index;
        for (int i = index - 1; i >= 0; i--) {
            if (joins(events, i, index)) {
                begin = i;
            } else if (this == EVENT || events.item(i) != 0) {
                break;
            }
        }
        return begin;
    }
}
