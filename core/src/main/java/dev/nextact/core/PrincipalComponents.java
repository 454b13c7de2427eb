package dev.nextact.core;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The directions in which vectors differ most, by orthogonal iteration on their covariance (Golub
 * and Van Loan, Matrix Computations, §8.2.4); the same vectors give the same bits.
 *
 * @param mean [F] of the vectors
 * @param directions [components][F], of length 1, those of the largest variance first
 * @param variances [components]
 */
public record PrincipalComponents(float[] mean, double[][] directions, double[] variances) {

    /** Far more than what is needed for directions whose variances differ by a tenth. */
    private static final int ITERATIONS = 60;

    /** Of the first variance; a direction with less is rounding. */
    private static final double LEAST = 1e-6;

    /**
     * @param vectors [N][F]
     * @param weights [N], how often each counts
     * @param most components; there are fewer where the vectors lie in fewer directions
     */
    public static PrincipalComponents of(float[][] vectors, double[] weights, int most) {
        int width = vectors[0].length;
        double total = Arrays.stream(weights).sum();
        double[] mean = new double[width];
        for (int n = 0; n < vectors.length; n++) {
            for (int f = 0; f < width; f++) {
                mean[f] += vectors[n][f] * weights[n] / total;
            }
        }
        double[][] covariance = covariance(vectors, weights, mean, total);
        int components = Math.min(most, width);
        SplittableRandom random = new SplittableRandom(1);
        double[][] directions = new double[components][width];
        for (double[] direction : directions) {
            Arrays.setAll(direction, f -> random.nextDouble() - 0.5);
        }
        double[] variances = new double[components];
        for (int i = 0; i < ITERATIONS; i++) {
            for (int c = 0; c < components; c++) {
                directions[c] = times(covariance, directions[c]);
                variances[c] = orthonormalise(directions, c);
            }
        }
        int real = 0;
        while (real < components && variances[real] > LEAST * variances[0]) {
            real++;
        }
        float[] rounded = new float[width];
        for (int f = 0; f < width; f++) {
            rounded[f] = (float) mean[f];
        }
        return new PrincipalComponents(
                rounded, Arrays.copyOf(directions, real), Arrays.copyOf(variances, real));
    }

    private static double[][] covariance(
            float[][] vectors, double[] weights, double[] mean, double total) {
        int width = mean.length;
        double[][] covariance = new double[width][width];
        double[] off = new double[width];
        for (int n = 0; n < vectors.length; n++) {
            for (int f = 0; f < width; f++) {
                off[f] = vectors[n][f] - mean[f];
            }
            for (int f = 0; f < width; f++) {
                double weighted = off[f] * weights[n] / total;
                double[] row = covariance[f];
                for (int g = 0; g < width; g++) {
                    row[g] += weighted * off[g];
                }
            }
        }
        return covariance;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[vector.length];
        for (int f = 0; f < vector.length; f++) {
            product[f] = dot(matrix[f], vector);
        }
        return product;
    }

    /** Makes one direction of length 1 at a right angle to those before; its length until then. */
    private static double orthonormalise(double[][] directions, int c) {
        double[] direction = directions[c];
        for (int before = 0; before < c; before++) {
            double along = dot(direction, directions[before]);
            for (int f = 0; f < direction.length; f++) {
                direction[f] -= along * directions[before][f];
            }
        }
        double length = Math.sqrt(dot(direction, direction));
        for (int f = 0; f < direction.length && length > 0; f++) {
            direction[f] /= length;
        }
        return length;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int f = 0; f < a.length; f++) {
            sum += a[f] * b[f];
        }
        return sum;
    }

    /** The directions, scaled such that the vectors have deviation 1 along each. */
    public float[][] whitening() {
        float[][] whitening = new float[directions.length][mean.length];
        for (int c = 0; c < whitening.length; c++) {
            double scale = 1 / Math.sqrt(variances[c]);
            for (int f = 0; f < mean.length; f++) {
                whitening[c][f] = (float) (scale * directions[c][f]);
            }
        }
        return whitening;
    }
}
