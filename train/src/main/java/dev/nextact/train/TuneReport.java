package dev.nextact.train;

import dev.nextact.core.report.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a tuning found.
 *
 * @param trials every rung that a trial reached, in the order of the log
 * @param directory of the log and the page
 * @param config the file the best config was written to
 */
public record TuneReport(List<Trial> trials, Path directory, Path config) {

    /** Trials in a table for the terminal. */
    private static final int SHOWN = 5;

    public TuneReport {
        trials = List.copyOf(trials);
    }

    /** The best score; of equal ones the earliest. */
    public Trial best() {
        return trials.stream()
                .max(Comparator.comparingDouble(Trial::score))
                .map(best -> first(best.score()))
                .orElseThrow();
    }

    private Trial first(double score) {
        return trials.stream().filter(t -> t.score() == score).findFirst().orElseThrow();
    }

    /** The config as it was, as far as it came. */
    public Trial defaults() {
        return lasts().get(0);
    }

    /** Each trial at the highest rung it reached, by number. */
    private List<Trial> lasts() {
        Map<Integer, Trial> last = new LinkedHashMap<>();
        trials.forEach(t -> last.merge(t.trial(), t, (a, b) -> a.rung() > b.rung() ? a : b));
        return last.values().stream().sorted(Comparator.comparingInt(Trial::trial)).toList();
    }

