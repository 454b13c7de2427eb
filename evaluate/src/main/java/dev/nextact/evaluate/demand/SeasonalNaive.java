package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;

/**
 * What sold a season ago sells again (Hyndman and Athanasopoulos 2021, §5.2). Where the item was
 * not on sale then, what sold last.
 */
public final class SeasonalNaive extends SeriesForecaster {

    @Override
    public String name() {
        return "seasonal-naive";
    }

    @Override
    DemandForecast forecast(int[] units, DemandPeriod period, int horizon) {
        int season = period.season();
        int size = units.length;
        double[] mean = new double[horizon];
        double[] spread = new double[horizon];
        boolean seasonal = size >= season;
        for (int h = 0; h < horizon; h++) {
            int rounds = h / season + 1;
            int back = size + h - rounds * season;
            boolean known = back >= 0;
            mean[h] = known ? units[back] : units[size - 1];
            spread[h] = Math.sqrt(known ? rounds : h + 1); // a walk's steps add up
        }
        int lag = seasonal && size - season >= season / 2 ? season : 1;
        double[] errors = new double[Math.max(0, size - lag)];
        for (int p = lag; p < size; p++) {
            errors[p - lag] = (double) units[p] - units[p - lag];
        }
        return Residuals.around(mean, errors, spread);
    }
}
