package dev.nextact.serve.history;

import java.util.Map;

/**
 * An event as it is kept.
 *
 * @param idHash 64 bits of the event's id: of a thousand events of a shopper, two of different ids
 *     are taken for one with a probability below 1e-13
 * @param timeMicros microseconds since 1970-01-01 UTC
 * @param fields what else is known of it, by field
 */
public record PastEvent(
        long idHash, String item, String behaviour, long timeMicros, Map<String, String> fields) {

    public PastEvent {
        fields = Map.copyOf(fields);
    }

    /** One of which nothing else is known. */
    public PastEvent(long idHash, String item, String behaviour, long timeMicros) {
        this(idHash, item, behaviour, timeMicros, Map.of());
    }
}
