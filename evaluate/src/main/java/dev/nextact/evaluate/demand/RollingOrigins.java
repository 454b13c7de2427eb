package dev.nextact.evaluate.demand;

import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandErrors;
import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges forecasts from several cut-offs (rolling origin; Tashman 2000, §4). The test is the end of
 * the panel; a cut-off lies before each of its periods from which a whole horizon is left. A
 * forecaster sees the panel before the cut-off; every item that was on sale then is judged, by its
 * class at the first cut-off it was seen at. Immutable.
 *
 * @param panel with the test
 * @param test periods at its end
 * @param horizon H, steps from each cut-off, at most the test
 */
public record RollingOrigins(DemandPanel panel, int test, int horizon) {

    public RollingOrigins {
        if (test < 1 || test >= panel.periods() || horizon < 1 || horizon > test) {
            throw new IllegalArgumentException(
                    "test and horizon: expected 1 <= horizon <= test < "
                            + panel.periods()
                            + ", found "
                            + horizon
                            + " and "
                            + test);
        }
    }

    /** Where forecasters stop learning: nothing of the test is before it. */
    public int firstCut() {
        return panel.periods() - test;
    }

    /** The cut-offs, each the number of periods that are known. */
    public int[] cuts() {
        int[] cuts = new int[test - horizon + 1];
        Arrays.setAll(cuts, c -> firstCut() + c);
        return cuts;
    }

    /**
     * How a forecaster did.
     *
     * @param items in the order in which they came on sale; the same for every forecaster
     * @param classes of each item
     * @param errors of each item, over its origins
     * @param seconds that its forecasts took
     */
    public record Result(
            String name,
            List<String> items,
            List<DemandClass> classes,
            List<OfSeries> errors,
            double seconds) {

        /** Over all items; see {@link DemandErrors#metrics}. */
        public Map<String, Double> metrics() {
            return DemandErrors.metrics(errors);
        }

        /** Of a class of items alone. */
        public Map<String, Double> metrics(DemandClass of) {
            List<OfSeries> chosen = new ArrayList<>();
            for (int i = 0; i < errors.size(); i++) {
                if (classes.get(i) == of) {
                    chosen.add(errors.get(i));
                }
            }
            return DemandErrors.metrics(chosen);
        }
    }

    /** Asks a forecaster at every cut-off. */
    public Result judge(DemandForecaster forecaster) {
        Map<String, DemandClass> classes = new LinkedHashMap<>();
        Map<String, OfSeries> errors = new LinkedHashMap<>();
        double seconds = 0;
        for (int cut : cuts()) {
            DemandPanel past = panel.before(cut);
            long start = System.nanoTime();
            List<DemandForecast> forecasts = forecaster.forecast(past, horizon);
            seconds += (System.nanoTime() - start) / 1e9;
            int[][] actual = panel.unitsAfter(past, horizon);
            for (int i = 0; i < actual.length; i++) {
                DemandSeries known = past.series().get(i);
                classes.putIfAbsent(known.item(), DemandClass.of(known.units()));
                errors.merge(
                        known.item(),
                        OfSeries.of(forecasts.get(i), known.units(), actual[i]),
                        OfSeries::plus);
            }
        }
        return new Result(
                forecaster.name(),
                List.copyOf(classes.keySet()),
                List.copyOf(classes.values()),
                List.copyOf(errors.values()),
                seconds);
    }
}
