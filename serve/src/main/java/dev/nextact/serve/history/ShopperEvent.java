package dev.nextact.serve.history;

import java.util.Map;

/**
 * Something a shopper did. Two events of a shopper with equal ids are the same event.
 *
 * @param id given by the shop
 * @param timeMicros microseconds since 1970-01-01 UTC
 * @param fields what else is known of it, by field
 */
public record ShopperEvent(
        String id,
        String user,
        String item,
        String behaviour,
        long timeMicros,
        Map<String, String> fields) {

    /** The longest id of an event, shopper or item, in bytes of UTF-8. */
    public static final int LONGEST_ID = 256;

    /** The most fields of an event. */
    public static final int MOST_FIELDS = 64;

    /** The longest name of a field, in bytes of UTF-8. */
    public static final int LONGEST_NAME = 100;

    public ShopperEvent {
        fields = Map.copyOf(fields);
    }

    /** One of which nothing else is known. */
    public ShopperEvent(String id, String user, String item, String behaviour, long timeMicros) {
        this(id, user, item, behaviour, timeMicros, Map.of());
    }

    /** As it is kept. */
    PastEvent past() {
        return new PastEvent(EventBytes.hash(id), item, behaviour, timeMicros, fields);
    }
}
