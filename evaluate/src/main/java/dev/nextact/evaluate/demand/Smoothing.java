package dev.nextact.evaluate.demand;

import java.util.function.ToDoubleFunction;

/** Finds the smoothing weights with the least squared error one step ahead. */
final class Smoothing {

    private static final double[] GRID = {0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9};
    private static final double LEAST = 0.01;
    private static final double MOST = 0.99;
    private static final double FIRST_STEP = 0.08;
    private static final double LAST_STEP = 0.005;

    private Smoothing() {}

    /**
     * The best of a grid, then a compass search around it (Kolda, Lewis and Torczon 2003, §1.1).
     *
     * @param error of weights within (0, 1)
     */
    static double[] fit(int weights, ToDoubleFunction<double[]> error) {
        double[] best = new double[weights];
        double least = Double.POSITIVE_INFINITY;
        int points = (int) Math.pow(GRID.length, weights);
        for (int point = 0; point < points; point++) {
            double[] at = new double[weights];
            int rest = point;
            for (int w = 0; w < weights; w++) {
                at[w] = GRID[rest % GRID.length];
                rest /= GRID.length;
            }
            double value = error.applyAsDouble(at);
            if (value < least) {
                least = value;
                best = at;
            }
        }
        for (double step = FIRST_STEP; step >= LAST_STEP; step /= 2) {
            boolean moved = true;
            while (moved) {
                moved = false;
                for (int w = 0; w < 2 * weights; w++) {
                    double[] at = best.clone();
                    double to = at[w / 2] + (w % 2 == 0 ? step : -step);
                    at[w / 2] = Math.max(LEAST, Math.min(MOST, to));
                    double value = error.applyAsDouble(at);
                    if (value < least) {
                        least = value;
                        best = at;
                        moved = true;
                    }
                }
            }
        }
        return best;
    }
}
