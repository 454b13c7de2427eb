package dev.nextact.evaluate;

import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.probability.ReliabilityBin;
import dev.nextact.core.report.Page;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.core.survival.KaplanMeier;
import dev.nextact.core.survival.SurvivalOutcomes;
import dev.nextact.evaluate.EvaluationReport.Result;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.PredictHorizon.Question;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Judges how likely the shop's target is said to come ({@code intent}) or to stay away ({@code
 * churn}) within the config's horizon, of all shoppers, asked at the start of the test. Confined to
 * one thread.
 */
final class HorizonTask {

    private static final int BATCH = 64;

    /** Points of time at which survival curves are compared. */
    private static final int GRID = 20;

    /** At the end of the test all are censored, so nothing can be said of its very end. */
    private static final double GRID_END = 0.99;

    private final ShopConfig config;
    private final HorizonCases cases;
    private final OutlookModel model;
    private final Progress progress;
    private final int target;
    private final SurvivalOutcomes waits;
    private final double[] grid;
    private final FeatureBaselines features;

    HorizonTask(ShopConfig config, HorizonCases cases, OutlookModel model, Progress progress) {
        this.config = config;
        this.cases = cases;
        this.model = model;
        this.progress = progress;
        this.target = config.behaviours().indexOf(config.target());
        if (cases.moments().isEmpty()) {
            throw NextactException.input(
                    "no shopper has an event of a known item before the test part; shorten"
                            + " split.test");
        }
        this.waits = cases.outcomes(target);
        this.grid =
                IntStream.rangeClosed(1, GRID)
                        .mapToDouble(i -> cases.watchedSeconds() * GRID_END * i / GRID)
                        .toArray();
        this.features = new FeatureBaselines(config, cases, progress);
    }

    static String name(Question question) {
        return question.name().toLowerCase(Locale.ROOT);
    }

    static Duration horizon(Question question, ShopConfig config) {
        return question == Question.INTENT
                ? config.tasks().intentHorizon()
                : config.tasks().churnHorizon();
    }

    /** Where a split has no moment at which all shoppers can be asked. */
    static TaskReport notJudged(Question question, LearningData data) {
        return TaskReport.none(
                name(question),
                title(question, ""),
                "not judged: the split '"
                        + data.split().protocol()
                        + "' has no moment from which on all shoppers are watched; split by time");
    }

    private static String title(Question question, String horizon) {
        return question == Question.INTENT ? "Intent" + horizon : "Churn" + horizon;
    }

    static String days(double seconds) {
        boolean isShort = seconds < 2 * 86_400;
        double count = seconds / (isShort ? 3_600 : 86_400);
        return BigDecimal.valueOf(count)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                + (isShort ? " hours" : " days");
    }

    /**
     * What one model says of all cases.
     *
     * @param came [N], the probability that the target comes within the horizon
     * @param survival [N][G] that it has not come by the points of the grid; absent where the model
     *     knows the one horizon alone
     */
    private record Forecast(
            String name, double[] came, Optional<double[][]> survival, double seconds) {}

    TaskReport judge(Question question, boolean baselines) {
        double horizon = horizon(question, config).toMillis() / 1e3;
        model.refuseBeyond(target, horizon);
        List<Forecast> forecasts = new ArrayList<>();
        List<String> rules = new ArrayList<>(rules(question, horizon));
        forecasts.add(network(horizon));
        if (baselines) {
            forecasts.addAll(baselines(horizon, rules));
        }
        boolean[] came = cases.came(target, horizon);
        boolean[] happened = new boolean[came.length];
        for (int i = 0; i < came.length; i++) {
            happened[i] = came[i] == (question == Question.INTENT);
        }
        List<Result> results = new ArrayList<>();
        List<double[]> probabilities = new ArrayList<>();
        for (Forecast forecast : forecasts) {
            double[] p = forecast.came().clone();
            if (question == Question.CHURN) {
                Arrays.setAll(p, i -> 1 - p[i]);
            }
            probabilities.add(p);
            results.add(result(question, forecast, p, happened));
        }
        return new TaskReport(
                name(question),
                title(question, " within " + days(horizon)),
                rules,
                results,
                comparisons(results, probabilities, happened),
                page -> charts(page, question, results, probabilities, forecasts, happened));
    }

