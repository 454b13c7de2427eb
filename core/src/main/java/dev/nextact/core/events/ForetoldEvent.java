package dev.nextact.core.events;

/**
 * One of a shopper's next events.
 *
 * @param seconds since the last event, with even odds
 * @param lowSeconds with 10 % odds it comes before
 * @param highSeconds with 10 % odds it comes later
 * @param type the one kind to be named
 * @param probability that the event comes and is of that kind
 */
public record ForetoldEvent(
        double seconds, double lowSeconds, double highSeconds, int type, double probability) {

    /** Of the odds that an event comes before, or after, its interval. */
    static final double TAIL = 0.1;
}
