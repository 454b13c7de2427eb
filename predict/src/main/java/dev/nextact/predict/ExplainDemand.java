package dev.nextact.predict;

import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.predict.DemandReasons.Effect;
import dev.nextact.predict.DemandReasons.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code nextact explain --task demand}: an item → what moved what is foretold of it. Immutable;
 * thread-safe.
 */
public final class ExplainDemand {

    private final DemandBundle bundle;
    private final DemandPanel past;
    private final DemandFeatures features;

    /**
     * @param past the log up to the cut-off, by the model's period
     */
    public ExplainDemand(DemandBundle bundle, DemandPanel past) {
        this.bundle = bundle;
        this.past = past;
        this.features = DemandFeatures.of(past, bundle.settings().features());
    }

    /**
     * @throws NextactException where neither the log nor a table of items knows the item
     */
    public DemandReasons run(String item) {
        DemandSeries series =
                past.series().stream()
                        .filter(one -> one.item().equals(item))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        NextactException.input(
                                                "neither the log nor a table of items knows an item"
                                                        + " '%s'",
                                                item));
        float[][] rows = features.rows(series);
        List<float[][]> asked = new ArrayList<>();
        List<Effect> unanswered = new ArrayList<>();
        asked.add(rows);
        int shown = Math.min(DemandTable.PAST, series.size());
        for (int back = 1; back <= shown; back++) {
            int period = series.size() - back;
            asked.add(features.rows(asUsual(series, period)));
            unanswered.add(
                    new Effect(
                            Kind.PERIOD,
                            PredictDemand.starts(past, -back).toString(),
                            series.units()[period],
                            Double.NaN));
        }
        for (Map.Entry<String, List<Integer>> kind : kinds().entrySet()) {
            asked.add(asUsual(rows, kind.getValue()));
            unanswered.add(new Effect(Kind.NUMBER, kind.getKey(), Double.NaN, Double.NaN));
        }
        double level = features.level(series, series.size());
        double[] expected;
        try (DemandModel model = DemandModel.open(bundle, Optional.empty())) {
            expected = model.expected(asked, level);
        }
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < unanswered.size(); i++) {
            Effect effect = unanswered.get(i);
            effects.add(new Effect(effect.kind(), effect.what(), effect.sold(), expected[i + 1]));
        }
        return new DemandReasons(item, expected[0], effects);
    }

    /** The same past, but that in one period as much sold as in the others on the mean. */
    private static DemandSeries asUsual(DemandSeries series, int period) {
        int[] units = series.units().clone();
        long others = -units[period];
        for (int sold : units) {
            others += sold;
        }
        units[period] =
                units.length == 1 ? 0 : (int) Math.round(others / (double) (units.length - 1));
        return new DemandSeries(
                series.item(),
                series.category(),
                series.listPrice(),
                series.first(),
                units,
                series.prices(),
                series.signals());
    }

    /** Some columns at their mean over the rows that are read. */
    private float[][] asUsual(float[][] rows, List<Integer> columns) {
        int from = Math.max(0, rows.length - bundle.settings().length());
        float[][] changed = new float[rows.length][];
        for (int t = 0; t < rows.length; t++) {
            changed[t] = rows[t].clone();
        }
        for (int column : columns) {
            double sum = 0;
            for (int t = from; t < rows.length; t++) {
                sum += rows[t][column];
            }
            for (int t = from; t < rows.length; t++) {
                changed[t][column] = (float) (sum / (rows.length - from));
            }
        }
        return changed;
    }

    /** The columns of each kind of number. */
    private Map<String, List<Integer>> kinds() {
        Map<String, List<Integer>> kinds = new LinkedHashMap<>();
        for (int column = 0; column < features.size(); column++) {
            kinds.computeIfAbsent(kind(features.names().get(column)), kind -> new ArrayList<>())
                    .add(column);
        }
        return kinds;
    }

    private String kind(String name) {
        for (String signal : past.signals()) {
            if (name.equals(signal) || name.equals(signal + "-change")) {
                return signal;
            }
        }
        if (name.startsWith("price") || name.startsWith("plan-")) {
            return "price";
        }
        if (name.startsWith("category-") || name.startsWith("like-")) {
            return "category";
        }
        if (name.startsWith("weekday-") || name.equals("season") || name.startsWith("year-")) {
            return "season";
        }
        return name.equals("market") ? "market" : "sales";
    }
}
