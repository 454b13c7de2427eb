package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.GapPredictor;
import dev.nextact.core.events.HistoryHistogram;
import dev.nextact.core.events.NextTypeScorer;
import dev.nextact.core.events.TemporalPrecision;
import dev.nextact.core.events.TransportDistance;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.core.probability.ClassOutcomes;
import dev.nextact.core.report.Page;
import dev.nextact.core.timing.TimeErrors;
import dev.nextact.evaluate.Bootstrap.Interval;
import dev.nextact.evaluate.EvaluationReport.Result;
import dev.nextact.evaluate.events.Gap;
import dev.nextact.evaluate.events.MostPopularType;
import dev.nextact.evaluate.events.NextEventScores;
import dev.nextact.evaluate.events.PreviousType;
import dev.nextact.evaluate.events.RecentHistory;
import dev.nextact.predict.EventWays;
import dev.nextact.predict.OutlookModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Judges what is said of the next event, after each event of the test, and of the next k, after the
 * first event of each shopper in the test. Confined to one thread.
 */
final class NextEventsTask {

    static final String NAME = "next-events";
    private static final String TITLE = "Next events";
    private static final double HOUR = 3_600;

    /** Above that many a seeded choice of shoppers is judged, and the report says so. */
    private static final int MOST_EVENTS = 20_000;

    /** Living many futures of one shopper takes longer than to rank all items for a hundred. */
    private static final int MOST_FORECASTS = 200;

    private static final int FUTURES = 32;
    private static final int RESAMPLES = 200;

    /** δ of T-mAP: six minutes, an hour, six hours, a day. */
    private static final double[] DELTA_SECONDS = {360, HOUR, 6 * HOUR, 24 * HOUR};

    /** Shoppers drawn on the page. */
    private static final int SHOWN = 8;

    private final ShopConfig config;
    private final NextEventCases all;
    private final OutlookModel model;
    private final String name;
    private final Progress progress;
    private final long seed;

    NextEventsTask(ShopConfig config, NextEventCases all, OutlookModel model, Progress progress) {
        this.config = config;
        this.all = all;
        this.model = model;
        this.name = model.bundle().manifest().model();
        this.progress = progress;
        this.seed = config.train().seed();
    }

    /** What is said of one model, or baseline. */
    private record Judged(
            String name,
            Map<String, Double> metrics,
            Map<String, Bootstrap> bootstraps,
            double seconds) {

        Judged(String name) {
            this(name, new LinkedHashMap<>(), new LinkedHashMap<>(), 0);
        }

        Result result(int users) {
            Map<String, Interval> intervals = new LinkedHashMap<>();
            bootstraps.forEach((metric, of) -> intervals.put(metric, of.interval()));
            return new Result(NAME, name, users, metrics, intervals, seconds);
        }
    }

    TaskReport judge(boolean baselines) {
        if (all.sequences().isEmpty()) {
            return TaskReport.none(
                    NAME,
                    TITLE,
                    "not judged: the test holds no event of a known item with one before it");
        }
        NextEventCases cases = all.withEvents(MOST_EVENTS);
        NextEventCases forecast = forecastable(cases).withShoppers(MOST_FORECASTS);
        int k = config.tasks().nextEvents().k();
        long started = System.nanoTime();
        NextEventScores scores = NextEventScores.of(model, cases.sequences(), cases.first(), HOUR);
        Judged network = new Judged(name);
        network.metrics().putAll(scores.metrics());
        network.metrics().remove("log-likelihood-gap");
        Map<String, double[]> sums =
                Map.of(
                        "accuracy", scores.right(),
                        "log-likelihood", scores.ofBoth(),
                        "mae", scores.misses(),
                        "crps", scores.crps());
        sums.forEach(
                (metric, of) ->
                        network.bootstraps().put(metric, Bootstrap.of(of, scores.counts(), seed)));
        List<Judged> judged = new ArrayList<>();
        List<EventForecast> shown = List.of();
        if (!forecast.sequences().isEmpty()) {
            shown = forecasts(network, EventWays.of(model, k, FUTURES, seed), forecast, k);
        }
        judged.add(
                new Judged(
                        name,
                        network.metrics(),
                        network.bootstraps(),
                        (System.nanoTime() - started) / 1e9));
        if (baselines && cases.training().stream().anyMatch(events -> events.size() > 1)) {
            judged.addAll(baselines(cases, forecast, k));
        }
        List<Result> results = judged.stream().map(j -> j.result(cases.first().length)).toList();
        List<EventForecast> foretold = shown;
        return new TaskReport(
                NAME,
                TITLE,
                rules(cases, forecast, k),
                results,
                comparisons(judged),
                page -> charts(page, scores, forecast, foretold, k));
    }

    /** Those who are watched for a while after their first event of the test. */
    private static NextEventCases forecastable(NextEventCases cases) {
        return cases.watchedUntil().isPresent() ? cases : cases.withShoppers(0);
    }

