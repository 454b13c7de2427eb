package dev.nextact.core.churn;

import java.util.List;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Pareto/NBD (Schmittlein, Morrison and Colombo 1987): a customer buys at random at a rate of their
 * own and at any time may leave for good, at another rate of their own. The rates are gamma(r, α)
 * and gamma(s, β). Immutable; thread-safe.
 *
 * <p>What the literature writes as a difference of two hypergeometric functions is kept as the
 * integral it comes from (Fader and Hardie 2005, "A note on deriving the Pareto/NBD model", eq. 9):
 * that never cancels, while the difference loses all digits where a customer has just bought.
 *
 * @param r shape of the rates of buying
 * @param alpha their scale, in the unit of time: r/α purchases a unit on average
 * @param s shape of the rates of leaving
 * @param beta their scale, in the unit of time
 */
public record ParetoNbd(double r, double alpha, double s, double beta)
        implements CustomerBaseModel {

    private static final int NODES = 8;
    private static final double[] POINTS = new double[NODES];
    private static final double[] WEIGHTS = new double[NODES];

    static {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(NODES);
        for (int node = 0; node < NODES; node++) {
            POINTS[node] = (rule.getPoint(node) + 1) / 2;
            WEIGHTS[node] = rule.getWeight(node) / 2;
        }
    }

    /**
     * Over a panel the integrand falls by no more than e^3, and the panel is no longer than 1.5,
     * less than half the way to the next singularity at ±iπ: 8 nodes then give 14 digits.
     */
    private static final double STEEPEST_PANEL = 3;

    private static final double LONGEST_PANEL = 1.5;

    /** What is left where the integrand has fallen so far no longer counts: ln of it. */
    private static final double NEGLIGIBLE = -45;

    public ParetoNbd {
        if (!(r > 0 && alpha > 0 && s > 0 && beta > 0)) {
            throw new IllegalArgumentException(
                    "r, alpha, s, beta: expected above 0, found " + List.of(r, alpha, s, beta));
        }
    }

    /**
     * The parameters of the greatest likelihood.
     *
     * @throws IllegalArgumentException where nobody ever came back
     */
    public static ParetoNbd fit(List<RepeatPurchases> customers) {
        Customers counted = Customers.of(customers);
        return fit(counted, new ParetoNbd(1, counted.meanAge(), 1, counted.meanAge()));
    }

    /** As {@link #fit(List)}, from a start of one's own, which changes nothing but the time. */
    public static ParetoNbd fit(List<RepeatPurchases> customers, ParetoNbd start) {
        return fit(Customers.of(customers), start);
    }

    private static ParetoNbd fit(Customers customers, ParetoNbd start) {
        return of(
                MaximumLikelihood.fit(
                        p -> customers.sum(of(p)::logLikelihood) / customers.size(),
                        new double[] {start.r, start.alpha, start.s, start.beta}));
    }

    private static ParetoNbd of(double[] parameters) {
        return new ParetoNbd(parameters[0], parameters[1], parameters[2], parameters[3]);
    }

    @Override
    public String name() {
        return "pareto-nbd";
    }

    @Override
    public double logLikelihood(RepeatPurchases customer) {
        int x = customer.repeats();
        double rates = r * Math.log(alpha) + s * Math.log(beta);
        for (int i = 0; i < x; i++) {
            rates += Math.log(r + i);
        }
        return rates
                + logStayed(customer)
                + MaximumLikelihood.logOnePlusExp(logOddsOfHavingLeft(customer));
    }

    private double logStayed(RepeatPurchases customer) {
        return -(r + customer.repeats()) * Math.log(alpha + customer.age())
                - s * Math.log(beta + customer.age());
    }

    /** That the customer left at some time since the last purchase, against that they did not. */
    private double logOddsOfHavingLeft(RepeatPurchases customer) {
        double left =
                logIntegral(
                        r + customer.repeats(),
                        s,
                        alpha + customer.recency(),
                        beta + customer.recency(),
                        customer.age() - customer.recency());
        return Math.log(s) + left - logStayed(customer);
    }

    /** ln ∫ from 0 to {@code span} of (A + u)^(−p) (B + u)^(−q−1) du. */
    private static double logIntegral(double p, double q, double a, double b, double span) {
        if (span == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        // over v = ln(m + u), m the smaller of A and B, it falls by at most p + q + 1 a unit
        boolean aIsSmaller = a <= b;
        double smaller = Math.min(a, b);
        double logSmaller = Math.log(smaller);
        double width = Math.log1p(span / smaller);
        double first = -p * Math.log(a) - (q + 1) * Math.log(b);
        double panels =
                Math.ceil(Math.max((p + q + 1) * width / STEEPEST_PANEL, width / LONGEST_PANEL));
        double sum = 0;
        for (int panel = 0; panel < panels; panel++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int node = 0; node < NODES; node++) {
                double v = width * (panel + POINTS[node]) / panels;
                double u = smaller * Math.expm1(v);
                double logA = aIsSmaller ? logSmaller + v : Math.log(a + u);
                double logB = aIsSmaller ? Math.log(b + u) : logSmaller + v;
                double relative = -p * logA - (q + 1) * logB - first + v;
                sum += WEIGHTS[node] * Math.exp(relative);
                most = Math.max(most, relative);
            }
            if (most < NEGLIGIBLE) {
                break;
            }
        }
        return first + logSmaller + Math.log(sum * width / panels);
    }

    @Override
    public double aliveProbability(RepeatPurchases customer) {
        return 1 / (1 + Math.exp(logOddsOfHavingLeft(customer)));
    }

    /** Fader and Hardie's (2005) eq. 41, its gap at s = 1 filled. */
    @Override
    public double expectedPurchases(RepeatPurchases customer, double horizon) {
        double now = beta + customer.age();
        double logRatio = -Math.log1p(horizon / now); // of now to then
        double leaving =
                Math.abs(s - 1) < 1e-12 ? -logRatio : -Math.expm1((s - 1) * logRatio) / (s - 1);
        double rate = (r + customer.repeats()) / (alpha + customer.age());
        return aliveProbability(customer) * rate * now * leaving;
    }

    /**
     * By now the rates of one still there are gamma(r + x, α + T) and gamma(s, β + T); no purchase
     * means that neither came, or that leaving came first.
     */
    @Override
    public double purchaseProbability(RepeatPurchases customer, double horizon) {
        double p = r + customer.repeats();
        double a = alpha + customer.age();
        double b = beta + customer.age();
        double neither = -p * Math.log1p(horizon / a) - s * Math.log1p(horizon / b);
        double scale = p * Math.log(a) + s * Math.log(b);
        double leftFirst = s * Math.exp(scale + logIntegral(p, s, a, b, horizon));
        return aliveProbability(customer) * Math.max(0, 1 - Math.exp(neither) - leftFirst);
    }
}
