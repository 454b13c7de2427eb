package dev.nextact.evaluate.tabular;

/**
 * Makes rows fit for {@link LogisticRegression}: amounts and counts on a logarithmic scale, sign(x)
 * · ln(1 + |x|), where the mean stands for what is missing, and a column more for each that says
 * whether it is. Immutable; thread-safe.
 */
public final class Completed {

    private final double[] means;

    private Completed(double[] means) {
        this.means = means;
    }

    /**
     * Learns the means.
     *
     * @param rows [N][F], NaN = missing
     */
    public static Completed of(double[][] rows) {
        double[] means = new double[rows.length == 0 ? 0 : rows[0].length];
        for (int f = 0; f < means.length; f++) {
            double sum = 0;
            int known = 0;
            for (double[] row : rows) {
                if (!Double.isNaN(row[f])) {
                    sum += logarithmic(row[f]);
                    known++;
                }
            }
            means[f] = sum / Math.max(1, known);
        }
        return new Completed(means);
    }

    /**
     * @param rows [N][F], NaN = missing
     * @return [N][2F]
     */
    public double[][] rows(double[][] rows) {
        double[][] whole = new double[rows.length][2 * means.length];
        for (int n = 0; n < rows.length; n++) {
            for (int f = 0; f < means.length; f++) {
                boolean missing = Double.isNaN(rows[n][f]);
                whole[n][f] = missing ? means[f] : logarithmic(rows[n][f]);
                whole[n][means.length + f] = missing ? 1 : 0;
            }
        }
        return whole;
    }

    private static double logarithmic(double x) {
        return Math.signum(x) * Math.log1p(Math.abs(x));
    }
}
