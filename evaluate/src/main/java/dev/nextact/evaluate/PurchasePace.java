package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.evaluate.churn.BgNbd;
import dev.nextact.evaluate.churn.RepeatPurchases;
import dev.nextact.predict.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How likely each shopper buys within a horizon, by {@link BgNbd} on the days with a purchase
 * before the test. Of who never bought that model knows nothing: these get the share of such
 * shoppers to whom a purchase came in as long a time before. Immutable; thread-safe.
 */
final class PurchasePace {

    private static final double DAY_MICROS = 86_400e6;

    private final HorizonCases cases;
    private final int behaviour;
    private final BgNbd model;
    private final List<Optional<RepeatPurchases>> customers;

    private PurchasePace(
            HorizonCases cases,
            int behaviour,
            BgNbd model,
            List<Optional<RepeatPurchases>> customers) {
        this.cases = cases;
        this.behaviour = behaviour;
        this.model = model;
        this.customers = customers;
    }

    /** Empty where nobody ever came back. */
    static Optional<PurchasePace> fit(HorizonCases cases, int behaviour) {
        List<Optional<RepeatPurchases>> customers = new ArrayList<>();
        for (Moment moment : cases.moments()) {
            customers.add(purchases(moment.history(), behaviour, moment.nowMicros()));
        }
        List<RepeatPurchases> buyers = customers.stream().flatMap(Optional::stream).toList();
        return buyers.stream().anyMatch(buyer -> buyer.repeats() > 0)
                ? Optional.of(new PurchasePace(cases, behaviour, BgNbd.fit(buyers), customers))
                : Optional.empty();
    }

    /** In days; all of a day, from midnight UTC, is one purchase. */
    private static Optional<RepeatPurchases> purchases(
            EventSequence history, int behaviour, long now) {
        long first = 0;
        long last = 0;
        int days = 0;
        for (int i = 0; i < history.size(); i++) {
            if (history.behaviour(i) == behaviour) {
                long day = Math.floorDiv(history.timeMicros(i), (long) DAY_MICROS);
                first = days == 0 ? day : first;
                days += days == 0 || day > last ? 1 : 0;
                last = Math.max(last, day);
            }
        }
        return days == 0
                ? Optional.empty()
                : Optional.of(
                        new RepeatPurchases(days - 1, last - first, now / DAY_MICROS - first));
    }

    String name() {
        return model.name();
    }

    /** The probability of a purchase within the horizon, [N]. */
    double[] came(double seconds) {
        double others = shareOfOthers(seconds);
        return customers.stream()
                .mapToDouble(
                        customer ->
                                customer.map(c -> model.purchaseProbability(c, seconds / 86_400))
                                        .orElse(others))
                .toArray();
    }

    private double shareOfOthers(double seconds) {
        long then = cases.nowMicros() - Math.round(seconds * 1e6);
        int asked = 0;
        int came = 0;
        for (Moment moment : cases.moments()) {
            EventSequence before = moment.history().prefix(moment.history().countBefore(then));
            if (!before.isEmpty() && purchases(before, behaviour, then).isEmpty()) {
                asked++;
                came += cases.comes(moment.history().user(), behaviour, then, seconds) ? 1 : 0;
            }
        }
        return (came + 0.5) / (asked + 1);
    }
}
