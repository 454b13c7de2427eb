package dev.nextact.train;

import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandGroup;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.NegativeBinomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How forecasts are put right by what came after a panel that they saw; the network stays as it is.
 *
 * @param spread of those tried the factor on the dispersions with the least pinball loss
 * @param tail of those tried the level of the interval's lower end by which the interval held
 *     nearest to 80 %
 * @param correlation of the errors of two items, from the squared errors of the totals
 * @param stepCorrelation of the errors of two steps of an item, from those of their sums, each by
 *     the variance that steps apart would have
 */
record DemandCalibration(double spread, double tail, double correlation, double stepCorrelation) {

    static final DemandCalibration NONE = new DemandCalibration(1, 0.1, 0, 0);

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
        List<List<NegativeBinomial>> calibrated = new ArrayList<>();
        for (List<NegativeBinomial> steps : forecasts) {
            calibrated.add(spread(steps, spread));
        }
        return new DemandCalibration(
                spread, tail, ofItems(calibrated, actual), ofSteps(calibrated, actual));
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

    /** Of the totals of each step. */
    private static double ofItems(List<List<NegativeBinomial>> forecasts, int[][] actual) {
        Sums sums = new Sums();
        int steps = actual.length == 0 ? 0 : actual[0].length;
        for (int h = 0; h < steps; h++) {
            List<NegativeBinomial> counts = new ArrayList<>();
            long came = 0;
            for (int i = 0; i < actual.length; i++) {
                counts.add(forecasts.get(i).get(h));
                came += actual[i][h];
            }
            sums.add(counts, came, false);
        }
        return sums.correlation();
    }

    /** Of the sums of each item's steps. */
    private static double ofSteps(List<List<NegativeBinomial>> forecasts, int[][] actual) {
        Sums sums = new Sums();
        for (int i = 0; i < actual.length; i++) {
            sums.add(forecasts.get(i), Arrays.stream(actual[i]).asLongStream().sum(), true);
        }
        return sums.correlation();
    }

    /** The ρ by which Var Σ = (1 − ρ) Σ σ² + ρ (Σ σ)² is the mean squared error of sums. */
    private static final class Sums {
        private double squared;
        private double apart;
        private double together;

        void add(List<NegativeBinomial> counts, long came, boolean byVariance) {
            NegativeBinomial independent = DemandGroup.sum(counts, 0);
            double variance = counts.stream().mapToDouble(NegativeBinomial::variance).sum();
            double deviation =
                    counts.stream().mapToDouble(count -> Math.sqrt(count.variance())).sum();
            double unit = byVariance ? variance : 1;
            if (unit > 0) {
                double error = independent.mean() - came;
                squared += error * error / unit;
                apart += variance / unit;
                together += deviation * deviation / unit;
            }
        }

        double correlation() {
            double range = together - apart;
            return range <= 0 ? 0 : Math.max(0, Math.min(1, (squared - apart) / range));
        }
    }
}
