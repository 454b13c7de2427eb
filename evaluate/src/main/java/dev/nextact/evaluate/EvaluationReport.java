package dev.nextact.evaluate;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import dev.nextact.evaluate.Bootstrap.Interval;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the models rank the next item and answer what else they have learned, and by which rules that
 * was measured.
 *
 * @param items of the whole log
 * @param catalog items the models can rank
 * @param testUsers shoppers with a target
 * @param targets events predicted
 * @param grain with {@link Grain#BASKET} nothing of a target's basket was known
 * @param allTargets how many there were before the cap
 * @param outsideCatalog targets no model can hit
 * @param seenBefore targets the shopper had had before
 * @param results the model first
 * @param best the baseline with the highest ndcg, or empty
 * @param difference the model's ndcg less that of the best baseline, 95 % of the resamples
 * @param others what else the model has learned to answer
 */
public record EvaluationReport(
        Path directory,
        int users,
        int items,
        int events,
        String protocol,
        Grain grain,
        int k,
        String seen,
        int catalog,
        int testUsers,
        int targets,
        int allTargets,
        int outsideCatalog,
        int seenBefore,
        List<Result> results,
        String best,
        Interval difference,
        List<TaskReport> others) {

    static final Set<String> BASELINES =
            Set.of("popularity", "recent-popularity", "markov", "item-knn");

    public EvaluationReport {
        results = List.copyOf(results);
        others = List.copyOf(others);
    }

    /**
     * How one model answers one question.
     *
     * @param users shoppers it was asked about
     * @param intervals of some of the metrics, 95 %
     * @param seconds to answer
     */
    public record Result(
            String task,
            String model,
            int users,
            Map<String, Double> metrics,
            Map<String, Interval> intervals,
            double seconds) {

        double metric(String name) {
            return metrics.getOrDefault(name, 0.0);
        }

        /** Of a metric that has one. */
        Interval interval(String name) {
            return intervals.getOrDefault(name, new Interval(0, 0));
        }

        private Map<String, Object> toTree() {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("task", task);
            entry.put("model", model);
            entry.put("users", users);
            entry.put("metrics", metrics);
            Map<String, List<Double>> pairs = new LinkedHashMap<>();
            intervals.forEach((name, of) -> pairs.put(name, List.of(of.low(), of.high())));
            entry.put("intervals", pairs);
            entry.put("seconds", seconds);
            return entry;
        }
    }

    static EvaluationReport of(
            ShopConfig config,
            EventLog log,
            LearningData data,
            NextItemTargets targets,
            @Nullable NextItemRanking ranking,
            List<Result> results,
            List<Bootstrap> bootstraps,
            List<TaskReport> others) {
        String ndcg = "ndcg@" + config.tasks().nextItems().k();
        int best = -1;
        for (int i = 1; i < results.size(); i++) {
            if (BASELINES.contains(results.get(i).model())
                    && (best < 0 || results.get(i).metric(ndcg) > results.get(best).metric(ndcg))) {
                best = i;
            }
        }
        return new EvaluationReport(
                config.evaluationDirectory(),
                usersWithEvents(log),
                log.catalog().size(),
                log.sequences().events(),
                data.split().protocol(),
                targets.grain(),
                config.tasks().nextItems().k(),
                config.tasks().nextItems().seen().name().toLowerCase(Locale.ROOT),
                data.catalog().size(),
                results.isEmpty() ? 0 : results.get(0).users(),
                targets.size(),
                targets.total(),
                ranking == null ? 0 : ranking.outsideCatalog(),
                ranking == null ? 0 : ranking.seenBefore(),
                results,
                best < 0 ? "" : results.get(best).model(),
                best < 0
                        ? new Interval(0, 0)
                        : bootstraps.get(0).minus(bootstraps.get(best)).interval(),
                others);
    }

    private static int usersWithEvents(EventLog log) {
        int users = 0;
        for (int user = 0; user < log.sequences().size(); user++) {
            EventSequence events = log.sequences().get(user);
            users += events.isEmpty() ? 0 : 1;
        }
        return users;
    }

    String ndcg() {
        return "ndcg@" + k;
    }

    /** The result of a model, by its name. */
    public double ndcgOf(String model) {
        return results.stream()
                .filter(result -> result.model().equals(model))
                .findFirst()
                .map(result -> result.metric(ndcg()))
                .orElseThrow(() -> new IllegalArgumentException("no result of " + model));
    }

    /** What a reader must know to compare the figures with others. */
    public List<String> rules() {
        List<String> rules = new ArrayList<>();
        rules.add(
                String.format(
                        Locale.ROOT, "%,d users · %,d items · %,d events", users, items, events));
        if (results.isEmpty()) {
            rules.add("the model has not learned the next item, so that is not judged");
            return rules;
        }
        rules.add(
                String.format(
                        Locale.ROOT,
                        "%s; %,d targets of %,d users%s; ranked among all %,d items of the catalog",
                        protocol.equals("leave-one-out")
                                ? "leave-one-out: the last event of each shopper"
                                : protocol
                                        + " split: every test event, from all of its shopper's"
                                        + " events before "
                                        + (grain == Grain.BASKET ? "its basket" : "it"),
                        targets,
                        testUsers,
                        targets < allTargets
                                ? String.format(
                                        Locale.ROOT, " (a seeded choice of %,d)", allTargets)
                                : "",
                        catalog));
        rules.add(
                String.format(
                        Locale.ROOT,
                        "items the shopper had before: %s; %,d targets are among them%s",
                        seen.equals("remove") ? "taken out of the ranking" : "stay in the ranking",
                        seenBefore,
                        seen.equals("remove") ? " and count as missed" : ""));
        rules.add(
                String.format(
                        Locale.ROOT,
                        "%,d targets are of items outside the catalog and count as missed; equal"
                                + " scores share their middle place",
                        outsideCatalog));
        return rules;
    }

    /** For the terminal. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        rules().forEach(rule -> text.append(rule).append(System.lineSeparator()));
        if (!results.isEmpty()) {
            text.append(table());
        }
        if (!best.isEmpty()) {
            text.append(System.lineSeparator()).append(verdict());
            text.append(System.lineSeparator());
        }
        for (TaskReport other : others) {
            text.append(System.lineSeparator()).append(other.toText());
        }
        text.append(System.lineSeparator());
        text.append("report  ").append(directory.resolve("report.html"));
        return text.append(System.lineSeparator()).toString();
    }

    private String table() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%n%-18s %-8s  %-15s  %-9s  %-6s  %-10s  %-11s  %s%n",
                        "model",
                        ndcg(),
                        "95 % interval",
                        "recall@" + k,
                        "mrr",
                        "accuracy@1",
                        "coverage@" + k,
                        "seconds"));
        for (Result result : results) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-18s %8.4f  %.4f – %.4f  %9.4f  %6.4f  %10.4f  %11.3f  %7.1f%n",
                            result.model(),
                            result.metric(ndcg()),
                            result.interval(ndcg()).low(),
                            result.interval(ndcg()).high(),
                            result.metric("recall@" + k),
                            result.metric("mrr"),
                            result.metric("accuracy@1"),
                            result.metric("coverage@" + k),
                            result.seconds()));
        }
        return text.toString();
    }

    /** How the model stands to the best baseline. */
    public String verdict() {
        Result model = results.get(0);
        double gain = model.metric(ndcg()) - ndcgOf(best);
        return String.format(
                Locale.ROOT,
                "%s is %s the best baseline, %s, by %.4f in %s (95 %%: %+.4f to %+.4f%s)",
                model.model(),
                gain >= 0 ? "above" : "below",
                best,
                Math.abs(gain),
                ndcg(),
                difference.low(),
                difference.high(),
                difference.low() <= 0 && difference.high() >= 0 ? "; it could be chance" : "");
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> dataset = new LinkedHashMap<>();
        dataset.put("users", users);
        dataset.put("items", items);
        dataset.put("events", events);
        dataset.put("catalog", catalog);
        dataset.put("targets", targets);
        dataset.put("all_targets", allTargets);
        dataset.put("targets_outside_catalog", outsideCatalog);
        dataset.put("targets_seen_before", seenBefore);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("dataset", dataset);
        tree.put("protocol", protocol);
        tree.put("grain", grain.name().toLowerCase(Locale.ROOT));
        tree.put("seen_items", seen);
        tree.put("ties", "middle place");
        List<Map<String, Object>> list = new ArrayList<>();
        results.forEach(result -> list.add(result.toTree()));
        others.forEach(other -> other.results().forEach(result -> list.add(result.toTree())));
        tree.put("results", list);
        if (!best.isEmpty()) {
            tree.put("best_baseline", best);
            tree.put("difference", List.of(difference.low(), difference.high()));
        }
        for (TaskReport other : others) {
            tree.put(
                    other.task(),
                    Map.of(
                            "rules",
                            other.rules(),
                            "comparisons",
                            other.comparisons().stream().map(Comparison::toTree).toList()));
        }
        return tree;
    }
}
