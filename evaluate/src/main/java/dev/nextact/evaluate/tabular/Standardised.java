package dev.nextact.evaluate.tabular;

/**
 * Columns of mean 0 and deviation 1, and a constant behind them.
 *
 * @param means [F]
 * @param deviations [F]; infinite for a constant column, which says nothing
 */
record Standardised(double[] means, double[] deviations) {

    /**
     * @param rows [N][F], all finite
     */
    static Standardised of(double[][] rows) {
        int features = rows[0].length;
        double[] means = new double[features];
        double[] deviations = new double[features];
        for (int f = 0; f < features; f++) {
            for (double[] row : rows) {
                if (!Double.isFinite(row[f])) {
                    throw new IllegalArgumentException(
                            "column " + f + ": expected finite values, found " + row[f]);
                }
                means[f] += row[f] / rows.length;
            }
            double squares = 0;
            for (double[] row : rows) {
                squares += (row[f] - means[f]) * (row[f] - means[f]);
            }
            double deviation = Math.sqrt(squares / rows.length);
            // a constant column says nothing, but its mean is off by a rounding
            boolean constant = deviation <= 1e-9 * Math.abs(means[f]);
            deviations[f] = constant ? Double.POSITIVE_INFINITY : deviation;
        }
        return new Standardised(means, deviations);
    }

    /** [F + 1], the constant last. */
    double[] row(double[] row) {
        double[] x = new double[means.length + 1];
        for (int f = 0; f < means.length; f++) {
            x[f] = (row[f] - means[f]) / deviations[f];
        }
        x[means.length] = 1;
        return x;
    }
}
