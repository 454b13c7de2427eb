package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;
import java.util.Arrays;

/**
 * For items that seldom sell and may stop: the smoothed probability of a sale, moved every period,
 * times the smoothed size of a sale, moved at sales (Teunter, Syntetos and Babai 2011, eq. 3). It
 * starts with the share of periods with a sale and the mean size over the first window, or all
 * there is. The weights have the least squared error one step ahead.
 */
public final class Tsb extends SeriesForecaster {

    /**
     * @param rate units a period, after the last one
     * @param errors one step ahead, [P]
     */
    record Run(double rate, double[] errors) {}

    @Override
    public String name() {
        return "tsb";
    }

    @Override
    DemandForecast forecast(int[] units, DemandPeriod period, int horizon) {
        int start = period.window() / 3;
        double[] weights =
                Smoothing.fit(
                        2,
                        w ->
                                Arrays.stream(run(units, start, w[0], w[1]).errors())
                                        .map(e -> e * e)
                                        .sum());
        Run run = run(units, start, weights[0], weights[1]);
        double[] mean = new double[horizon];
        double[] spread = new double[horizon];
        Arrays.fill(mean, run.rate());
        Arrays.fill(spread, 1);
        return Residuals.around(mean, run.errors(), spread);
    }

    /**
     * @param start periods that the first probability and size are of
     * @param alpha of the size
     * @param beta of the probability
     */
    static Run run(int[] units, int start, double alpha, double beta) {
        int sales = 0;
        double sum = 0;
        int first = Math.min(start, units.length);
        for (int p = 0; p < first; p++) {
            sales += units[p] > 0 ? 1 : 0;
            sum += units[p];
        }
        double probability = sales / (double) first;
        double size = sales == 0 ? 0 : sum / sales;
        double[] errors = new double[units.length];
        for (int p = 0; p < units.length; p++) {
            errors[p] = units[p] - probability * size;
            probability += beta * ((units[p] > 0 ? 1 : 0) - probability);
            if (units[p] > 0) {
                size = size == 0 ? units[p] : size + alpha * (units[p] - size);
            }
        }
        return new Run(probability * size, errors);
    }
}
