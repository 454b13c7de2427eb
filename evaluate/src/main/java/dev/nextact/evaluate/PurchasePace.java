package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.churn.BgNbd;
import dev.nextact.core.churn.RepeatPurchases;
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
            customers.add(RepeatPurchases.inDays(moment.history(), behaviour, moment.nowMicros()));
        }
        List<RepeatPurchases> buyers = customers.stream().flatMap(Optional::stream).toList();
        return buyers.stream().anyMatch(buyer -> buyer.repeats() > 0)
                ? Optional.of(new PurchasePace(cases, behaviour, BgNbd.fit(buyers), customers))
                : Optional.empty();
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
            if (!before.isEmpty() && RepeatPurchases.inDays(before, behaviour, then).isEmpty()) {
                asked++;
                came += cases.comes(moment.history().user(), behaviour, then, seconds) ? 1 : 0;
            }
        }
        return (came + 0.5) / (asked + 1);
    }
}