    private List<String> rules(NextEventCases cases, NextEventCases forecast, int k) {
        List<String> rules = new ArrayList<>();
        rules.add(
                String.format(
                        Locale.ROOT,
                        "the next event: %,d events of %,d shoppers%s, each from all before it;"
                                + " %,d events of items outside the catalog are neither read nor"
                                + " judged",
                        cases.events(),
                        cases.first().length,
                        cases.first().length < all.first().length
                                ? String.format(
                                        Locale.ROOT,
                                        " (a seeded choice of %,d)",
                                        all.first().length)
                                : "",
                        all.leftOut()));
        rules.add(
                "accuracy, f1 (mean over the behaviours) and log-loss are of its behaviour; mae (of"
                        + " the median), rmse (of the mean) and crps of the time to it, in hours;"
                        + " log-likelihood of both, in nats, the density by the hour");
        if (forecast.sequences().isEmpty()) {
            rules.add(
                    "the next "
                            + k
                            + " are not judged: nobody is watched beyond the last event of the"
                            + " test");
        } else {
            rules.add(
                    String.format(
                            Locale.ROOT,
                            "the next %d: after the first event in the test of %,d shoppers%s; what"
                                    + " is foretold beyond the end of the test does not count."
                                    + " t-map: within 6 minutes, 1, 6 and 24 hours; otd: in mean"
                                    + " gaps of the training (%s), CDiff's costs",
                            k,
                            forecast.first().length,
                            forecast.first().length < all.first().length ? ", a seeded choice" : "",
                            HorizonTask.days(meanGap())));
        }
        return rules;
    }

    private double meanGap() {
        return statistics().meanGapSeconds() > 0 ? statistics().meanGapSeconds() : 1;
    }

    private EventStatistics statistics() {
        return EventStatistics.of(all.training(), config.behaviours().size());
    }

    private List<Judged> baselines(NextEventCases cases, NextEventCases forecast, int k) {
        EventStatistics training = statistics();
        List<Judged> judged = new ArrayList<>();
        for (NextTypeScorer scorer :
                List.of(new PreviousType(training), new MostPopularType(training))) {
            judged.add(types(scorer, cases));
        }
        for (Gap.Rule rule : Gap.Rule.values()) {
            judged.add(gaps(new Gap(rule, training), cases));
        }
        if (!forecast.sequences().isEmpty()) {
            for (EventForecaster forecaster :
                    List.of(
                            new HistoryHistogram(HistoryHistogram.Pace.MEAN, training),
                            new HistoryHistogram(HistoryHistogram.Pace.MEDIAN, training),
                            new RecentHistory(training))) {
                Judged baseline = new Judged(forecaster.name());
                forecasts(baseline, forecaster, forecast, k);
                judged.add(baseline);
            }
        }
        return judged;
    }

    private Judged types(NextTypeScorer scorer, NextEventCases cases) {
        ClassOutcomes outcomes = new ClassOutcomes(config.behaviours().size());
        double[] right = new double[cases.first().length];
        int[] counts = new int[right.length];
        for (int s = 0; s < right.length; s++) {
            EventSequence events = cases.sequences().get(s);
            for (int i = cases.first()[s]; i < events.size(); i++) {
                int best = NextEventScores.highest(scorer.score(events.prefix(i)));
                outcomes.add(best, events.behaviour(i));
                right[s] += best == events.behaviour(i) ? 1 : 0;
                counts[s]++;
            }
        }
        Judged judged = new Judged(scorer.name());
        judged.metrics().put("accuracy", outcomes.accuracy());
        judged.metrics().put("f1", outcomes.macroF1());
        judged.bootstraps().put("accuracy", Bootstrap.of(right, counts, seed));
        return judged;
    }

    private Judged gaps(GapPredictor predictor, NextEventCases cases) {
        TimeErrors errors = new TimeErrors();
        double[] misses = new double[cases.first().length];
        int[] counts = new int[misses.length];
        for (int s = 0; s < misses.length; s++) {
            EventSequence events = cases.sequences().get(s);
            for (int i = cases.first()[s]; i < events.size(); i++) {
                double came = (events.timeMicros(i) - events.timeMicros(i - 1)) / 1e6 / HOUR;
                double foretold = predictor.gapSeconds(events.prefix(i)) / HOUR;
                errors.add(foretold, came);
                misses[s] += Math.abs(foretold - came);
                counts[s]++;
            }
        }
        Judged judged = new Judged(predictor.name());
        judged.metrics().putAll(errors.metrics());
        judged.metrics().put("crps", errors.mae()); // of a point the two are one
        judged.bootstraps().put("mae", Bootstrap.of(misses, counts, seed));
        judged.bootstraps().put("crps", Bootstrap.of(misses, counts, seed));
        return judged;
    }

