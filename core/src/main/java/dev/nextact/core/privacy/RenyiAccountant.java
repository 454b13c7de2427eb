package dev.nextact.core.privacy;

import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;

/**
 * Adds up what noisy answers tell of one shopper, as Rényi divergences of several orders (Mironov
 * 2017, "Rényi Differential Privacy"), and says it as (ε, δ). Neighbours are data sets of which one
 * has one shopper more. Immutable; thread-safe.
 */
public final class RenyiAccountant {

    /** Fine where budgets of one digit are found, coarse beyond. */
    private static final double[] ORDERS =
            DoubleStream.concat(
                            IntStream.range(1, 100).mapToDouble(i -> 1 + i / 10.0),
                            DoubleStream.concat(
                                    IntStream.range(11, 64).mapToDouble(i -> i),
                                    DoubleStream.of(72, 96, 128, 192, 256, 384, 512, 1024)))
                    .toArray();

    /** Terms of a series below e to this are nothing beside its greatest ones. */
    private static final double NEGLIGIBLE = -30;

    /** To which a multiplier of noise is found. */
    private static final double PRECISION = 1e-4;

    private final double[] divergences;

    private RenyiAccountant(double[] divergences) {
        this.divergences = divergences;
    }

    /** Before anything was told. */
    public static RenyiAccountant start() {
        return new RenyiAccountant(new double[ORDERS.length]);
    }

    /**
     * After more answers, each with Gaussian noise, of samples that each shopper is in with the
     * same probability, independently ("Poisson sampling").
     *
     * @param noise its standard deviation, in multiples of the most that one shopper can change the
     *     answer by
     * @param rate the probability q of being in a sample; 1 = always
     * @param times how many answers
     */
    public RenyiAccountant after(double noise, double rate, long times) {
        double[] sum = new double[ORDERS.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = divergences[i] + times * divergence(noise, rate, ORDERS[i]);
        }
        return new RenyiAccountant(sum);
    }

    /**
     * ε of what was told: by the conversion of Canonne, Kamath and Steinke 2020, "The Discrete
     * Gaussian for Differential Privacy", proposition 12, at the best order.
     *
     * @param delta δ, between 0 and 1
     */
    public double epsilon(double delta) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ORDERS.length; i++) {
            double order = ORDERS[i];
            double epsilon =
                    divergences[i] + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
            best = Math.min(best, epsilon);
        }
        return Math.max(0, best);
    }

    /**
     * The least noise, to four digits and rounded up, with which so many answers stay within a
     * budget, after what this accountant has seen.
     *
     * @throws IllegalArgumentException when what was told before leaves nothing, or no noise up to
     *     10,000 is enough
     */
    public double noiseFor(double epsilon, double delta, double rate, long times) {
        double enough = 10_000;
        if (after(enough, rate, times).epsilon(delta) > epsilon) {
            throw new IllegalArgumentException(
                    "epsilon: no noise keeps "
                            + times
                            + " answers within "
                            + epsilon
                            + " at delta "
                            + delta);
        }
        return least(
                0.05,
                enough,
                PRECISION,
                noise -> after(noise, rate, times).epsilon(delta) <= epsilon);
    }

    /**
     * The least noise that is enough.
     *
     * @param little is not
     * @param enough is
     * @param precision to which it is found, rounded up
     */
    static double least(double little, double enough, double precision, DoublePredicate isEnough) {
        while (enough - little > precision) {
            double middle =
                    enough > 4 * little ? Math.sqrt(enough * little) : (enough + little) / 2;
            if (isEnough.test(middle)) {
                enough = middle;
            } else {
                little = middle;
            }
        }
        return enough;
    }

    /**
     * The Rényi divergence of one answer: {@code ln A(α) / (α - 1)}, where {@code A(α) = E[((1 - q)
     * + q exp((2z - 1) / 2σ²))^α]} over z of N(0, σ²) (Mironov, Talwar and Zhang 2019, "Rényi
     * Differential Privacy of the Sampled Gaussian Mechanism", §3.3).
     */
    static double divergence(double noise, double rate, double order) {
        if (rate == 0) {
            return 0;
        }
        if (noise == 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (rate == 1) {
            return order / (2 * noise * noise);
        }
        double logA =
                order == Math.rint(order)
                        ? ofWholeOrder(noise, rate, (int) order)
                        : ofAnyOrder(noise, rate, order);
        return logA / (order - 1);
    }

    /** A sum of binomial terms. */
    private static double ofWholeOrder(double noise, double rate, int order) {
        double sum = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= order; k++) {
            double term =
                    logFactorial(order)
                            - logFactorial(k)
                            - logFactorial(order - k)
                            + k * Math.log(rate)
                            + (order - k) * Math.log1p(-rate)
                            + ((double) k * k - k) / (2 * noise * noise);
            sum = logAdd(sum, term);
        }
        return sum;
    }

    private static double logFactorial(int n) {
        return Gamma.logGamma(n + 1.0);
    }

    /**
     * Two series, below and above the z where both parts of the mixture weigh the same. From i > α
     * on the signs of the binomial coefficients alternate.
     */
    private static double ofAnyOrder(double noise, double rate, double order) {
        double turn = noise * noise * (Math.log1p(-rate) - Math.log(rate)) + 0.5;
        double scale = Math.sqrt(2) * noise;
        double twice = 2 * noise * noise;
        double below = Double.NEGATIVE_INFINITY;
        double above = Double.NEGATIVE_INFINITY;
        double logCoefficient = 0;
        int sign = 1;
        for (int i = 0; ; i++) {
            double j = order - i;
            double first =
                    logCoefficient
                            + i * Math.log(rate)
                            + j * Math.log1p(-rate)
                            + ((double) i * i - i) / twice
                            + logHalfErfc((i - turn) / scale);
            double second =
                    logCoefficient
                            + j * Math.log(rate)
                            + i * Math.log1p(-rate)
                            + (j * j - j) / twice
                            + logHalfErfc((turn - j) / scale);
            below = sign > 0 ? logAdd(below, first) : logSubtract(below, first);
            above = sign > 0 ? logAdd(above, second) : logSubtract(above, second);
            if (i > order && Math.max(first, second) < NEGLIGIBLE) {
                return logAdd(below, above);
            }
            double factor = (order - i) / (i + 1);
            sign = factor < 0 ? -sign : sign;
            logCoefficient += Math.log(Math.abs(factor));
        }
    }

    private static double logAdd(double a, double b) {
        double greater = Math.max(a, b);
        return greater == Double.NEGATIVE_INFINITY
                ? greater
                : greater + Math.log1p(Math.exp(Math.min(a, b) - greater));
    }

    private static double logSubtract(double a, double b) {
        return a <= b ? Double.NEGATIVE_INFINITY : a + Math.log1p(-Math.exp(b - a));
    }

    /** ln(erfc(x) / 2); far out by the asymptotic series (Abramowitz and Stegun, 7.1.23). */
    private static double logHalfErfc(double x) {
        if (x < 20) {
            return Math.log(Erf.erfc(x) / 2);
        }
        double square = x * x;
        double series = 1 - 0.5 / square + 0.75 / (square * square);
        return -square - Math.log(2 * x * Math.sqrt(Math.PI)) + Math.log(series);
    }
}
