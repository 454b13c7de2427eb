package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.NegativeBinomial;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a distribution of a point forecast: the errors the method would have made one step ahead in
 * the past are added to it, wider for later steps, and what is below zero is zero (empirical
 * residuals; Hyndman and Athanasopoulos 2021, §5.5). Where the past is too short for errors, a
 * Poisson count of that mean.
 */
final class Residuals {

    /** Fewer errors tell no quantiles. */
    private static final int LEAST = 4;

    private Residuals() {}

    /**
     * @param mean of each step, [H]; what is below zero becomes zero
     * @param errors y − forecast, one step ahead
     * @param spread by how much the errors of each step are wider than those one step ahead, [H]
     */
    static DemandForecast around(double[] mean, double[] errors, double[] spread) {
        double[] point = Arrays.stream(mean).map(m -> Math.max(0, m)).toArray();
        if (errors.length < LEAST) {
            return DemandForecast.of(
                    Arrays.stream(point).mapToObj(m -> new NegativeBinomial(m, 0)).toList());
        }
        double[] sorted = errors.clone();
        Arrays.sort(sorted);
        List<Double> levels = DemandForecast.LEVELS;
        double[][] quantiles = new double[point.length][levels.size()];
        for (int h = 0; h < point.length; h++) {
            for (int q = 0; q < levels.size(); q++) {
                quantiles[h][q] =
                        Math.max(0, mean[h] + spread[h] * quantile(sorted, levels.get(q)));
            }
        }
        return new DemandForecast(point, quantiles);
    }

    /** Between the two nearest in order (Hyndman and Fan 1996, definition 7). */
    static double quantile(double[] sorted, double level) {
        double place = level * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
