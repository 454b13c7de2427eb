package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventSequence;
import dev.nextact.core.Spread;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.GapPredictor;
import dev.nextact.core.events.HistoryHistogram;
import dev.nextact.core.events.NextTypeScorer;
import dev.nextact.core.events.RollOut;
import dev.nextact.core.probability.ClassOutcomes;
import dev.nextact.core.timing.TimeErrors;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.events.Gap;
import dev.nextact.evaluate.events.MostPopularType;
import dev.nextact.evaluate.events.NextEventScores;
import dev.nextact.evaluate.events.PreviousType;
import dev.nextact.evaluate.events.RecentHistory;
import dev.nextact.predict.DirectEvents;
import dev.nextact.predict.OutlookModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
        String part = dev ? "dev" : "test";
        List<ForecastScores> baselines =
                forecasts(part, dev ? taobao.dev() : taobao.test(), baselines(training));
        tree.put("next_20_" + part, tree(baselines));
        tree.put("network", network(taobao, training, baselines));
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

    private Map<String, Object> network(
            TaobaoEventTypes taobao, EventStatistics training, List<ForecastScores> baselines) {
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
        Map<String, List<ForecastScores>> ofSeeds = new LinkedHashMap<>();
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
                List<EventForecaster> ways = new ArrayList<>(List.of(new DirectEvents(model)));
                if (futures > 0) {
                    ways.add(0, new RollOut(model, futures, seed));
                }
                List<EventSequence> known = judged.stream().map(TaobaoNetwork::known).toList();
                List<ForecastScores> ofNetwork = forecasts(dev ? "dev" : "test", known, ways);
                List<ForecastScores> others = new ArrayList<>(baselines);
                for (ForecastScores way : ofNetwork) {
                    others.forEach(other -> out.println(way.less(other)));
                    others.add(way);
                    ofSeeds.computeIfAbsent(way.name(), n -> new ArrayList<>()).add(way);
                    values.computeIfAbsent("t-map " + way.name(), n -> new ArrayList<>())
                            .add(way.tMap());
                    values.computeIfAbsent("otd " + way.name(), n -> new ArrayList<>())
                            .add(way.distance());
                }
            }
        }
        out.printf("%nthe mean over %d seeds, the same resamples for all:%n", seeds.size());
        List<ForecastScores> others = new ArrayList<>(baselines);
        for (List<ForecastScores> way : ofSeeds.values()) {
            ForecastScores mean = ForecastScores.mean(way);
            others.forEach(other -> out.println(mean.less(other)));
            others.add(mean);
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

    private List<ForecastScores> forecasts(
            String part, List<EventSequence> sequences, List<EventForecaster> forecasters) {
        PrintStream out = terminal.out();
        out.printf("%n%-26s %-9s %-19s %-9s 95 %%%n", "next 20, " + part, "t-map", "95 %", "otd");
        List<ForecastScores> list = new ArrayList<>();
        for (EventForecaster forecaster : forecasters) {
            ForecastScores judged = ForecastScores.of(forecaster, sequences, NEXT);
            Bootstrap.Interval ofTMap = judged.tMaps().interval();
            Bootstrap.Interval ofDistance = judged.ofDistance().interval();
            out.printf(
                    "%-26s %-9.4f %-19s %-9.3f %.3f to %.3f%n",
                    judged.name(),
                    judged.tMap(),
                    "%.4f to %.4f".formatted(ofTMap.low(), ofTMap.high()),
                    judged.distance(),
                    ofDistance.low(),
                    ofDistance.high());
            list.add(judged);
        }
        return list;
    }

    private static Map<String, Object> tree(List<ForecastScores> judged) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (ForecastScores each : judged) {
            tree.put(each.name(), Map.of("t-map", each.tMap(), "otd", each.distance()));
        }
        return tree;
    }

    private static List<EventForecaster> baselines(EventStatistics training) {
        return List.of(
                new HistoryHistogram(HistoryHistogram.Pace.MEAN, training),
                new HistoryHistogram(HistoryHistogram.Pace.MEDIAN, training),
                new RecentHistory(training));
    }
}
