package dev.nextact.model.network;

/**
 * A batch of histories.
 *
 * @param items [B, T], 1..V, 0 = padding at the end
 * @param behaviours [B, T], 0..C-1; not read by a network of one behaviour
 * @param clock [B, T] each; not read by a network without time fields
 * @param lengths [B], events of each history, 1..T
 */
public record Tokens<T>(T items, T behaviours, Clock<T> clock, T lengths) {

    /**
     * When events were; see {@link TimeTokens}.
     *
     * @param gaps since the event before
     */
    public record Clock<T>(T gaps, T hours, T weekdays) {}
}
