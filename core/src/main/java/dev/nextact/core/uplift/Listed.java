package dev.nextact.core.uplift;

/**
 * A row of a campaign's list, as it is read to measure what came of it.
 *
 * @param isHeldOut whether left alone
 * @param atMicros the campaign's moment, since 1970-01-01 UTC
 * @param horizonSeconds from then on
 * @param behaviour that was to come
 * @param of what: {@link #ANYTHING}, or a kind of {@link #CATEGORY} or {@link #ITEM} and its name
 */
public record Listed(
        String user,
        boolean isHeldOut,
        long atMicros,
        double horizonSeconds,
        String behaviour,
        String of) {

    public static final String ANYTHING = "anything";
    public static final String CATEGORY = "category ";
    public static final String ITEM = "item ";
}
