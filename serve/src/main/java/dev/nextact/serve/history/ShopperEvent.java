package dev.nextact.serve.history;

/**
 * Something a shopper did. Two events of a shopper with equal ids are the same event.
 *
 * @param id given by the shop
 * @param timeMicros microseconds since 1970-01-01 UTC
 */
public record ShopperEvent(String id, String user, String item, String behaviour, long timeMicros) {

    /** The longest id of an event, shopper or item, in bytes of UTF-8. */
    public static final int LONGEST_ID = 256;
}
