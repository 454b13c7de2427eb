package dev.nextact.model.network;

import dev.nextact.core.Grain;

/**
 * How a history becomes tokens.
 *
 * @param length the newest events, or baskets, that are read
 * @param fields whether they tell what else is known of an event or the shopper
 * @param shopper whether a token of the shopper comes before the first event read
 * @param grain what a token is
 */
public record TokenShape(int length, boolean fields, boolean shopper, Grain grain) {

    /**
     * The most items of a basket that its token tells, the first in the order of the log; as
     * targets all of them count. Most baskets have fewer, and one more than 32 hardly moves the
     * vector.
     */
    public static final int MOST_OF_BASKET = 32;

    /** A token for each event. */
    public TokenShape(int length, boolean fields, boolean shopper) {
        this(length, fields, shopper, Grain.EVENT);
    }

    /** Whether tokens hold several items. */
    public boolean baskets() {
        return grain == Grain.BASKET;
    }

    /** Tokens before the first event. */
    public int before() {
        return shopper ? 1 : 0;
    }

    /** The same for histories of any length. */
    public TokenShape ofAnyLength() {
        return new TokenShape(Integer.MAX_VALUE, fields, shopper, grain);
    }
}
