package dev.nextact.serve.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart as console.js draws it: kind, axes and series as JSON in an attribute of its element.
 * What it shows stands in a table beside it too.
 */
final class Chart {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, Object> tree = new LinkedHashMap<>();

    private Chart(String kind) {
        tree.put("kind", kind);
    }

    /**
     * Lines over a number.
     *
     * @param x name of the axis, with its unit
     */
    static Chart lines(String x, String y) {
        return new Chart("lines").with("x", x).with("y", y);
    }

    /** Bars to the left and right of nothing, the first on top. */
    static Chart bars(String x, List<String> labels, double[] values) {
        return new Chart("bars").with("x", x).with("labels", labels).with("values", values);
    }

    /** Bars of shares beside each other, of each label as many; the first on top. */
    static Chart pairs(String x, List<String> labels) {
        return new Chart("pairs").with("x", x).with("labels", labels);
    }

    /** From low to high, with a mark in between; the first on top. */
    static Chart spans(
            String x, List<String> labels, double[] low, double[] middle, double[] high) {
        return new Chart("spans")
                .with("x", x)
                .with("labels", labels)
                .with("low", low)
                .with("middle", middle)
                .with("high", high);
    }

    /**
     * What was and what is foretold, with an interval.
     *
     * @param days of all of it, the past first
     * @param sold of the past
     * @param expected of what is to come
     */
    static Chart fan(String x, String y, List<String> days, double[] sold, double[] expected) {
        return new Chart("fan")
                .with("x", x)
                .with("y", y)
                .with("days", days)
                .with("sold", sold)
                .with("expected", expected);
    }

    Chart with(String key, Object value) {
        tree.put(key, value);
        return this;
    }

    /** Another line, as points [x, y]. */
    Chart line(String name, List<double[]> points) {
        return series(Map.of("name", name, "points", points));
    }

    /** Another bar of each label, of shares. */
    Chart bars(String name, List<Double> shares) {
        return series(Map.of("name", name, "values", shares));
    }

    private Chart series(Map<String, Object> one) {
        @SuppressWarnings("unchecked") // made in the line
        List<Object> series =
                (List<Object>) tree.computeIfAbsent("series", key -> new ArrayList<>());
        series.add(one);
        return this;
    }

    String json() {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
