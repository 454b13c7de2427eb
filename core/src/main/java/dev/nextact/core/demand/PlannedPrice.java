package dev.nextact.core.demand;

/**
 * A price that was told beforehand, such as a promotion's.
 *
 * @param fromMicros its first moment, in microseconds since 1970-01-01 UTC
 * @param toMicros the first moment after it
 * @param price of a unit
 * @param announcedMicros since when it is known; {@link #ALWAYS} where nobody says
 */
public record PlannedPrice(long fromMicros, long toMicros, float price, long announcedMicros) {

    /** Known from the beginning. */
    public static final long ALWAYS = Long.MIN_VALUE;

    public PlannedPrice {
        if (toMicros <= fromMicros || !(price >= 0) || Float.isInfinite(price)) {
            throw new IllegalArgumentException(
                    "planned price: expected an end after its start and a price of 0 or more, found "
                            + fromMicros
                            + " to "
                            + toMicros
                            + " and "
                            + price);
        }
    }

    /** Whether it was known before a moment. */
    public boolean isKnown(long atMicros) {
        return announcedMicros < atMicros;
    }

    /** Whether it is the price at a moment. */
    boolean holds(long atMicros) {
        return fromMicros <= atMicros && atMicros < toMicros;
    }
}
