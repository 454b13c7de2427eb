package dev.nextact.evaluate.churn;

import dev.nextact.core.churn.RepeatPurchases;
import java.util.List;

/**
 * Recency, frequency, value and windows of a customer at a cut-off, as a row of a table. Times are
 * shares of the cut-off or of the customer's age, so that a classifier learned at an early cut-off
 * can be asked at a later one about a horizon longer in the same proportion.
 */
public final class PurchaseFeatures {

    /** The columns. */
    public static final List<String> NAMES =
            List.of(
                    "log-purchases",
                    "age",
                    "silence",
                    "silence-in-gaps",
                    "gap-variation",
                    "purchases-last-half",
                    "purchases-last-quarter",
                    "log-amount",
                    "log-mean-amount",
                    "last-amount-share");

    private PurchaseFeatures() {}

    /**
     * A row; nothing after the cut-off is looked at.
     *
     * @param cutOff above 0, in the unit of the purchases, not before the first one
     */
    public static double[] at(Purchases customer, double cutOff) {
        RepeatPurchases seen = customer.until(cutOff);
        int count = seen.repeats() + 1;
        double[] times = customer.times();
        double amount = 0;
        double squares = 0;
        double meanGap = seen.repeats() == 0 ? seen.age() : seen.recency() / seen.repeats();
        for (int i = 0; i < count; i++) {
            amount += customer.amounts()[i];
            if (i > 0) {
                double miss = times[i] - times[i - 1] - meanGap;
                squares += miss * miss;
            }
        }
        double silence = seen.age() - seen.recency();
        double variation = Math.sqrt(squares / Math.max(1, seen.repeats()));
        double mean = amount / count;
        return new double[] {
            Math.log(count),
            seen.age() / cutOff,
            seen.age() == 0 ? 0 : silence / seen.age(),
            meanGap == 0 ? 0 : silence / meanGap,
            meanGap == 0 ? 0 : variation / meanGap,
            customer.countBetween(cutOff / 2, cutOff),
            customer.countBetween(cutOff * 3 / 4, cutOff),
            Math.log1p(Math.max(0, amount)),
            Math.log1p(Math.max(0, mean)),
            mean == 0 ? 1 : customer.amounts()[count - 1] / mean
        };
    }
}
