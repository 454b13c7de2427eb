package dev.nextact.evaluate;

import dev.nextact.core.report.Page;
import dev.nextact.evaluate.EvaluationReport.Result;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How models answer a question beside the next item.
 *
 * @param task {@code next-events}, {@code intent} or {@code churn}
 * @param title of its section
 * @param rules what a reader must know to compare the figures with others
 * @param results the model first; empty where the split does not let it be judged
 * @param comparisons with the best baseline, for each metric that matters
 * @param charts draws them
 */
public record TaskReport(
        String task,
        String title,
        List<String> rules,
        List<Result> results,
        List<Comparison> comparisons,
        Consumer<Page> charts) {

    private static final int MOST_COLUMNS = 6;

    public TaskReport {
        rules = List.copyOf(rules);
        results = List.copyOf(results);
        comparisons = List.copyOf(comparisons);
    }

    /** Of a task that cannot be judged. */
    static TaskReport none(String task, String title, String because) {
        return new TaskReport(task, title, List.of(because), List.of(), List.of(), page -> {});
    }

    /**
     * The same where it is of k shoppers or more.
     *
     * @param k of fewer nothing is told
     */
    TaskReport ofAtLeast(int k) {
        return k > 1 && results.stream().anyMatch(result -> result.users() < k)
                ? none(task, title, "of fewer than " + k + " shoppers (privacy.k): not told")
                : this;
    }

    /** Every metric of any model, in the order of the models. */
    Set<String> metrics() {
        Set<String> names = new LinkedHashSet<>();
        results.forEach(result -> names.addAll(result.metrics().keySet()));
        return names;
    }

    /** For the terminal. */
    String toText() {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        lines.addAll(rules);
        if (!results.isEmpty()) {
            lines.add("");
            lines.addAll(table());
        }
        comparisons.forEach(comparison -> lines.add(comparison.toText()));
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private List<String> table() {
        List<List<String>> rows = rows();
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(row.get(0));
            line.append(" ".repeat(widths[0] - row.get(0).length()));
            for (int i = 1; i < widths.length; i++) {
                line.append("  ").append(" ".repeat(widths[i] - row.get(i).length()));
                line.append(row.get(i));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /**
     * The names of the models, then a row for each metric, and one for its intervals; where there
     * are many models, of which each answers a part of the question, a row for each of them.
     */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        if (results.size() > MOST_COLUMNS) {
            List<String> names = new ArrayList<>(List.of(""));
            names.addAll(metrics());
            rows.add(names);
            for (Result result : results) {
                List<String> row = new ArrayList<>(List.of(result.model()));
                metrics().forEach(name -> row.add(number(result.metrics(), name)));
                rows.add(row);
            }
            return rows;
        }
        rows.add(row("", Result::model));
        for (String name : metrics()) {
            rows.add(row(name, result -> number(result.metrics(), name)));
            if (results.stream().anyMatch(result -> result.intervals().containsKey(name))) {
                rows.add(row("  95 %", result -> interval(result, name)));
            }
        }
        return rows;
    }

    private List<String> row(String first, Function<Result, String> cell) {
        List<String> row = new ArrayList<>(List.of(first));
        results.forEach(result -> row.add(cell.apply(result)));
        return row;
    }

    private static String interval(Result result, String metric) {
        Bootstrap.Interval interval = result.intervals().get(metric);
        return interval == null ? "-" : number(interval.low()) + " – " + number(interval.high());
    }

    /** A dash where the model has no such figure. */
    static String number(Map<String, Double> metrics, String name) {
        Double value = metrics.get(name);
        return value == null ? "-" : number(value);
    }

    /** Four digits after the point, fewer of greater numbers. */
    private static String number(double value) {
        int before = (int) Math.floor(Math.log10(Math.max(1, Math.abs(value))));
        return String.format(Locale.ROOT, "%,." + Math.max(0, 4 - before) + "f", value);
    }
}
