package dev.nextact.model.network;

/**
 * A batch of histories.
 *
 * @param items [B, T], 1..V, 0 = padding at the end
 * @param behaviours [B, T], 0..C-1; not read by a network of one behaviour
 * @param clock [B, T] each; those that the network reads
 * @param fields what else is known of the events; not read by a network without fields
 * @param baskets the items of each token, as rows of the item table; read in place of {@code items}
 *     by a network with baskets
 * @param lengths [B], tokens of each history, 1..T
 */
public record Tokens<T>(
        T items, T behaviours, Clock<T> clock, Fields<T> fields, Fields<T> baskets, T lengths) {

    /**
     * Rows of a table, such as that of all fields, and how much of each.
     *
     * @param rows [B, T, N]
     * @param weights [B, T, N], 0 = no row
     */
    public record Fields<T>(T rows, T weights) {}

    /**
     * When events were; see {@link TimeTokens}.
     *
     * @param gaps since the event before
     * @param times in microseconds; not read of moments
     */
    public record Clock<T>(T gaps, T hours, T weekdays, T times) {}

    /**
     * Moments that hazards are asked for, each at or after the last event of a history.
     *
     * @param clock [N] each, of the moment; the gap is the time since the last event
     * @param weekHours [N], see {@link TimeTokens#weekHour}
     * @param totals [N, F] of the history at the moment, see {@link HeadSettings.TotalsScale}
     */
    public record Now<T>(Clock<T> clock, T weekHours, T totals) {}
}
