package dev.nextact.evaluate.churn;

/**
 * What such a model needs to know of a customer, counted from the first purchase.
 *
 * @param repeats x, purchases after the first
 * @param recency t_x, from the first purchase to the last; 0 where there is no repeat
 * @param age T, from the first purchase to the day of the prediction
 */
public record RepeatPurchases(int repeats, double recency, double age) {

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
}
