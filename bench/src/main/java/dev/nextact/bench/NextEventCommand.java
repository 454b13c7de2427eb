package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventSequence;
import dev.nextact.core.Spread;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.GapPredictor;
import dev.nextact.core.events.NextTypeScorer;
import dev.nextact.core.events.TemporalPrecision;
import dev.nextact.core.events.TransportDistance;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.core.probability.ClassOutcomes;
import dev.nextact.core.timing.TimeErrors;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.events.EventStatistics;
import dev.nextact.evaluate.events.Gap;
import dev.nextact.evaluate.events.HistoryHistogram;
import dev.nextact.evaluate.events.MostPopularType;
import dev.nextact.evaluate.events.NextEventScores;
import dev.nextact.evaluate.events.PreviousType;
import dev.nextact.evaluate.events.RecentHistory;
import dev.nextact.predict.OutlookModel;
import dev.nextact.predict.RollOut;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

@Command(
        name = "next-event",
        description = {
            "The baselines of the next event and of the next 20 on Taobao's event types, EasyTPP's",
            "split. The next event: every event of the test part that has one before it. The next",
            "20: the last 20 of each test sequence, foretold from those before. Times are in the",
            "file's unit, 10,000 seconds. See docs/benchmarks.md for the definitions."
        })
final class NextEventCommand implements Callable<Integer> {

    private static final int NEXT = 20;
    private static final int RESAMPLES = 200;

