package dev.nextact.core.timing;

import java.util.Arrays;

/**
 * The continuous ranked probability score of a predicted distribution, ∫ (F(z) − 1{y ≤ z})² dz =
 * E|X − y| − ½ E|X − X′| (Gneiting and Raftery 2007, eq. 21): in the unit of y, 0 at best, and |x −
 * y| for a distribution that is one point x. See also {@link LogNormalMixture#crps}.
 */
public final class Crps {

    private Crps() {}

    /**
     * Of the distribution that gives each drawn value the same weight.
     *
     * @param draws at least one
     */
    public static double ofDraws(double[] draws, double actual) {
        if (draws.length == 0) {
            throw new IllegalArgumentException("draws: expected at least one, found none");
        }
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double toActual = 0;
        double spread = 0; // Σ over pairs i < j of x(j) − x(i)
        for (int i = 0; i < n; i++) {
            toActual += Math.abs(sorted[i] - actual);
            spread += sorted[i] * (2.0 * i - n + 1);
        }
        return toActual / n - spread / ((double) n * n);
    }
}
