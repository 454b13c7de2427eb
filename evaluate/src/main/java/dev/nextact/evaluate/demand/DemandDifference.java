package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.evaluate.Bootstrap;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How much less one forecaster's errors are than another's over the same items, by units, with the
 * middle 95 % over items drawn anew, each with all its steps and origins.
 *
 * @param value the first's figure less the second's
 */
public record DemandDifference(double value, Bootstrap.Interval interval) {

    private static final int RESAMPLES = 1000;

    /**
     * @param error summed over an item's steps, such as {@link OfSeries#absolute}
     */
    public static DemandDifference of(
            RollingOrigins.Result first,
            RollingOrigins.Result second,
            ToDoubleFunction<OfSeries> error,
            long seed) {
        if (!first.items().equals(second.items())) {
            throw new IllegalArgumentException(
                    "results: expected the same items, found others in "
                            + first.name()
                            + " and "
                            + second.name());
        }
        int size = first.items().size();
        double[] difference = new double[size];
        double[] units = new double[size];
        List<OfSeries> errors = first.errors();
        for (int i = 0; i < size; i++) {
            difference[i] =
                    error.applyAsDouble(errors.get(i))
                            - error.applyAsDouble(second.errors().get(i));
            units[i] = errors.get(i).units();
        }
        int[] all = new int[size];
        for (int i = 0; i < size; i++) {
            all[i] = i;
        }
        return new DemandDifference(
                ratio(all, difference, units),
                Bootstrap.of(size, RESAMPLES, drawn -> ratio(drawn, difference, units), seed)
                        .interval());
    }

    private static double ratio(int[] items, double[] difference, double[] units) {
        double sum = 0;
        double sold = 0;
        for (int item : items) {
            sum += difference[item];
            sold += units[item];
        }
        return sold == 0 ? 0 : sum / sold;
    }
}