    /** Adds T-mAP and OTD, and gives what was foretold. */
    private List<EventForecast> forecasts(
            Judged judged, EventForecaster forecaster, NextEventCases cases, int k) {
        TemporalPrecision precision =
                new TemporalPrecision(
                        config.behaviours().size(), Double.POSITIVE_INFINITY, DELTA_SECONDS);
        TransportDistance distance = TransportDistance.ofCdiff(meanGap());
        double[] distances = new double[cases.first().length];
        List<EventForecast> forecasts = new ArrayList<>();
        try (Progress.Task task =
                progress.start("evaluate " + forecaster.name(), distances.length, "shoppers")) {
            for (int s = 0; s < distances.length; s++) {
                EventSequence events = cases.sequences().get(s);
                int seen = cases.first()[s] + 1;
                double watched =
                        (cases.watchedUntil().orElseThrow() - events.timeMicros(seen - 1)) / 1e6;
                EventForecast foretold =
                        within(forecaster.forecast(events.prefix(seen), k), watched);
                TypedTimes came = TypedTimes.after(events, seen, k);
                precision.add(foretold, came);
                distances[s] = distance.between(foretold.events(), came);
                forecasts.add(foretold);
                task.at(s + 1, "");
            }
        }
        if (!Double.isNaN(precision.value())) {
            judged.metrics().put("t-map", precision.value());
            judged.bootstraps()
                    .put("t-map", Bootstrap.of(distances.length, RESAMPLES, precision::of, seed));
        }
        judged.metrics().put("otd", Arrays.stream(distances).average().orElseThrow());
        judged.bootstraps().put("otd", Bootstrap.ofMean(distances, seed));
        return forecasts;
    }

    /** Without what is foretold for later. */
    private static EventForecast within(EventForecast forecast, double seconds) {
        int size = 0;
        while (size < forecast.events().size() && forecast.events().seconds()[size] < seconds) {
            size++;
        }
        return new EventForecast(
                new TypedTimes(
                        Arrays.copyOf(forecast.events().seconds(), size),
                        Arrays.copyOf(forecast.events().types(), size)),
                Arrays.copyOf(forecast.scores(), size));
    }

    private static List<Comparison> comparisons(List<Judged> judged) {
        List<Comparison> comparisons = new ArrayList<>();
        add(comparisons, judged, "accuracy", Comparison.Better.HIGHER);
        add(comparisons, judged, "mae", Comparison.Better.LOWER);
        add(comparisons, judged, "crps", Comparison.Better.LOWER);
        add(comparisons, judged, "t-map", Comparison.Better.HIGHER);
        add(comparisons, judged, "otd", Comparison.Better.LOWER);
        return comparisons;
    }

    private static void add(
            List<Comparison> comparisons,
            List<Judged> judged,
            String metric,
            Comparison.Better better) {
        Judged model = judged.get(0);
        double sign = better == Comparison.Better.HIGHER ? 1 : -1;
        judged.stream()
                .skip(1)
                .filter(baseline -> baseline.metrics().containsKey(metric))
                .max(
                        Comparator.comparingDouble(
                                baseline -> sign * baseline.metrics().getOrDefault(metric, 0.0)))
                .filter(best -> model.metrics().containsKey(metric))
                .ifPresent(
                        best ->
                                comparisons.add(
                                        new Comparison(
                                                metric,
                                                better,
                                                model.name(),
                                                model.metrics().getOrDefault(metric, 0.0),
                                                best.name(),
                                                best.metrics().getOrDefault(metric, 0.0),
                                                difference(model, best, metric))));
    }

    private static Interval difference(Judged model, Judged best, String metric) {
        Bootstrap ofModel = model.bootstraps().get(metric);
        Bootstrap ofBest = best.bootstraps().get(metric);
        if (ofModel == null || ofBest == null) {
            throw new IllegalStateException("no resamples of " + metric);
        }
        return ofModel.minus(ofBest).interval();
    }

    private void charts(
            Page page,
            NextEventScores scores,
            NextEventCases forecast,
            List<EventForecast> foretold,
            int k) {
        List<Page.Bar> tenths =
                IntStream.range(0, 10)
                        .mapToObj(
                                i ->
                                        new Page.Bar(
                                                10 * i + "–" + 10 * (i + 1) + " %",
                                                List.of(
                                                        100.0
                                                                * scores.places()[i]
                                                                / scores.events())))
                        .toList();
        page.bars(
                "How early events came, as foretold: 10 % in each tenth would be right",
                "tenth of the foretold times",
                tenths,
                List.of("% of the events"),
                Page.Scale.LINEAR);
        List<Page.Timeline> lines = new ArrayList<>();
        for (int s = 0; s < Math.min(SHOWN, foretold.size()); s++) {
            TypedTimes events = foretold.get(s).events();
            int seen = forecast.first()[s] + 1;
            TypedTimes came = TypedTimes.after(forecast.sequences().get(s), seen, k);
            String shopper = Integer.toString(s + 1);
            lines.add(new Page.Timeline(shopper + " foretold", events.seconds(), events.types()));
            lines.add(new Page.Timeline(shopper + " came", came.seconds(), came.types()));
        }
        if (!lines.isEmpty()) {
            page.timelines(
                    "The next " + k + " of some shoppers, foretold and as they came",
                    lines,
                    List.copyOf(config.behaviours().toMap().keySet()));
        }
    }
}
