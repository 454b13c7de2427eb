package dev.nextact.evaluate.tabular;

/**
 * Logistic regression on standardised columns, with a ridge of 1 on each weight but the constant's
 * (le Cessie and van Houwelingen 1992); see {@link LinearFit}. Immutable; thread-safe.
 */
public final class LogisticRegression implements TabularClassifier {

    private final LinearFit fit;

    private LogisticRegression(LinearFit fit) {
        this.fit = fit;
    }

    /**
     * @param rows [N][F], all finite
     * @param labels N
     */
    public static LogisticRegression fit(double[][] rows, boolean[] labels) {
        Rows.check(rows, labels.length);
        double[] targets = new double[labels.length];
        for (int n = 0; n < targets.length; n++) {
            targets[n] = labels[n] ? 1 : 0;
        }
        return new LogisticRegression(LinearFit.of(LinearFit.Family.BERNOULLI, rows, targets));
    }

    @Override
    public String name() {
        return "logistic";
    }

    /** What a column adds to the log-odds for each unit of it. */
    public double weight(int column) {
        return fit.weight(column);
    }

    @Override
    public double[] probabilities(double[][] rows) {
        return fit.means(rows);
    }
}
