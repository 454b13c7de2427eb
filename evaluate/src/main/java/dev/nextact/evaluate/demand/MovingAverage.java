package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;
import java.util.Arrays;

/** The mean of the newest periods: a third of the window, four weeks or nine days. */
public final class MovingAverage extends SeriesForecaster {

    @Override
    public String name() {
        return "moving-average";
    }

    @Override
    DemandForecast forecast(int[] units, DemandPeriod period, int horizon) {
        int window = period.window() / 3;
        double[] mean = new double[horizon];
        double[] spread = new double[horizon];
        Arrays.fill(mean, mean(units, units.length, window));
        Arrays.fill(spread, 1);
        double[] errors = new double[units.length - 1];
        for (int p = 1; p < units.length; p++) {
            errors[p - 1] = units[p] - mean(units, p, window);
        }
        return Residuals.around(mean, errors, spread);
    }

    private static double mean(int[] units, int end, int window) {
        int from = Math.max(0, end - window);
        double sum = 0;
        for (int p = from; p < end; p++) {
            sum += units[p];
        }
        return sum / (end - from);
    }
}