    /** δ of T-mAP: six minutes, an hour, six hours, a day. */
    private static final double[] DELTA_SECONDS = {360, 3_600, 21_600, 86_400};

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "The folder with events.csv.gz.")
    private Path data = Path.of(".");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Seeds to train nextact's network with (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A variable of bench/configs/taobao-tpp.yaml.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--futures",
            paramLabel = "N",
            description = "Of the roll-out; 0 = none (default: 64).")
    private int futures = 64;

    @Option(names = "--dev", description = "Judge by the dev part; the test is not looked at.")
    private boolean dev;

    @Mixin private JsonOption json = new JsonOption();

    NextEventCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        TaobaoEventTypes taobao = TaobaoEventTypes.read(data);
        EventStatistics training = EventStatistics.of(taobao.train(), TaobaoEventTypes.TYPES);
        terminal.out()
                .printf(
                        "%,d training, %,d dev, %,d test sequences; median gap in training %.4f,"
                                + " mean %.4f%n",
                        taobao.train().size(),
                        taobao.dev().size(),
                        taobao.test().size(),
                        training.medianGapSeconds() / TaobaoEventTypes.UNIT_SECONDS,
                        training.meanGapSeconds() / TaobaoEventTypes.UNIT_SECONDS);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("next_type", types(taobao.test(), training));
        tree.put("next_gap", gaps(taobao.test(), training));
        tree.put("next_20_dev", forecasts("dev", taobao.dev(), baselines(training)));
        if (!dev) {
            tree.put("next_20_test", forecasts("test", taobao.test(), baselines(training)));
        }
        tree.put("network", network(taobao, training));
        json.write(tree);
        return 0;
    }

    private Map<String, Object> types(List<EventSequence> test, EventStatistics training) {
        PrintStream out = terminal.out();
        out.printf("%n%-26s %-9s %-9s  95 %%%n", "next type", "accuracy", "macro-f1");
        Map<String, Object> tree = new LinkedHashMap<>();
        for (NextTypeScorer scorer :
                List.of(new PreviousType(training), new MostPopularType(training))) {
            ClassOutcomes outcomes = new ClassOutcomes(TaobaoEventTypes.TYPES);
            double[] right = new double[test.size()];
            int[] counts = new int[test.size()];
            for (int user = 0; user < test.size(); user++) {
                EventSequence events = test.get(user);
                for (int i = 1; i < events.size(); i++) {
                    int best = NextEventScores.highest(scorer.score(events.prefix(i)));
                    outcomes.add(best, events.behaviour(i));
                    right[user] += best == events.behaviour(i) ? 1 : 0;
                    counts[user]++;
                }
            }
            Bootstrap.Interval interval = Bootstrap.of(right, counts, 42).interval();
            out.printf(
                    "%-26s %-9.4f %-9.4f  %.4f to %.4f (%,d events)%n",
                    scorer.name(),
                    outcomes.accuracy(),
                    outcomes.macroF1(),
                    interval.low(),
                    interval.high(),
                    outcomes.size());
            tree.put(scorer.name(), outcomes.metrics());
        }
        return tree;
    }

    private Map<String, Object> network(TaobaoEventTypes taobao, EventStatistics training) {
        PrintStream out = terminal.out();
        List<EventSequence> judged = dev ? taobao.dev() : taobao.test();
        double[] previous = new double[judged.size()];
        NextTypeScorer baseline = new PreviousType(training);
        for (int s = 0; s < previous.length; s++) {
            EventSequence events = judged.get(s);
            for (int i = 1; i < events.size(); i++) {
                boolean isRight =
                        NextEventScores.highest(baseline.score(events.prefix(i)))
                                == events.behaviour(i);
                previous[s] += isRight ? 1 : 0;
            }
        }
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (long seed : seeds) {
            Map<String, String> asked = new LinkedHashMap<>(variables);
            asked.put("seed", Long.toString(seed));
            try (OutlookModel model =
                    OutlookModel.open(TaobaoNetwork.train(taobao, asked, terminal.progress()))) {
                NextEventScores next = TaobaoNetwork.judge(model, judged);
                Bootstrap.Interval gain =
                        Bootstrap.of(next.right(), next.counts(), 42)
                                .minus(Bootstrap.of(previous, next.counts(), 42))
                                .interval();
                out.printf(
                        "%nseed %d: %s; accuracy less previous-type's %.4f to %.4f%n",
                        seed, next.metrics(), gain.low(), gain.high());
                next.metrics()
                        .forEach(
                                (name, value) ->
                                        values.computeIfAbsent(name, n -> new ArrayList<>())
                                                .add(value));
                if (futures > 0 && seed == seeds.get(0)) {
                    List<EventSequence> known = judged.stream().map(TaobaoNetwork::known).toList();
                    forecasts(
                            dev ? "dev" : "test",
                            known,
                            List.of(new RollOut(model, futures, seed)));
                }
            }
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        values.forEach(
                (name, list) -> {
                    out.printf("%-26s %s%n", name, Spread.of(list).toText());
                    tree.put(name, Spread.of(list).toTree());
                });
        return tree;
    }

    private Map<String, Object> gaps(List<EventSequence> test, EventStatistics training) {
        PrintStream out = terminal.out();
        out.printf("%n%-26s %-9s %-9s%n", "time to the next", "mae", "rmse");
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Gap.Rule rule : Gap.Rule.values()) {
            GapPredictor predictor = new Gap(rule, training);
            TimeErrors errors = new TimeErrors();
            for (EventSequence events : test) {
                for (int i = 1; i < events.size(); i++) {
                    double actual = (events.timeMicros(i) - events.timeMicros(i - 1)) / 1e6;
                    errors.add(
                            predictor.gapSeconds(events.prefix(i)) / TaobaoEventTypes.UNIT_SECONDS,
                            actual / TaobaoEventTypes.UNIT_SECONDS);
                }
            }
            out.printf("%-26s %-9.4f %-9.4f%n", predictor.name(), errors.mae(), errors.rmse());
            tree.put(predictor.name(), errors.metrics());
        }
        return tree;
    }

    private Map<String, Object> forecasts(
            String part, List<EventSequence> sequences, List<EventForecaster> forecasters) {
        PrintStream out = terminal.out();
        out.printf("%n%-26s %-9s %-19s %-9s 95 %%%n", "next 20, " + part, "t-map", "95 %", "otd");
        Map<String, Object> tree = new LinkedHashMap<>();
        for (EventForecaster forecaster : forecasters) {
            TemporalPrecision precision =
                    new TemporalPrecision(
                            TaobaoEventTypes.TYPES, Double.POSITIVE_INFINITY, DELTA_SECONDS);
            TransportDistance distance = TransportDistance.ofCdiff(TaobaoEventTypes.UNIT_SECONDS);
            List<Double> distances = new ArrayList<>();
            for (EventSequence events : sequences) {
                int seen = events.size() - NEXT;
                EventForecast foretold = forecaster.forecast(events.prefix(seen), NEXT);
                TypedTimes came = TypedTimes.after(events, seen, NEXT);
                precision.add(foretold, came);
                distances.add(distance.between(foretold.events(), came));
            }
            double[] sums = distances.stream().mapToDouble(d -> d).toArray();
            int[] counts = new int[sums.length];
            Arrays.fill(counts, 1);
            Bootstrap.Interval ofDistance = Bootstrap.of(sums, counts, 42).interval();
            Bootstrap.Interval ofPrecision = interval(precision, sequences.size());
            double mean = Arrays.stream(sums).average().orElseThrow();
            out.printf(
                    "%-26s %-9.4f %-19s %-9.3f %.3f to %.3f%n",
                    forecaster.name(),
                    precision.value(),
                    "%.4f to %.4f".formatted(ofPrecision.low(), ofPrecision.high()),
                    mean,
                    ofDistance.low(),
                    ofDistance.high());
            tree.put(forecaster.name(), Map.of("t-map", precision.value(), "otd", mean));
        }
        return tree;
    }

    private static List<EventForecaster> baselines(EventStatistics training) {
        return List.of(
                new HistoryHistogram(HistoryHistogram.Pace.MEAN, training),
                new HistoryHistogram(HistoryHistogram.Pace.MEDIAN, training),
                new RecentHistory(training));
    }

    /** Of resampled shoppers: T-mAP is no mean over shoppers, so it is computed anew for each. */
    private static Bootstrap.Interval interval(TemporalPrecision precision, int shoppers) {
        SplittableRandom random = new SplittableRandom(42);
        double[] values = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            values[resample] = precision.of(random.ints(shoppers, 0, shoppers).toArray());
        }
        Arrays.sort(values);
        return new Bootstrap.Interval(
                values[(int) (RESAMPLES * 0.025)], values[(int) (RESAMPLES * 0.975)]);
    }
}
