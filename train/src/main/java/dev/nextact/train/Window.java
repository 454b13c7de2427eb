package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import java.util.stream.IntStream;

/**
 * A piece of one shopper's history to learn from: of its events each but the first, or all of its
 * baskets but the first, is a target.
 *
 * @param events of known items
 * @param future what the shopper did, to learn from what came after
 * @param tokens how many tokens the network reads of it
 * @param targets how many of its newest events are targets
 */
record Window(EventSequence events, Future future, int tokens, int targets) {

    /** A token for each event. */
    Window(EventSequence events, Future future) {
        this(
                events,
                future,
                future.ownsLast() ? events.size() : events.size() - 1,
                events.size() - 1);
    }

    /**
     * What came after each event of a window, in the training part.
     *
     * @param training all events of the shopper's training part, those of items too rare to learn
     *     too
     * @param places where in {@code training} each event of the window is
     * @param untilMicros what comes before that is known, what comes later is not
     * @param ownsLast whether the time after the window's last event is this window's to learn
     *     from; else the next window begins with that event
     * @param moments how many moments between events are drawn in an epoch, on the average
     */
    record Future(
            EventSequence training,
            int[] places,
            long untilMicros,
            boolean ownsLast,
            double moments) {

        /** Of a window whose future nobody asks for. */
        static final Future NONE =
                new Future(
                        EventSequence.of(-1, new int[0], new byte[0], new long[0]),
                        new int[0],
                        0,
                        false,
                        0);
    }

    /** For the next item alone. */
    static Window of(EventSequence events) {
        return new Window(events, Future.NONE);
    }

    /** For the next item alone, of two baskets or more. */
    static Window of(EventSequence events, Grain grain) {
        int[] begins = begins(events, grain);
        return new Window(events, Future.NONE, begins.length - 1, events.size() - begins[1]);
    }

    /** The first event of each token. */
    static int[] begins(EventSequence events, Grain grain) {
        return IntStream.range(0, events.size())
                .filter(i -> i == 0 || !grain.joins(events, i - 1, i))
                .toArray();
    }

    /** The first event that is a target. */
    int firstTarget() {
        return events.size() - targets;
    }
}
