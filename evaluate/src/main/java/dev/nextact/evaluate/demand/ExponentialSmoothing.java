package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;

/**
 * Exponential smoothing (Hyndman, Koehler, Ord and Snyder 2008): a level alone, ETS(A,N,N), or with
 * a trend that is damped by 0.9 a step, ETS(A,Ad,N), whichever has the lower AICc. Weights are
 * those of the least squared error one step ahead; the level starts at the mean of the first three
 * periods, the trend at 0. Later steps are wider by the model's variance (table 6.2, of the level
 * alone).
 */
public final class ExponentialSmoothing extends SeriesForecaster {

    private static final double DAMPING = 0.9;
    private static final int START = 3;

    /** Fewer periods tell no trend. */
    private static final int LEAST_FOR_TREND = 12;

    /**
     * How a run along a series went.
     *
     * @param errors one step ahead, [P]
     */
    record Run(double level, double trend, double[] errors) {
        double squares() {
            double sum = 0;
            for (double error : errors) {
                sum += error * error;
            }
            return sum;
        }
    }

    @Override
    public String name() {
        return "ets";
    }

    @Override
    DemandForecast forecast(int[] units, DemandPeriod period, int horizon) {
        double[] level = Smoothing.fit(1, w -> run(units, w[0], 0).squares());
        Run best = run(units, level[0], 0);
        double alpha = level[0];
        if (units.length >= LEAST_FOR_TREND) {
            double[] both = Smoothing.fit(2, w -> run(units, w[0], w[0] * w[1]).squares());
            Run trend = run(units, both[0], both[0] * both[1]);
            if (aicc(trend, 3) < aicc(best, 2)) {
                best = trend;
                alpha = both[0];
            }
        }
        double[] mean = new double[horizon];
        double[] spread = new double[horizon];
        double damped = 0;
        double power = 1;
        for (int h = 0; h < horizon; h++) {
            power *= DAMPING;
            damped += power;
            mean[h] = best.level() + damped * best.trend();
            spread[h] = Math.sqrt(1 + h * alpha * alpha);
        }
        return Residuals.around(mean, best.errors(), spread);
    }

    /**
     * @param alpha of the level
     * @param beta of the trend, 0 = none
     */
    static Run run(int[] units, double alpha, double beta) {
        int start = Math.min(START, units.length);
        double level = 0;
        for (int p = 0; p < start; p++) {
            level += units[p] / (double) start;
        }
        double trend = 0;
        double[] errors = new double[units.length];
        for (int p = 0; p < units.length; p++) {
            double foretold = level + DAMPING * trend;
            errors[p] = units[p] - foretold;
            level = foretold + alpha * errors[p];
            trend = DAMPING * trend + beta * errors[p];
        }
        return new Run(level, trend, errors);
    }

    /** Hurvich and Tsai 1989; of normal errors. */
    private static double aicc(Run run, int parameters) {
        int n = run.errors().length;
        int k = parameters + 1; // and the variance
        double fit = n * Math.log(Math.max(1e-12, run.squares() / n)) + 2.0 * k;
        return n - k - 1 <= 0 ? Double.POSITIVE_INFINITY : fit + 2.0 * k * (k + 1) / (n - k - 1);
    }
}
