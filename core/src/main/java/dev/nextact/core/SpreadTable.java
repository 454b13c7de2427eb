package dev.nextact.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What several runs gave for each model and metric, both in the order they were first given.
 * Confined to one thread.
 */
public final class SpreadTable {

    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

    /** The metrics of one run of a model. */
    public void add(String model, Map<String, Double> metrics) {
        Map<String, List<Double>> ofModel =
                values.computeIfAbsent(model, m -> new LinkedHashMap<>());
        metrics.forEach(
                (metric, value) ->
                        ofModel.computeIfAbsent(metric, m -> new ArrayList<>()).add(value));
    }

    /** A line a model: its name, then each metric's mean and deviation. */
    public String toText() {
        StringBuilder out = new StringBuilder();
        values.forEach(
                (model, metrics) -> {
                    out.append(String.format(Locale.ROOT, "%-18s", model));
                    metrics.forEach(
                            (metric, list) ->
                                    out.append("  ")
                                            .append(metric)
                                            .append(' ')
                                            .append(Spread.of(list).toText()));
                    out.append(System.lineSeparator());
                });
        return out.toString();
    }

    /** For {@code --json}: model → metric → {@link Spread#toTree}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        values.forEach(
                (model, metrics) -> {
                    Map<String, Object> ofModel = new LinkedHashMap<>();
                    metrics.forEach(
                            (metric, list) -> ofModel.put(metric, Spread.of(list).toTree()));
                    tree.put(model, ofModel);
                });
        return tree;
    }
}
