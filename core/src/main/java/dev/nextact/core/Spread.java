package dev.nextact.core;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What several runs of the same measurement gave.
 *
 * @param deviation the sample standard deviation; 0 for a single run
 */
public record Spread(double mean, double deviation, List<Double> values) {

    public Spread {
        values = List.copyOf(values);
    }

    /**
     * @throws IllegalArgumentException for no value at all
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no run, no spread");
        }
        double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
        double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        double deviation = values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1));
        return new Spread(mean, deviation, values);
    }

    /** {@code 0.0503 ± 0.0006}. */
    public String toText() {
        return String.format(Locale.ROOT, "%.4f ± %.4f", mean, deviation);
    }

    public Map<String, Object> toTree() {
        return Map.of("mean", mean, "deviation", deviation, "values", values);
    }
}
