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
        Collected collected = new Collected();
        for (int cut : cuts()) {
            DemandPanel past = panel.before(cut);
            List<DemandForecast> forecasts = collected.ask(forecaster, past, horizon);
            int[][] actual = panel.unitsAfter(past, horizon);
            for (int i = 0; i < actual.length; i++) {
                collected.add(past.series().get(i), forecasts.get(i), actual[i]);
            }
        }
        return collected.result(forecaster.name());
    }

    /**
     * Asks at every cut-off, and at those after it that leave a period, about the items alone that
     * come on sale in the period that follows, as a table of items would tell of them: their
     * category and first price are known, nothing else. Their first period is judged.
     */
    public Result judgeNew(DemandForecaster forecaster) {
        Collected collected = new Collected();
        for (int cut = firstCut(); cut < panel.periods(); cut++) {
            List<DemandSeries> series = new ArrayList<>(panel.before(cut).series());
            List<int[]> actual = new ArrayList<>();
            for (DemandSeries then : panel.series()) {
                if (then.first() == cut && then.size() > 0) {
                    series.add(unseen(then));
                    actual.add(new int[] {then.units()[0]});
                }
            }
            DemandPanel past = panel.before(cut).with(series);
            List<DemandForecast> forecasts = collected.ask(forecaster, past, 1);
            int first = series.size() - actual.size();
            for (int i = 0; i < actual.size(); i++) {
                collected.add(series.get(first + i), forecasts.get(first + i), actual.get(i));
            }
        }
        return collected.result(forecaster.name());
    }

    private static DemandSeries unseen(DemandSeries then) {
        return new DemandSeries(
                then.item(),
                then.category(),
                then.listPrice(),
                then.first(),
                new int[0],
                new float[0],
                new int[then.signals().length][0]);
    }

    /** A result in the making. */
    private static final class Collected {
        private final Map<String, DemandClass> classes = new LinkedHashMap<>();
        private final Map<String, OfSeries> errors = new LinkedHashMap<>();
        private double seconds;

        List<DemandForecast> ask(DemandForecaster forecaster, DemandPanel past, int horizon) {
            long start = System.nanoTime();
            List<DemandForecast> forecasts = forecaster.forecast(past, horizon);
            seconds += (System.nanoTime() - start) / 1e9;
            return forecasts;
        }

        void add(DemandSeries known, DemandForecast forecast, int[] actual) {
            classes.putIfAbsent(known.item(), DemandClass.of(known.units()));
            errors.merge(
                    known.item(), OfSeries.of(forecast, known.units(), actual), OfSeries::plus);
        }

        Result result(String name) {
            return new Result(
                    name,
                    List.copyOf(classes.keySet()),
                    List.copyOf(classes.values()),
                    List.copyOf(errors.values()),
                    seconds);
        }
    }
}
