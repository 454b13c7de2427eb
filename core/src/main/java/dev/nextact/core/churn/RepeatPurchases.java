package dev.nextact.core.churn;

import dev.nextact.core.EventSequence;
import java.util.Optional;

/**
 * What such a model needs to know of a customer, counted from the first purchase.
 *
 * @param repeats x, purchases after the first
 * @param recency t_x, from the first purchase to the last; 0 where there is no repeat
 * @param age T, from the first purchase to the day of the prediction
 */
public record RepeatPurchases(int repeats, double recency, double age) {

    private static final double DAY_MICROS = 86_400e6;

    public RepeatPurchases {
        if (repeats < 0 || !(recency >= 0) || !(age >= recency) || (repeats == 0 && recency > 0)) {
            throw new IllegalArgumentException(
                    "repeat purchases: expected repeats ≥ 0 and 0 ≤ recency ≤ age, found "
                            + repeats
                            + ", "
                            + recency
                            + ", "
                            + age);
        }
        if (repeats > 0 && recency == 0) {
            throw new IllegalArgumentException(
                    "recency: expected above 0 with "
                            + repeats
                            + " repeats, found 0; purchases at one time are one purchase");
        }
    }

    /**
     * Of a history, in days; all of a day, from midnight UTC, is one purchase.
     *
     * @param behaviour what counts as a purchase
     * @param nowMicros of the prediction, in microseconds since 1970-01-01 UTC; not before the last
     *     event
     * @return empty where nothing was bought
     */
    public static Optional<RepeatPurchases> inDays(
            EventSequence history, int behaviour, long nowMicros) {
        long first = 0;
        long last = 0;
        int days = 0;
        for (int i = 0; i < history.size(); i++) {
            if (history.behaviour(i) == behaviour) {
                long day = Math.floorDiv(history.timeMicros(i), (long) DAY_MICROS);
                if (days == 0) {
                    first = day;
                }
                if (days == 0 || day > last) {
                    last = day;
                    days++;
                }
            }
        }
        return days == 0
                ? Optional.empty()
                : Optional.of(
                        new RepeatPurchases(
                                days - 1, last - first, nowMicros / DAY_MICROS - first));
    }
}
