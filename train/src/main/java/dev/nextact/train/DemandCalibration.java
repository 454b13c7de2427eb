package dev.nextact.train;

import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.NegativeBinomial;
import java.util.ArrayList;
import java.util.List;

/**
 * How forecasts are put right by what came after a panel that they saw; the network stays as it is.
 *
 * @param spread of those tried the factor on the dispersions with the least pinball loss
 * @param tail of those tried the level of the interval's lower end by which the interval held
 *     nearest to 80 %
 * @param correlation of the errors of two items, from the squared errors of the totals
 */
record DemandCalibration(double spread, double tail, double correlation) {

    static final DemandCalibration NONE = new DemandCalibration(1, 0.1, 0);

    private static final double[] SPREADS = {0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.8};
    private static final double[] TAILS = {
        0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19,
        0.2, 0.21, 0.22, 0.23, 0.24, 0.25
    };
    private static final double COVERED = 0.8;

    /**
     * @param forecasts of the series of {@code earlier}
     * @param panel that goes on as many steps as were foretold
     */
    static DemandCalibration of(
            List<List<NegativeBinomial>> forecasts, DemandPanel earlier, DemandPanel panel) {
        int[][] actual = panel.unitsAfter(earlier, panel.periods() - earlier.periods());
        double spread = 1;
        double least = Double.POSITIVE_INFINITY;
        for (double tried : SPREADS) {
            double pinball = metric("pinball", forecasts, earlier, actual, tried, NONE.tail());
            if (pinball < least) {
                least = pinball;
                spread = tried;
            }
        }
        double tail = NONE.tail();
        double off = Double.POSITIVE_INFINITY;
        for (double tried : TAILS) {
            double covered = metric("coverage", forecasts, earlier, actual, spread, tried);
            if (Math.abs(covered - COVERED) < off) {
                off = Math.abs(covered - COVERED);
                tail = tried;
            }
        }
        return new DemandCalibration(spread, tail, correlation(forecasts, actual, spread));
    }

    private static double metric(
            String name,
            List<List<NegativeBinomial>> forecasts,
            DemandPanel earlier,
            int[][] actual,
            double spread,
            double tail) {
        List<OfSeries> errors = new ArrayList<>();
        for (int i = 0; i < actual.length; i++) {
            errors.add(
                    OfSeries.of(
                            DemandForecast.of(spread(forecasts.get(i), spread), tail),
                            earlier.series().get(i).units(),
                            actual[i]));
        }
        return DemandErrors.metrics(errors).getOrDefault(name, Double.NaN);
    }

    private static List<NegativeBinomial> spread(List<NegativeBinomial> steps, double by) {
        return steps.stream()
                .map(step -> new NegativeBinomial(step.mean(), step.dispersion() * by))
                .toList();
    }

    /**
     * The ρ by which Var Σ = (1 − ρ) Σ σ² + ρ (Σ σ)² is the mean squared error of the totals, cut
     * to [0, 1].
     */
    private static double correlation(
            List<List<NegativeBinomial>> forecasts, int[][] actual, double spread) {
        double squared = 0;
        double apart = 0;
        double together = 0;
        int steps = actual.length == 0 ? 0 : actual[0].length;
        for (int h = 0; h < steps; h++) {
            double error = 0;
            double variances = 0;
            double deviations = 0;
            for (int i = 0; i < actual.length; i++) {
                NegativeBinomial step = spread(forecasts.get(i), spread).get(h);
                error += step.mean() - actual[i][h];
                variances += step.variance();
                deviations += Math.sqrt(step.variance());
            }
            squared += error * error;
            apart += variances;
            together += deviations * deviations;
        }
        double range = together - apart;
        return range <= 0 ? 0 : Math.max(0, Math.min(1, (squared - apart) / range));
    }
}