    /**
     * How much a value decides: the share of the variance of the trials' scores at the first rung
     * that lies between groups of trials of like values (the correlation ratio η²; Pearson 1905),
     * less what as many groups explain by chance. Groups are thirds by the value, ties together.
     *
     * @return by key, from 0 to 1, the greatest first
     */
    Map<String, Double> importance() {
        List<Trial> first =
                trials.stream().filter(t -> t.rung() == 0 && t.failed().isEmpty()).toList();
        Map<String, Double> shares = new LinkedHashMap<>();
        if (first.isEmpty()) {
            return shares;
        }
        for (String key : first.get(0).values().keySet()) {
            shares.put(key, share(first, key));
        }
        Map<String, Double> sorted = new LinkedHashMap<>();
        shares.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    private static double share(List<Trial> trials, String key) {
        double[] sorted = trials.stream().mapToDouble(t -> t.value(key)).sorted().toArray();
        int size = sorted.length;
        double lower = sorted[size / 3];
        double upper = sorted[2 * size / 3];
        double[] sums = new double[3];
        int[] counts = new int[3];
        double mean = trials.stream().mapToDouble(Trial::score).average().orElse(0);
        double all = 0;
        for (Trial trial : trials) {
            double value = trial.value(key);
            int group = value < lower ? 0 : value < upper || lower == upper ? 1 : 2;
            sums[group] += trial.score() - mean;
            counts[group]++;
            all += (trial.score() - mean) * (trial.score() - mean);
        }
        double between = 0;
        int groups = 0;
        for (int g = 0; g < 3; g++) {
            if (counts[g] > 0) {
                between += sums[g] * sums[g] / counts[g];
                groups++;
            }
        }
        if (all == 0 || size <= groups) {
            return 0;
        }
        // ε², η² less its mean where the value decides nothing (Kelley 1935)
        double within = (all - between) / (size - groups);
        return Math.max(0, (between - (groups - 1) * within) / all);
    }

    /** For the terminal. */
    public String toText() {
        StringBuilder out = new StringBuilder();
        List<Trial> lasts = lasts();
        Trial best = best();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%d trials, %.0f s of training%n%5s %7s  %-13s %s%n",
                        lasts.size(),
                        lasts.stream().mapToDouble(Trial::seconds).sum(),
                        "trial",
                        "epochs",
                        "valid score",
                        "values"));
        List<Trial> shown =
                lasts.stream()
                        .sorted(Comparator.comparingDouble(Trial::score).reversed())
                        .limit(SHOWN)
                        .toList();
        shown.forEach(t -> out.append(row(t)));
        if (!shown.contains(defaults())) {
            out.append(row(defaults()));
        }
        return out.append(
                        String.format(
                                Locale.ROOT,
                                "trial 0 is the config as it was; the best is trial %d, %.4f%n"
                                        + "config  %s%npage    %s%n",
                                best.trial(),
                                best.score(),
                                config,
                                directory.resolve("report.html")))
                .toString();
    }

    private static String row(Trial trial) {
        return String.format(
                Locale.ROOT,
                "%5d %7d  %-13s %s%n",
                trial.trial(),
                trial.epochs(),
                score(trial),
                text(trial.values()));
    }

    static String score(Trial trial) {
        return trial.failed().isEmpty()
                ? String.format(Locale.ROOT, "%.4f", trial.score())
                : "failed";
    }

    private static String text(Map<String, Double> values) {
        List<String> parts = new ArrayList<>();
        values.forEach((key, value) -> parts.add(key + " " + number(value)));
        return String.join(", ", parts);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        Trial best = best();
        tree.put("trials", lasts().size());
        tree.put("best_trial", best.trial());
        tree.put("valid", Map.of("score", best.score()));
        tree.put("values", best.values());
        tree.put("default", Map.of("score", defaults().score(), "epochs", defaults().epochs()));
        tree.put("importance", importance());
        tree.put("config", config.toString());
        tree.put("page", directory.resolve("report.html").toString());
        return tree;
    }

    /** The page with its charts. */
    String toHtml() {
        Page page = new Page("nextact: tuning", "Tuning");
        Trial best = best();
        page.line(
                "<p>The best of %d trials is trial %d, validation score %.4f at epoch %d: %s. The"
                        + " config as it was, trial 0, came to %s in %d epochs. The test part was"
                        + " not looked at.</p>",
                lasts().size(),
                best.trial(),
                best.score(),
                best.bestEpoch(),
                Page.escaped(text(best.values())),
                score(defaults()),
                defaults().epochs());
        List<Trial> good = lasts().stream().filter(t -> t.failed().isEmpty()).toList();
        if (!good.isEmpty()) {
            page.parallel(
                    "Every trial: its values, and the score it reached",
                    good.stream().map(t -> "trial " + t.trial()).toList(),
                    axes(good));
        }
        List<Page.Bar> bars = new ArrayList<>();
        importance().forEach((key, share) -> bars.add(new Page.Bar(key, List.of(100 * share))));
        page.bars(
                "What decides: share of the variance of the first rung's scores",
                "value",
                bars,
                List.of("percent of the variance"),
                Page.Scale.PERCENT);
        page.append(
                "<h2>Trials</h2><table><thead><tr><th>trial</th><th>epochs</th><th>valid"
                        + " score</th><th>seconds</th><th class=\"text\">values</th></tr></thead>"
                        + "<tbody>\n");
        lasts().stream()
                .sorted(Comparator.comparingDouble(Trial::score).reversed())
                .forEach(
                        t ->
                                page.line(
                                        "<tr><td>%d</td><td>%d</td><td>%s</td><td>%.1f</td>"
                                                + "<td class=\"text\">%s</td></tr>",
                                        t.trial(),
                                        t.epochs(),
                                        score(t),
                                        t.seconds(),
                                        Page.escaped(
                                                t.failed().isEmpty()
                                                        ? text(t.values())
                                                        : "failed: " + t.failed())));
        page.append("</tbody></table>\n");
        return page.html();
    }

    private static List<Page.Axis> axes(List<Trial> trials) {
        List<Page.Axis> axes = new ArrayList<>();
        for (String key : trials.get(0).values().keySet()) {
            double[] values = trials.stream().mapToDouble(t -> t.value(key)).toArray();
            axes.add(
                    Page.Axis.of(
                            key,
                            values,
                            SearchSpace.scale(key),
                            trials.stream().map(t -> number(t.value(key))).toList()));
        }
        axes.add(
                Page.Axis.of(
                        "score",
                        trials.stream().mapToDouble(Trial::score).toArray(),
                        Page.Scale.LINEAR,
                        trials.stream()
                                .map(t -> String.format(Locale.ROOT, "%.4f", t.score()))
                                .toList()));
        return axes;
    }
}
