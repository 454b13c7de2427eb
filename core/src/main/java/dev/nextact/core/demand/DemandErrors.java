package dev.nextact.core.demand;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far forecasts of series lay from what sold. Figures over several series are sums of errors by
 * sums of units, so that what sells more counts more; those that are scaled by an item's own past
 * are means over the series. Collects; confined to one thread.
 */
public final class DemandErrors {

    /**
     * The errors of one series over all its steps and origins.
     *
     * @param units that sold
     * @param absolute Σ |y − mean|
     * @param ofMedian Σ |y − median|
     * @param signed Σ (mean − y)
     * @param pinball Σ over steps of the mean over the levels of 2 · pinball loss
     * @param inside steps within the 80 % interval, its ends included
     * @param scaled Σ |y − mean| by the scale of MASE; NaN where the past never changed
     * @param medianScaled Σ |y − median| by the same scale
     * @param squaredScaled Σ (y − mean)² by the squared scale of RMSSE; NaN likewise
     */
    public record OfSeries(
            int steps,
            double units,
            double absolute,
            double ofMedian,
            double signed,
            double pinball,
            int inside,
            double scaled,
            double medianScaled,
            double squaredScaled) {

        /**
         * @param past the item's units up to the cut-off: scales come of it alone
         * @param actual what then sold, [H]
         */
        public static OfSeries of(DemandForecast forecast, int[] past, int[] actual) {
            double units = 0;
            double absolute = 0;
            double ofMedian = 0;
            double signed = 0;
            double pinball = 0;
            double squared = 0;
            int inside = 0;
            for (int h = 0; h < actual.length; h++) {
                double y = actual[h];
                double mean = forecast.mean()[h];
                double[] quantiles = forecast.quantiles()[h];
                units += y;
                absolute += Math.abs(y - mean);
                ofMedian += Math.abs(y - quantiles[DemandForecast.MEDIAN]);
                signed += mean - y;
                squared += (y - mean) * (y - mean);
                for (int q = 0; q < quantiles.length; q++) {
                    pinball +=
                            2
                                    * DemandErrors.pinball(
                                            DemandForecast.LEVELS.get(q), quantiles[q], y)
                                    / quantiles.length;
                }
                double[] interval = forecast.interval()[h];
                inside += interval[0] <= y && y <= interval[1] ? 1 : 0;
            }
            return new OfSeries(
                    actual.length,
                    units,
                    absolute,
                    ofMedian,
                    signed,
                    pinball,
                    inside,
                    absolute / meanChange(past),
                    ofMedian / meanChange(past),
                    squared / meanSquaredChange(past));
        }

        /** Of the same series at several origins. */
        public OfSeries plus(OfSeries other) {
            return new OfSeries(
                    steps + other.steps,
                    units + other.units,
                    absolute + other.absolute,
                    ofMedian + other.ofMedian,
                    signed + other.signed,
                    pinball + other.pinball,
                    inside + other.inside,
                    scaled + other.scaled,
                    medianScaled + other.medianScaled,
                    squaredScaled + other.squaredScaled);
        }
    }

    private DemandErrors() {}

    /**
     * The pinball loss of a quantile: the miss, weighted by the level below what came and by one
     * less the level above it (Koenker and Bassett 1978, eq. 3.1).
     */
    public static double pinball(double level, double quantile, double actual) {
        return actual >= quantile ? level * (actual - quantile) : (1 - level) * (quantile - actual);
    }

    /** Mean |change| from period to period; NaN where there is none (Hyndman and Koehler 2006). */
    static double meanChange(int[] past) {
        double sum = 0;
        for (int p = 1; p < past.length; p++) {
            sum += Math.abs(past[p] - past[p - 1]);
        }
        return sum == 0 ? Double.NaN : sum / (past.length - 1);
    }

    /** The same of squares (Makridakis et al. 2022, M5, eq. 1). */
    static double meanSquaredChange(int[] past) {
        double sum = 0;
        for (int p = 1; p < past.length; p++) {
            double change = (double) past[p] - past[p - 1];
            sum += change * change;
        }
        return sum == 0 ? Double.NaN : sum / (past.length - 1);
    }

    /**
     * Figures over series, by name:
     *
     * <ul>
     *   <li>{@code wape}: Σ |y − mean| / Σ y
     *   <li>{@code wape-median}: the same of the median, the point at which it is least
     *   <li>{@code pinball}: Σ of the mean over the levels of 2 · pinball loss, by Σ y; at the
     *       level ½ alone it would be the median's WAPE
     *   <li>{@code coverage}: share of steps within the 80 % interval, its ends included
     *   <li>{@code bias}: Σ (mean − y) / Σ y
     *   <li>{@code mase}, {@code mase-median} and {@code rmsse}: means over the series whose past
     *       changed
     * </ul>
     */
    public static Map<String, Double> metrics(List<OfSeries> series) {
        double units = 0;
        double absolute = 0;
        double ofMedian = 0;
        double signed = 0;
        double pinball = 0;
        long steps = 0;
        long inside = 0;
        for (OfSeries one : series) {
            units += one.units();
            absolute += one.absolute();
            ofMedian += one.ofMedian();
            signed += one.signed();
            pinball += one.pinball();
            steps += one.steps();
            inside += one.inside();
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("wape", absolute / units);
        metrics.put("wape-median", ofMedian / units);
        metrics.put("pinball", pinball / units);
        metrics.put("coverage", inside / (double) steps);
        metrics.put("bias", signed / units);
        metrics.put(
                "mase", mean(series.stream().mapToDouble(s -> s.scaled() / s.steps()).toArray()));
        metrics.put(
                "mase-median",
                mean(series.stream().mapToDouble(s -> s.medianScaled() / s.steps()).toArray()));
        metrics.put(
                "rmsse",
                mean(
                        series.stream()
                                .mapToDouble(s -> Math.sqrt(s.squaredScaled() / s.steps()))
                                .toArray()));
        return metrics;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
    }
}
