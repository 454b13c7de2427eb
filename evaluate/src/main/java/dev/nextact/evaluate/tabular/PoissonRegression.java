package dev.nextact.evaluate.tabular;

/**
 * Poisson regression of counts on standardised columns, the logarithm of the mean being linear,
 * with a ridge of 1 on each weight but the constant's; see {@link LinearFit}. The mean is right
 * where counts vary more than the Poisson's do (Gourieroux, Monfort and Trognon 1984). Immutable;
 * thread-safe.
 */
public final class PoissonRegression {

    private final LinearFit fit;

    private PoissonRegression(LinearFit fit) {
        this.fit = fit;
    }

    /**
     * @param rows [N][F], all finite
     * @param counts [N], 0 or more
     */
    public static PoissonRegression fit(double[][] rows, int[] counts) {
        Rows.check(rows, counts.length);
        double[] targets = new double[counts.length];
        for (int n = 0; n < targets.length; n++) {
            if (counts[n] < 0) {
                throw new IllegalArgumentException(
                        "counts: expected 0 or more, found " + counts[n] + " in row " + n);
            }
            targets[n] = counts[n];
        }
        return new PoissonRegression(LinearFit.of(LinearFit.Family.POISSON, rows, targets));
    }

    /** By what a unit of a column multiplies the count, as a logarithm. */
    public double weight(int column) {
        return fit.weight(column);
    }

    /**
     * How many to expect.
     *
     * @param rows [N][F]
     * @return [N]
     */
    public double[] means(double[][] rows) {
        return fit.means(rows);
    }
}
