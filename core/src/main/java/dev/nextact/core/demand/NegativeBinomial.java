package dev.nextact.core.demand;

import org.hipparchus.special.Gamma;

/**
 * A count whose variance is μ + α μ²: a Poisson count whose rate is itself drawn from a gamma
 * distribution (NB2; Hilbe 2011, §8.2). At α = 0 it is Poisson's.
 *
 * @param mean μ, 0 or above
 * @param dispersion α, 0 or above
 */
public record NegativeBinomial(double mean, double dispersion) {

    /** Below it the count is as good as Poisson's. */
    private static final double LEAST_DISPERSION = 1e-6;

    /** Above this mean the quantiles are found by halving, not by adding up. */
    private static final int MOST_ADDED = 200;

    public NegativeBinomial {
        if (!(mean >= 0) || !(dispersion >= 0) || Double.isInfinite(mean + dispersion)) {
            throw new IllegalArgumentException(
                    "negative binomial: expected finite values of 0 or more, found mean "
                            + mean
                            + " and dispersion "
                            + dispersion);
        }
    }

    /** The one with these moments; a variance below the mean's counts as the mean: Poisson. */
    public static NegativeBinomial ofMoments(double mean, double variance) {
        double dispersion = mean > 0 ? Math.max(0, variance - mean) / (mean * mean) : 0;
        return new NegativeBinomial(mean, dispersion);
    }

    public double variance() {
        return mean + dispersion * mean * mean;
    }

    /** ln P(X = k). */
    public double logProbability(int k) {
        if (mean == 0) {
            return k == 0 ? 0 : Double.NEGATIVE_INFINITY;
        }
        if (dispersion < LEAST_DISPERSION) {
            return k * Math.log(mean) - mean - Gamma.logGamma(k + 1.0);
        }
        double r = 1 / dispersion;
        return Gamma.logGamma(k + r)
                - Gamma.logGamma(r)
                - Gamma.logGamma(k + 1.0)
                - r * Math.log1p(mean / r)
                + k * (Math.log(mean) - Math.log(r + mean));
    }

    /** P(X ≤ k); by the regularised beta function (Hilbe 2011, §8.1), 0 below 0. */
    public double cumulative(double k) {
        if (k < 0) {
            return 0;
        }
        if (mean == 0) {
            return 1;
        }
        double whole = Math.floor(k);
        if (dispersion < LEAST_DISPERSION) {
            return Gamma.regularizedGammaQ(whole + 1, mean);
        }
        double r = 1 / dispersion;
        return org.hipparchus.special.Beta.regularizedBeta(r / (r + mean), r, whole + 1);
    }

    /**
     * The least count that is not exceeded with this probability.
     *
     * @param level within (0, 1)
     */
    public int quantile(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level: expected within (0, 1), found " + level);
        }
        if (mean == 0) {
            return 0;
        }
        if (mean <= MOST_ADDED) {
            double sum = 0;
            double log = logProbability(0);
            double r = 1 / Math.max(LEAST_DISPERSION, dispersion);
            double step = Math.log(mean) - Math.log(r + mean);
            for (int k = 0; k < MOST_ADDED * 50; k++) {
                sum += Math.exp(log);
                if (sum >= level) {
                    return k;
                }
                log += Math.log((k + r) / (k + 1.0)) + step;
            }
        }
        long high = (long) Math.ceil(mean) + 1;
        while (cumulative((double) high) < level && high < Integer.MAX_VALUE / 2) {
            high *= 2;
        }
        long low = -1; // cumulative(low) < level <= cumulative((double) high)
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (cumulative((double) middle) >= level) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return (int) high;
    }

    /**
     * How many units of demand a stock misses on the average: E[(X − stock)⁺] = μ − Σ P(X > k) over
     * k below the stock.
     *
     * @param stock units, 0 or more
     */
    public double expectedShortage(int stock) {
        if (mean == 0) {
            return 0;
        }
        double left = mean;
        for (int k = 0; k < stock && left > 1e-9 * mean; k++) {
            left -= 1 - cumulative(k);
        }
        return Math.max(0, left);
    }
}