    private List<String> rules(Question question, double horizon) {
        String act = config.target();
        int came = 0;
        for (boolean one : cases.came(target, horizon)) {
            came += one ? 1 : 0;
        }
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s within %s from the start of the test on: %,d of %,d shoppers; asked of"
                                + " all who have an event of a known item before",
                        question == Question.INTENT ? act : "no " + act,
                        days(horizon),
                        question == Question.INTENT ? came : cases.moments().size() - came,
                        cases.moments().size()),
                "accuracy, precision, recall and f1 at the threshold 0.5; ece over ten bins of"
                        + " equal count; c-index and integrated-brier over "
                        + days(cases.watchedSeconds())
                        + ", the length of the test");
    }

    private Forecast network(double horizon) {
        long started = System.nanoTime();
        List<HazardCurve> curves = new ArrayList<>();
        List<Moment> moments = cases.moments();
        try (Progress.Task task = progress.start("evaluate horizons", moments.size(), "shoppers")) {
            for (int from = 0; from < moments.size(); from += BATCH) {
                int to = Math.min(moments.size(), from + BATCH);
                model.stays(moments.subList(from, to))
                        .forEach(ofShopper -> curves.add(ofShopper.get(target)));
                task.at(to, "");
            }
        }
        double[] came = curves.stream().mapToDouble(curve -> curve.came(horizon)).toArray();
        Optional<double[][]> survival =
                model.heads().classifies()
                        ? Optional.empty()
                        : Optional.of(
                                curves.stream()
                                        .map(
                                                curve ->
                                                        Arrays.stream(grid)
                                                                .map(curve::survival)
                                                                .toArray())
                                        .toArray(double[][]::new));
        return new Forecast(model.bundle().manifest().model(), came, survival, since(started));
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /**
     * @param rules gets what a reader must know of the baselines
     */
    private List<Forecast> baselines(double horizon, List<String> rules) {
        List<Forecast> list = new ArrayList<>();
        int size = cases.moments().size();
        double[] same = new double[size];
        Arrays.fill(same, cases.earlierShare(target, horizon));
        double[] earlier = Arrays.stream(grid).map(cases.earlier(target)::at).toArray();
        double[][] even = new double[size][];
        Arrays.fill(even, earlier);
        list.add(new Forecast("base-rate", same, Optional.of(even), 0));
        rules.add(
                "base-rate: the share of as long a time before the test, its survival curve by"
                        + " Kaplan and Meier");
        long started = System.nanoTime();
        Map<String, double[]> learned = features.came(target, horizon);
        double each = since(started) / Math.max(1, learned.size());
        learned.forEach((name, p) -> list.add(new Forecast(name, p, Optional.empty(), each)));
        rules.add(
                learned.isEmpty()
                        ? "logistic and xgboost had too few cases to learn from before the test"
                        : "logistic and xgboost: on the features of `nextact features`, learned at"
                                + " an earlier cut-off, from what came before the test");
        long fitting = System.nanoTime();
        Optional<PurchasePace> pace = PurchasePace.fit(cases, target);
        pace.ifPresent(
                fitted ->
                        list.add(
                                new Forecast(
                                        fitted.name(),
                                        fitted.came(horizon),
                                        Optional.of(survival(fitted)),
                                        since(fitting))));
        rules.add(
                pace.isPresent()
                        ? "bg-nbd: days with a "
                                + config.target()
                                + "; who never had one gets the share of such shoppers in as long a"
                                + " time before"
                        : "bg-nbd cannot be fitted: nobody came back for a " + config.target());
        return list;
    }

    private double[][] survival(PurchasePace pace) {
        double[][] survival = new double[cases.moments().size()][grid.length];
        for (int g = 0; g < grid.length; g++) {
            double[] came = pace.came(grid[g]);
            for (int i = 0; i < came.length; i++) {
                survival[i][g] = 1 - came[i];
            }
        }
        return survival;
    }

    private Result result(
            Question question, Forecast forecast, double[] probabilities, boolean[] happened) {
        BinaryOutcomes outcomes = BinaryOutcomes.of(probabilities, happened);
        Map<String, Double> metrics = new LinkedHashMap<>(outcomes.metrics());
        metrics.put("c-index", waits.concordance(forecast.came()));
        forecast.survival()
                .ifPresent(s -> metrics.put("integrated-brier", waits.integratedBrier(grid, s)));
        // without a case of both kinds there is nothing to rank
        metrics.values().removeIf(value -> Double.isNaN(value));
        return new Result(
                name(question),
                forecast.name(),
                happened.length,
                metrics,
                Map.of(
                        "log-loss",
                        losses(probabilities, happened).interval(),
                        "auc",
                        Bootstrap.ofAuc(probabilities, happened, config.train().seed()).interval()),
                forecast.seconds());
    }

    private Bootstrap losses(double[] probabilities, boolean[] happened) {
        BinaryOutcomes outcomes = BinaryOutcomes.of(probabilities, happened);
        return Bootstrap.ofMean(
                IntStream.range(0, happened.length).mapToDouble(outcomes::logLoss).toArray(),
                config.train().seed());
    }

    private List<Comparison> comparisons(
            List<Result> results, List<double[]> probabilities, boolean[] happened) {
        List<Comparison> comparisons = new ArrayList<>();
        if (results.size() > 1) {
            int best = best(results, "log-loss", Comparison.Better.LOWER);
            comparisons.add(
                    compare(
                            results,
                            best,
                            "log-loss",
                            Comparison.Better.LOWER,
                            losses(probabilities.get(0), happened),
                            losses(probabilities.get(best), happened)));
        }
        if (results.size() > 1 && results.get(0).metrics().containsKey("auc")) {
            int best = best(results, "auc", Comparison.Better.HIGHER);
            long seed = config.train().seed();
            comparisons.add(
                    compare(
                            results,
                            best,
                            "auc",
                            Comparison.Better.HIGHER,
                            Bootstrap.ofAuc(probabilities.get(0), happened, seed),
                            Bootstrap.ofAuc(probabilities.get(best), happened, seed)));
        }
        return comparisons;
    }

    /** Of the baselines. */
    private static int best(List<Result> results, String metric, Comparison.Better better) {
        double sign = better == Comparison.Better.HIGHER ? 1 : -1;
        return IntStream.range(1, results.size())
                .boxed()
                .max(Comparator.comparingDouble(i -> sign * results.get(i).metric(metric)))
                .orElseThrow();
    }

    private static Comparison compare(
            List<Result> results,
            int best,
            String metric,
            Comparison.Better better,
            Bootstrap ofModel,
            Bootstrap ofBest) {
        return new Comparison(
                metric,
                better,
                results.get(0).model(),
                results.get(0).metric(metric),
                results.get(best).model(),
                results.get(best).metric(metric),
                ofModel.minus(ofBest).interval());
    }

    private void charts(
            Page page,
            Question question,
            List<Result> results,
            List<double[]> probabilities,
            List<Forecast> forecasts,
            boolean[] happened) {
        List<Page.Line> reliability = new ArrayList<>();
        List<Page.Line> gain = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            BinaryOutcomes outcomes = BinaryOutcomes.of(probabilities.get(i), happened);
            List<ReliabilityBin> bins =
                    outcomes.reliability(BinaryOutcomes.RELIABILITY_BINS).stream()
                            .filter(bin -> bin.count() >= config.privacy().k())
                            .toList();
            reliability.add(
                    new Page.Line(
                            results.get(i).model(),
                            bins.stream().mapToDouble(ReliabilityBin::predicted).toArray(),
                            bins.stream().mapToDouble(ReliabilityBin::observed).toArray()));
            if (outcomes.positives() > 0) {
                double[] depths = IntStream.rangeClosed(0, 20).mapToDouble(d -> d / 20.0).toArray();
                gain.add(
                        new Page.Line(
                                results.get(i).model(),
                                depths,
                                Arrays.stream(depths)
                                        .map(d -> d == 0 ? 0 : outcomes.gain(d))
                                        .toArray()));
            }
        }
        page.lines(
                "Reliability: what came of probabilities",
                "foretold",
                "came",
                reliability,
                Page.Diagonal.SHOWN);
        page.lines(
                "Gain: of all that came, the share among the shoppers with the highest"
                        + " probabilities",
                "share of the shoppers",
                "of all",
                gain,
                Page.Diagonal.SHOWN);
        if (question == Question.CHURN) {
            survivalChart(page, forecasts);
        }
    }

    /** Of the quarters of the shoppers that the model thinks likeliest and least likely to come. */
    private void survivalChart(Page page, List<Forecast> forecasts) {
        double[] came = forecasts.get(0).came();
        int[] order =
                IntStream.range(0, came.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> came[i]))
                        .mapToInt(i -> i)
                        .toArray();
        int quarter = Math.max(1, order.length / 4);
        List<Page.Line> lines = new ArrayList<>();
        addPair(lines, "all", forecasts.get(0), order);
        addPair(
                lines,
                "likeliest quarter",
                forecasts.get(0),
                Arrays.copyOfRange(order, order.length - quarter, order.length));
        addPair(lines, "least likely quarter", forecasts.get(0), Arrays.copyOf(order, quarter));
        page.lines(
                "Survival: the share of the shoppers without a " + config.target() + " so far",
                "days from the start of the test",
                "share",
                lines,
                Page.Diagonal.ABSENT);
    }

    private void addPair(List<Page.Line> lines, String who, Forecast forecast, int[] chosen) {
        double[] days = Arrays.stream(grid).map(seconds -> seconds / 86_400).toArray();
        double[][] survival = forecast.survival().orElseThrow();
        double[] foretold = new double[grid.length];
        for (int g = 0; g < grid.length; g++) {
            for (int index : chosen) {
                foretold[g] += survival[index][g] / chosen.length;
            }
        }
        KaplanMeier observed = cases.observed(target, chosen);
        lines.add(new Page.Line(who + ", foretold", days, foretold));
        lines.add(
                new Page.Line(
                        who + ", came", days, Arrays.stream(grid).map(observed::at).toArray()));
    }
}
