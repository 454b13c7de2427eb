package dev.nextact.core.demand;

import java.util.List;

/**
 * How many units of an item to have, on the shelf and on order, so that they last a lead time: the
 * order-up-to level of periodic review (Silver, Pyke and Thomas 2017, §7.9), the least stock that
 * demand over the lead time does not exceed with the service level's probability.
 *
 * @param periods that the stock must last, the time until goods ordered now arrive and, where one
 *     orders from time to time, the time until the next order
 * @param expected units over these periods
 * @param orderUpTo units
 * @param serviceLevel the probability asked for, that nothing is missing
 * @param stockOut the probability that something is missing with that stock
 * @param shortage units that are then missing on the average
 */
public record StockAdvice(
        String item,
        int periods,
        double expected,
        int orderUpTo,
        double serviceLevel,
        double stockOut,
        double shortage) {

    /**
     * @param steps of the forecast, as many as the stock must last
     * @param correlation of the errors of two steps, from 0 to 1
     * @param serviceLevel within (0, 1)
     */
    public static StockAdvice of(
            String item, List<NegativeBinomial> steps, double correlation, double serviceLevel) {
        if (!(serviceLevel > 0 && serviceLevel < 1)) {
            throw new IllegalArgumentException(
                    "service level: expected within (0, 1), found " + serviceLevel);
        }
        NegativeBinomial demand = DemandGroup.sum(steps, correlation);
        int stock = demand.quantile(serviceLevel);
        return new StockAdvice(
                item,
                steps.size(),
                demand.mean(),
                stock,
                serviceLevel,
                Math.max(0, 1 - demand.cumulative(stock)),
                demand.expectedShortage(stock));
    }

    /**
     * The service level that pays best: a unit that is missing loses its margin, one that is left
     * over its cost (the newsvendor's critical ratio; Arrow, Harris and Marschak 1951).
     *
     * @param margin lost with a missing unit, above 0
     * @param cost of a unit that is left over, above 0
     */
    public static double criticalRatio(double margin, double cost) {
        if (!(margin > 0) || !(cost > 0)) {
            throw new IllegalArgumentException(
                    "margin and cost: expected above 0, found " + margin + " and " + cost);
        }
        return margin / (margin + cost);
    }
}
