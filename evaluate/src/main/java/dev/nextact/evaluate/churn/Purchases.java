package dev.nextact.evaluate.churn;

import dev.nextact.core.churn.RepeatPurchases;
import java.util.Arrays;

/**
 * When one customer bought, and for how much.
 *
 * @param times in one unit since one day for all customers, ascending, each once: what was bought
 *     at one time is one purchase
 * @param amounts spent at each
 */
public record Purchases(double[] times, double[] amounts) {

    public Purchases {
        if (times.length != amounts.length || times.length == 0) {
            throw new IllegalArgumentException(
                    "amounts: expected as many as times and at least one, found "
                            + amounts.length
                            + " and "
                            + times.length);
        }
        times = times.clone();
        amounts = amounts.clone();
        for (int i = 1; i < times.length; i++) {
            if (!(times[i] > times[i - 1])) {
                throw new IllegalArgumentException(
                        "times: expected ascending, found " + Arrays.toString(times));
            }
        }
    }

    /** Purchases up to and including that time. */
    public int countUntil(double time) {
        int place = Arrays.binarySearch(times, time);
        return place >= 0 ? place + 1 : -place - 1;
    }

    /** Purchases after the one time, up to and including the other. */
    public int countBetween(double after, double until) {
        return countUntil(until) - countUntil(after);
    }

    /**
     * What was seen by that time; nothing later is looked at.
     *
     * @throws IllegalArgumentException where the first purchase is later
     */
    public RepeatPurchases until(double cutOff) {
        int count = countUntil(cutOff);
        if (count == 0) {
            throw new IllegalArgumentException(
                    "cut-off: expected " + times[0] + " or later, found " + cutOff);
        }
        return new RepeatPurchases(count - 1, times[count - 1] - times[0], cutOff - times[0]);
    }
}
