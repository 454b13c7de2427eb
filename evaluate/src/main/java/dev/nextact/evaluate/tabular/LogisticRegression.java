package dev.nextact.evaluate.tabular;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

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

    private final Standardised standardised;
    private final double[] weights; // the constant last

    private LogisticRegression(Standardised standardised, double[] weights) {
        this.standardised = standardised;
        this.weights = weights;
    }

    /**
     * @param rows [N][F], all finite
     * @param labels N
     */
    public static LogisticRegression fit(double[][] rows, boolean[] labels) {
        Rows.check(rows, labels);
        Standardised standardised = Standardised.of(rows);
        double[] weights = new double[rows[0].length + 1];
        double best = likelihood(rows, labels, standardised, weights);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(rows, labels, standardised, weights);
            double size = 1;
            double[] next = move(weights, direction, size);
            double value = likelihood(rows, labels, standardised, next);
            while (value < best && size > 1e-6) {
                size /= 2;
                next = move(weights, direction, size);
                value = likelihood(rows, labels, standardised, next);
            }
            if (value - best < LEAST_GAIN * rows.length) {
                break;
            }
            weights = next;
            best = value;
        }
        return new LogisticRegression(standardised, weights);
    }

    private static double[] direction(
            double[][] rows, boolean[] labels, Standardised standardised, double[] weights) {
        int size = weights.length;
        double[] gradient = new double[size];
        double[][] curvature = new double[size][size];
        for (int f = 0; f < size - 1; f++) {
            gradient[f] = -RIDGE * weights[f];
            curvature[f][f] = RIDGE;
        }
        curvature[size - 1][size - 1] = 1e-9; // never singular
        for (int n = 0; n < rows.length; n++) {
            double[] x = standardised.row(rows[n]);
            double p = sigmoid(dot(weights, x));
            double miss = (labels[n] ? 1 : 0) - p;
            for (int f = 0; f < size; f++) {
                gradient[f] += miss * x[f];
                double weighted = p * (1 - p) * x[f];
                if (weighted != 0) {
                    double[] row = curvature[f];
                    for (int g = 0; g <= f; g++) {
                        row[g] += weighted * x[g];
                    }
                }
            }
        }
        for (int f = 0; f < size; f++) {
            for (int g = 0; g < f; g++) {
                curvature[g][f] = curvature[f][g];
            }
        }
        return new CholeskyDecomposition(new Array2DRowRealMatrix(curvature, false), 1e-9, 0)
                .getSolver()
                .solve(new ArrayRealVector(gradient, false))
                .toArray();
    }

    private static double likelihood(
            double[][] rows, boolean[] labels, Standardised standardised, double[] weights) {
        double sum = 0;
        for (int f = 0; f < weights.length - 1; f++) {
            sum -= RIDGE / 2 * weights[f] * weights[f];
        }
        for (int n = 0; n < rows.length; n++) {
            double logit = dot(weights, standardised.row(rows[n]));
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
        return weights[column] / standardised.deviations()[column];
    }

    @Override
    public double[] probabilities(double[][] rows) {
        double[] result = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            result[n] = sigmoid(dot(weights, standardised.row(rows[n])));
        }
        return result;
    }
}
