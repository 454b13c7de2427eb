package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;
import java.util.Arrays;

/**
 * For items that seldom sell: the smoothed size of a sale by the smoothed time between sales
 * (Croston 1972, §3), both moved at sales alone, by the same weight. It starts with the first sale:
 * its size, and the periods until it. The weight has the least squared error one step ahead.
 */
public final class Croston extends SeriesForecaster {

    /**
     * @param rate units a period, after the last one
     * @param errors one step ahead, from the period after the first sale on
     */
    record Run(double rate, double[] errors) {}

    @Override
    public String name() {
        return "croston";
    }

    @Override
    DemandForecast forecast(int[] units, DemandPeriod period, int horizon) {
        double[] weight =
                Smoothing.fit(
                        1, w -> Arrays.stream(run(units, w[0]).errors()).map(e -> e * e).sum());
        Run run = run(units, weight[0]);
        double[] mean = new double[horizon];
        double[] spread = new double[horizon];
        Arrays.fill(mean, run.rate());
        Arrays.fill(spread, 1);
        return Residuals.around(mean, run.errors(), spread);
    }

    static Run run(int[] units, double alpha) {
        double size = 0;
        double interval = 0;
        int since = 0;
        double[] errors = new double[units.length];
        int count = 0;
        for (int sold : units) {
            since++;
            if (interval > 0) {
                errors[count++] = sold - size / interval;
            }
            if (sold > 0) {
                size = interval == 0 ? sold : size + alpha * (sold - size);
                interval = interval == 0 ? since : interval + alpha * (since - interval);
                since = 0;
            }
        }
        return new Run(interval == 0 ? 0 : size / interval, Arrays.copyOf(errors, count));
    }
}
