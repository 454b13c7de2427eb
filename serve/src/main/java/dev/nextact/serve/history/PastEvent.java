package dev.nextact.serve.history;

/**
 * An event as it is kept.
 *
 * @param idHash 64 bits of the event's id: of a thousand events of a shopper, two of different ids
 *     are taken for one with a probability below 1e-13
 * @param timeMicros microseconds since 1970-01-01 UTC
 */
public record PastEvent(long idHash, String item, String behaviour, long timeMicros) {}
