package dev.nextact.train;

import dev.nextact.core.EventSequence;

/**
 * A piece of one shopper's history to learn from: of its events each but the first is a target.
 *
 * @param events of known items
 * @param future what the shopper did, to learn from what came after
 */
record Window(EventSequence events, Future future) {

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

    int targets() {
        return events.size() - 1;
    }

    /** How many events the network reads of it. */
    int tokens() {
        return future.ownsLast() ? events.size() : events.size() - 1;
    }
}
