package dev.nextact.evaluate.tabular;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * Logistic regression on standardised columns, with a ridge of 1 on each weight but the constant's
 * (le Cessie and van Houwelingen 1992): the greatest penalised likelihood, by Newton's method with
 * halved steps. Immutable; thread-safe.
 */
public final class LogisticRegression implements TabularClassifier {

    /** One unit of prior precision on a standardised weight: keeps separable data finite. */
    private static final double RIDGE = 1;

    private static final int MOST_STEPS = 100;
    private static final double LEAST_GAIN = 1e-12;

    private final double[] means;
    private final double[] deviations;
    private final double[] weights; // the constant last

    private LogisticRegression(double[] means, double[] deviations, double[] weights) {
        this.means = means;
        this.deviations = deviations;
        this.weights = weights;
    }

    /**
     * @param rows [N][F], all finite
     * @param labels N
     */
    public static LogisticRegression fit(double[][] rows, boolean[] labels) {
        Rows.check(rows, labels);
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
        double[] weights = new double[features + 1];
        double best = likelihood(rows, labels, means, deviations, weights);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(rows, labels, means, deviations, weights);
            double size = 1;
            double[] next = move(weights, direction, size);
            double value = likelihood(rows, labels, means, deviations, next);
            while (value < best && size > 1e-6) {
                size /= 2;
                next = move(weights, direction, size);
                value = likelihood(rows, labels, means, deviations, next);
            }
            if (value - best < LEAST_GAIN * rows.length) {
                break;
            }
            weights = next;
            best = value;
        }
        return new LogisticRegression(means, deviations, weights);
    }

    private static double[] direction(
            double[][] rows,
            boolean[] labels,
            double[] means,
            double[] deviations,
            double[] weights) {
        int size = weights.length;
        double[] gradient = new double[size];
        RealMatrix curvature = new Array2DRowRealMatrix(size, size);
        for (int f = 0; f < size - 1; f++) {
            gradient[f] = -RIDGE * weights[f];
            curvature.setEntry(f, f, RIDGE);
        }
        curvature.setEntry(size - 1, size - 1, 1e-9); // never singular
        for (int n = 0; n < rows.length; n++) {
            double[] x = standardised(rows[n], means, deviations);
            double p = sigmoid(dot(weights, x));
            double miss = (labels[n] ? 1 : 0) - p;
            for (int f = 0; f < size; f++) {
                gradient[f] += miss * x[f];
                for (int g = 0; g < size; g++) {
                    curvature.addToEntry(f, g, p * (1 - p) * x[f] * x[g]);
                }
            }
        }
        return new CholeskyDecomposition(curvature, 1e-9, 0)
                .getSolver()
                .solve(new ArrayRealVector(gradient, false))
                .toArray();
    }

    private static double likelihood(
            double[][] rows,
            boolean[] labels,
            double[] means,
            double[] deviations,
            double[] weights) {
        double sum = 0;
        for (int f = 0; f < weights.length - 1; f++) {
            sum -= RIDGE / 2 * weights[f] * weights[f];
        }
        for (int n = 0; n < rows.length; n++) {
            double logit = dot(weights, standardised(rows[n], means, deviations));
            double towards = labels[n] ? logit : -logit;
            sum -= Math.max(0, -towards) + Math.log1p(Math.exp(-Math.abs(towards)));
        }
        return sum;
    }

    private static double[] move(double[] weights, double[] direction, double size) {
        double[] next = weights.clone();
        for (int f = 0; f < next.length; f++) {
            next[f] += size * direction[f];
        }
        return next;
    }

    private static double[] standardised(double[] row, double[] means, double[] deviations) {
        double[] x = new double[means.length + 1];
        for (int f = 0; f < means.length; f++) {
            x[f] = (row[f] - means[f]) / deviations[f];
        }
        x[means.length] = 1;
        return x;
    }

    private static double dot(double[] weights, double[] x) {
        double sum = 0;
        for (int f = 0; f < weights.length; f++) {
            sum += weights[f] * x[f];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public String name() {
        return "logistic";
    }

    /** What a column adds to the log-odds for each unit of it. */
    public double weight(int column) {
        return weights[column] / deviations[column];
    }

    @Override
    public double[] probabilities(double[][] rows) {
        double[] result = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            result[n] = sigmoid(dot(weights, standardised(rows[n], means, deviations)));
        }
        return result;
    }
}
