package dev.nextact.evaluate.tabular;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * Generalised linear models with their natural links (McCullagh and Nelder 1989, §2.2) on
 * standardised columns, with a ridge of 1 on each weight but the constant's: the greatest penalised
 * likelihood, by Newton's method with halved steps. Immutable; thread-safe.
 */
final class LinearFit {

    /** One unit of prior precision on a standardised weight: keeps separable data finite. */
    private static final double RIDGE = 1;

    private static final int MOST_STEPS = 100;
    private static final double LEAST_GAIN = 1e-12;

    /** What is told of a row by the weighted sum of its columns. */
    enum Family {
        /** A probability, the sum being its log-odds. */
        BERNOULLI {
            @Override
            double mean(double sum) {
                return 1 / (1 + Math.exp(-sum));
            }

            @Override
            double variance(double mean) {
                return mean * (1 - mean);
            }

            @Override
            double logLikelihood(double sum, double target) {
                return target * sum - Math.max(0, sum) - Math.log1p(Math.exp(-Math.abs(sum)));
            }
        },
        /** A mean count, the sum being its logarithm. */
        POISSON {
            @Override
            double mean(double sum) {
                return Math.exp(sum);
            }

            @Override
            double variance(double mean) {
                return mean;
            }

            @Override
            double logLikelihood(double sum, double target) {
                return target * sum - Math.exp(sum);
            }
        };

        abstract double mean(double sum);

        abstract double variance(double mean);

        /** But for what the sum does not change. */
        abstract double logLikelihood(double sum, double target);
    }

    private final Family family;
    private final Standardised standardised;
    private final double[] weights; // the constant last

    private LinearFit(Family family, Standardised standardised, double[] weights) {
        this.family = family;
        this.standardised = standardised;
        this.weights = weights;
    }

    /**
     * @param rows [N][F], all finite
     * @param targets [N]
     */
    static LinearFit of(Family family, double[][] rows, double[] targets) {
        Standardised standardised = Standardised.of(rows);
        double[] weights = new double[rows[0].length + 1];
        double best = likelihood(family, rows, targets, standardised, weights);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(family, rows, targets, standardised, weights);
            double size = 1;
            double[] next = move(weights, direction, size);
            double value = likelihood(family, rows, targets, standardised, next);
            while (!(value >= best) && size > 1e-6) {
                size /= 2;
                next = move(weights, direction, size);
                value = likelihood(family, rows, targets, standardised, next);
            }
            if (!(value - best >= LEAST_GAIN * rows.length)) {
                break;
            }
            weights = next;
            best = value;
        }
        return new LinearFit(family, standardised, weights);
    }

    private static double[] direction(
            Family family,
            double[][] rows,
            double[] targets,
            Standardised standardised,
            double[] weights) {
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
            double mean = family.mean(dot(weights, x));
            double miss = targets[n] - mean;
            for (int f = 0; f < size; f++) {
                gradient[f] += miss * x[f];
                double weighted = family.variance(mean) * x[f];
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
            Family family,
            double[][] rows,
            double[] targets,
            Standardised standardised,
            double[] weights) {
        double sum = 0;
        for (int f = 0; f < weights.length - 1; f++) {
            sum -= RIDGE / 2 * weights[f] * weights[f];
        }
        for (int n = 0; n < rows.length; n++) {
            sum += family.logLikelihood(dot(weights, standardised.row(rows[n])), targets[n]);
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

    /** What a column adds to the sum for each unit of it. */
    double weight(int column) {
        return weights[column] / standardised.deviations()[column];
    }

    /** [N]. */
    double[] means(double[][] rows) {
        double[] result = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            result[n] = family.mean(dot(weights, standardised.row(rows[n])));
        }
        return result;
    }
}
