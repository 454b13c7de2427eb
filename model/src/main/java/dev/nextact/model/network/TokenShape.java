package dev.nextact.model.network;

/**
 * How a history becomes tokens.
 *
 * @param length the newest events that are read
 * @param fields whether they tell what else is known of an event or the shopper
 * @param shopper whether a token of the shopper comes before the first event read
 */
public record TokenShape(int length, boolean fields, boolean shopper) {

    /** Tokens before the first event. */
    public int before() {
        return shopper ? 1 : 0;
    }

    /** The same for histories of any length. */
    public TokenShape ofAnyLength() {
        return new TokenShape(Integer.MAX_VALUE, fields, shopper);
    }
}
