package dev.nextact.core.churn;

import java.util.List;

/**
 * BG/NBD (Fader, Hardie and Lee 2005): a customer buys at random at a rate of their own, and after
 * each purchase leaves for good with a probability of their own. Rates are gamma(r, α), leaving is
 * beta(a, b). Immutable; thread-safe.
 *
 * @param r shape of the rates
 * @param alpha scale of the rates, in the unit of time: r/α purchases a unit on average
 * @param a of leaving
 * @param b of staying: a/(a + b) leave after a purchase on average
 */
public record BgNbd(double r, double alpha, double a, double b) implements CustomerBaseModel {

    /** Below it the series comes near the largest double, e^709. */
    private static final double LEAST_LOG_FACTOR = -600;

    public BgNbd {
        if (!(r > 0 && alpha > 0 && a > 0 && b > 0)) {
            throw new IllegalArgumentException(
                    "r, alpha, a, b: expected above 0, found " + List.of(r, alpha, a, b));
        }
    }

    /**
     * The parameters of the greatest likelihood.
     *
     * @throws IllegalArgumentException where nobody ever came back
     */
    public static BgNbd fit(List<RepeatPurchases> customers) {
        Customers counted = Customers.of(customers);
        return fit(counted, new BgNbd(1, counted.meanAge(), 1, 1));
    }

    /** As {@link #fit(List)}, from a start of one's own, which changes nothing but the time. */
    public static BgNbd fit(List<RepeatPurchases> customers, BgNbd start) {
        return fit(Customers.of(customers), start);
    }

    private static BgNbd fit(Customers customers, BgNbd start) {
        return of(
                MaximumLikelihood.fit(
                        p -> customers.sum(of(p)::logLikelihood) / customers.size(),
                        new double[] {start.r, start.alpha, start.a, start.b}));
    }

    private static BgNbd of(double[] parameters) {
        return new BgNbd(parameters[0], parameters[1], parameters[2], parameters[3]);
    }

    @Override
    public String name() {
        return "bg-nbd";
    }

    /** The paper's eq. 6, its gamma functions of whole differences written as products. */
    @Override
    public double logLikelihood(RepeatPurchases customer) {
        int x = customer.repeats();
        double stayed = r * Math.log(alpha) - (r + x) * Math.log(alpha + customer.age());
        for (int i = 0; i < x; i++) {
            stayed += Math.log((r + i) * (b + i) / (a + b + i));
        }
        return stayed + MaximumLikelihood.logOnePlusExp(logOddsOfHavingLeft(customer));
    }

    /** That the last purchase was the last for good, against that it was not. */
    private double logOddsOfHavingLeft(RepeatPurchases customer) {
        int x = customer.repeats();
        if (x == 0) {
            return Double.NEGATIVE_INFINITY; // only after a repeat can one leave
        }
        double silence = (alpha + customer.age()) / (alpha + customer.recency());
        return Math.log(a / (b + x - 1)) + (r + x) * Math.log(silence);
    }

    @Override
    public double aliveProbability(RepeatPurchases customer) {
        return 1 / (1 + Math.exp(logOddsOfHavingLeft(customer)));
    }

    /** The paper's eq. 10. */
    @Override
    public double expectedPurchases(RepeatPurchases customer, double horizon) {
        if (Math.abs(a - 1) < 1e-5) { // the formula has a gap there that its two sides agree on
            return (new BgNbd(r, alpha, 1 - 1e-4, b).expectedPurchases(customer, horizon)
                            + new BgNbd(r, alpha, 1 + 1e-4, b).expectedPurchases(customer, horizon))
                    / 2;
        }
        int x = customer.repeats();
        double then = alpha + customer.age() + horizon;
        double z = horizon / then;
        double c = a + b + x - 1;
        c = Math.abs(c) < 1e-8 ? 1e-8 : c; // a pole of the series that the factor c takes away
        return c / (a - 1) * (1 - none(x, c, z)) * aliveProbability(customer);
    }

    /**
     * (1 − z)^(r+x) · ₂F₁(r+x, b+x; c; z). The terms of this series are positive, also where all
     * customers buy at one rate or leave alike, which is where parameters grow without end; only of
     * hundreds of purchases it overflows, where Euler's transformation leaves (1 − z)^(a−1).
     */
    private double none(int x, double c, double z) {
        double logFactor = (r + x) * Math.log1p(-z);
        return logFactor > LEAST_LOG_FACTOR
                ? Math.exp(logFactor) * Hypergeometric.series(r + x, b + x, c, z)
                : Math.exp((a - 1) * Math.log1p(-z))
                        * Hypergeometric.transformed(r + x, b + x, c, z);
    }

    /**
     * A customer still there leaves only after a purchase, so no purchase means none at a rate that
     * is gamma(r + x, α + T) by now.
     */
    @Override
    public double purchaseProbability(RepeatPurchases customer, double horizon) {
        double now = alpha + customer.age();
        double none = (r + customer.repeats()) * -Math.log1p(horizon / now);
        return aliveProbability(customer) * -Math.expm1(none);
    }
}
