package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A method that looks at one series at a time. An item without a past gets what an item of its
 * category on sale sells on the average over the window, as a Poisson count.
 */
abstract class SeriesForecaster implements DemandForecaster {

    /**
     * @param units of each period on sale, at least one
     */
    abstract DemandForecast forecast(int[] units, DemandPeriod period, int horizon);

    @Override
    public final List<DemandForecast> forecast(DemandPanel past, int horizon) {
        Map<String, double[]> categories = new HashMap<>(); // units and periods on sale
        int window = past.period().window();
        for (DemandSeries one : past.series()) {
            double[] sums = categories.computeIfAbsent(one.category(), c -> new double[2]);
            sums[0] += one.lastUnits(window);
            sums[1] += Math.min(window, one.size());
        }
        List<DemandForecast> forecasts = new ArrayList<>();
        for (DemandSeries one : past.series()) {
            if (one.size() > 0) {
                forecasts.add(forecast(one.units(), past.period(), horizon));
            } else {
                double[] sums = categories.getOrDefault(one.category(), new double[2]);
                NegativeBinomial mean =
                        new NegativeBinomial(sums[1] == 0 ? 0 : sums[0] / sums[1], 0);
                forecasts.add(DemandForecast.of(Collections.nCopies(horizon, mean)));
            }
        }
        return forecasts;
    }
}
