package dev.nextact.core.churn;

/** Gauss's hypergeometric function. */
final class Hypergeometric {

    private static final int MOST_TERMS = 2_000_000;

    private Hypergeometric() {}

    /**
     * (1 − z)^(a+b−c) · ₂F₁(a, b; c; z), which is ₂F₁(c − a, c − b; c; z) by Euler's transformation
     * (Abramowitz and Stegun 1964, 15.3.3), by its series.
     *
     * @param z from 0, below 1
     */
    static double transformed(double a, double b, double c, double z) {
        return series(c - a, c - b, c, z);
    }

    /** ₂F₁(a, b; c; z) = Σ (a)ₙ(b)ₙ/(c)ₙ · zⁿ/n! (15.1.1). */
    static double series(double a, double b, double c, double z) {
        double sum = 1;
        double term = 1;
        for (int n = 0; n < MOST_TERMS; n++) {
            term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            sum += term;
            if (Math.abs(term) <= Math.ulp(sum) * (1 - z)) {
                break;
            }
        }
        return sum;
    }
}
