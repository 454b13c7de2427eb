package dev.nextact.evaluate.tabular;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Least squares on standardised columns with a ridge on each weight but the constant's (Hoerl and
 * Kennard 1970). Of a row of ridges the one is taken that foretells each row best from the others,
 * worked out without leaving any out (PRESS; Allen 1974). Immutable; thread-safe.
 */
public final class RidgeRegression {

    /** Of the number of rows: what half the shrinkage of a standardised column of its own is. */
    private static final double[] RIDGES = {1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10, 100};

    private final Standardised standardised;
    private final double[] weights; // the constant last

    private RidgeRegression(Standardised standardised, double[] weights) {
        this.standardised = standardised;
        this.weights = weights;
    }

    /**
     * @param rows [N][F], all finite
     * @param targets [N]
     */
    public static RidgeRegression fit(double[][] rows, double[] targets) {
        if (rows.length != targets.length || rows.length == 0) {
            throw new IllegalArgumentException(
                    "targets: expected as many as rows and at least one, found "
                            + targets.length
                            + " and "
                            + rows.length);
        }
        Standardised standardised = Standardised.of(rows);
        int size = rows.length;
        int features = standardised.means().length;
        double mean = 0;
        for (double target : targets) {
            mean += target / size;
        }
        double[][] gram = new double[features][features];
        double[][] columns = new double[size][];
        for (int n = 0; n < size; n++) {
            double[] x = standardised.row(rows[n]);
            columns[n] = x;
            for (int f = 0; f < features; f++) {
                double[] row = gram[f];
                for (int g = 0; g <= f && x[f] != 0; g++) {
                    row[g] += x[f] * x[g];
                }
            }
        }
        for (int f = 0; f < features; f++) {
            for (int g = 0; g < f; g++) {
                gram[g][f] = gram[f][g];
            }
        }
        EigenDecompositionSymmetric eigen =
                new EigenDecompositionSymmetric(new Array2DRowRealMatrix(gram, false));
        double[] values = eigen.getEigenvalues();
        double[][] vectors = eigen.getV().getData();
        double[][] turned = new double[size][features];
        double[] along = new double[features];
        for (int n = 0; n < size; n++) {
            for (int f = 0; f < features; f++) {
                double x = columns[n][f];
                for (int j = 0; j < features && x != 0; j++) {
                    turned[n][j] += x * vectors[f][j];
                }
            }
            for (int j = 0; j < features; j++) {
                along[j] += turned[n][j] * (targets[n] - mean);
            }
        }
        double ridge = best(turned, targets, mean, values, along);
        double[] weights = new double[features + 1];
        for (int j = 0; j < features; j++) {
            double shrunk = along[j] / (Math.max(0, values[j]) + ridge);
            for (int f = 0; f < features; f++) {
                weights[f] += shrunk * vectors[f][j];
            }
        }
        weights[features] = mean;
        return new RidgeRegression(standardised, weights);
    }

    /**
     * @param turned [N][F], the rows along the eigenvectors
     * @param values [F], the eigenvalues
     * @param along [F], of the targets less their mean
     */
    private static double best(
            double[][] turned, double[] targets, double mean, double[] values, double[] along) {
        double best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (double share : RIDGES) {
            double ridge = share * targets.length;
            double press = 0;
            for (int n = 0; n < targets.length; n++) {
                double fitted = mean;
                double leverage = 1.0 / targets.length;
                for (int j = 0; j < values.length; j++) {
                    double scaled = turned[n][j] / (Math.max(0, values[j]) + ridge);
                    fitted += scaled * along[j];
                    leverage += scaled * turned[n][j];
                }
                double miss = (targets[n] - fitted) / Math.max(1e-9, 1 - leverage);
                press += miss * miss;
            }
            if (press < least) {
                least = press;
                best = ridge;
            }
        }
        return best;
    }

    /**
     * @param rows [N][F]
     * @return [N]
     */
    public double[] predict(double[][] rows) {
        double[] predicted = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            double[] x = standardised.row(rows[n]);
            for (int f = 0; f < x.length; f++) {
                predicted[n] += weights[f] * x[f];
            }
        }
        return predicted;
    }
}
