package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.Moment;
import dev.nextact.predict.NextItemRanker;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.Outcome;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Reading;
import dev.nextact.predict.explain.ShapleyValues;
import dev.nextact.simulator.SimulatedShop;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "explain",
        description = {
            "Explanations of a trained model, of shoppers drawn from its prepared log, each before",
            "an event of the test part. Faithfulness: how far the explained number falls while the",
            "events named are left out one by one, the strongest first, against those drawn at",
            "random and the most recent ones; the mean fall over the first tenth of the events, and",
            "over all of them. In a simulated shop: whether the event that moved the true",
            "probability most is among the three named first. And what an explanation takes."
        })
final class ExplainCommand implements Callable<Integer> {

    private static final int RESAMPLES = 1000;

    /** Fewer events have no tenth. */
    private static final int LEAST_EVENTS = 10;

    /** A true cause has at least halved the probability by being absent. */
    private static final double CLEAR = Math.log(2);

    private static final int NAMED = 3;

    /** Of {@code serve.engine.batch}. */
    private static final int ENGINE_BATCH = 8;

    private final Terminal terminal;

    @Option(names = "--shoppers", paramLabel = "N", description = "To explain (default: 300).")
    private int shoppers = 300;

    @Option(
            names = "--items",
            paramLabel = "N",
            description = "Of the catalog whose explanations are timed (default: 12000).")
    private int items = 12_000;

    @Option(names = "--seed", paramLabel = "S", description = "Of every draw (default: 42).")
    private long seed = 42;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * A shopper before an event of the test part.
     *
     * @param next its item; 0 = one the model does not know
     */
    private record Case(EventSequence history, int next) {}

    /** Falls of the explained number, of each case. */
    private record Falls(double[] named, double[] random, double[] recent) {
        static Falls of(int cases) {
            return new Falls(new double[cases], new double[cases], new double[cases]);
        }
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Bundle bundle = Bundle.newest(shop.modelsDirectory(), shop.model().name());
        EventLog log = PreparedData.open(shop.preparedDirectory(), bundle.fields());
        List<Case> cases = cases(shop, log, bundle);
        if (cases.isEmpty()) {
            throw NextactException.input(
                    "no shopper has %d events of known items before one of the test part",
                    LEAST_EVENTS);
        }
        PrintStream out = terminal.out();
        out.printf(
                Locale.ROOT,
                "%,d shoppers, %,d items, histories of %.0f events on the average, seed %d%n",
                cases.size(),
                bundle.catalog().size(),
                cases.stream().mapToInt(c -> c.history().size()).average().orElse(0),
                seed);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("shoppers", cases.size());
        tree.put("items", bundle.catalog().size());
        try (NextItemRanker ranker = NextItemRanker.open(bundle, 1, 128)) {
            Explainer explainer =
                    new Explainer(ranker, Optional.empty(), ItemAttributes.of(bundle));
            faithfulness(explainer, cases, tree);
            additivity(explainer, cases, tree);
            causes(explainer, cases, shop, bundle, tree);
        }
        speed(tree);
        json.write(tree);
        return 0;
    }

    /** Of shoppers in an order drawn, the newest known events that the encoder has room for. */
    private List<Case> cases(ShopConfig shop, EventLog log, Bundle bundle) {
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        Split split = Split.of(shop.split(), sequences);
        SplittableRandom random = new SplittableRandom(seed);
        List<Case> cases = new ArrayList<>();
        for (int user : shuffled(sequences.size(), random)) {
            EventSequence all = sequences.get(user);
            int test = split.validEnd(user);
            int end = split.testEnd(user);
            if (cases.size() < shoppers && test < end) {
                int event = test + random.nextInt(end - test);
                EventSequence before = all.prefix(event);
                EventSequence history =
                        before.select(
                                        IntStream.range(0, event)
                                                .filter(e -> before.item(e) != 0)
                                                .toArray())
                                .last(bundle.manifest().length());
                if (history.size() >= LEAST_EVENTS) {
                    cases.add(new Case(history, all.item(event)));
                }
            }
        }
        return cases;
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        int[] order = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order;
    }

    private static Outcome first() {
        return new NextItem(0, item -> true);
    }

    /** Of the item that the model ranks first. */
    private void faithfulness(Explainer explainer, List<Case> cases, Map<String, Object> tree) {
        SplittableRandom random = new SplittableRandom(seed + 1);
        Falls tenth = Falls.of(cases.size());
        Falls whole = Falls.of(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            Moment moment = Moment.afterLast(cases.get(i).history());
            Explanation explanation = explainer.explain(Explainer.Question.of(moment, first()));
            Outcome outcome = explanation.outcome();
            double full = explanation.full().value();
            int size = moment.history().size();
            double[] named = falls(explainer, moment, outcome, full, Explainer.named(explanation));
            double[] drawn = falls(explainer, moment, outcome, full, shuffled(size, random));
            double[] recent =
                    falls(
                            explainer,
                            moment,
                            outcome,
                            full,
                            IntStream.range(0, size).map(e -> size - 1 - e).toArray());
            int few = Math.max(1, size / 10);
            tenth.named()[i] = mean(named, few);
            tenth.random()[i] = mean(drawn, few);
            tenth.recent()[i] = mean(recent, few);
            whole.named()[i] = mean(named, size - 1);
            whole.random()[i] = mean(drawn, size - 1);
            whole.recent()[i] = mean(recent, size - 1);
        }
        tree.put("fall_first_tenth", told("first tenth left out", tenth));
        tree.put("fall_all", told("all left out but one", whole));
    }

    /** How far below the whole history's it is after each event left out but the last. */
    private static double[] falls(
            Explainer explainer, Moment moment, Outcome outcome, double full, int[] order) {
        int[] allButOne = Arrays.copyOf(order, order.length - 1);
        List<Reading> readings = explainer.deletions(moment, outcome, allButOne);
        return readings.stream().mapToDouble(reading -> full - reading.value()).toArray();
    }

    private static double mean(double[] values, int first) {
        return Arrays.stream(values, 0, first).average().orElse(0);
    }

    private Map<String, Object> told(String what, Falls falls) {
        double[] overRandom = difference(falls.named(), falls.random());
        double[] overRecent = difference(falls.named(), falls.recent());
        double[] random = interval(overRandom);
        double[] recent = interval(overRecent);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s: the log-share falls by %.3f (named), %.3f (random), %.3f (most"
                                + " recent); named less random %.3f [%.3f, %.3f], less most recent"
                                + " %.3f [%.3f, %.3f]%n",
                        what,
                        mean(falls.named(), falls.named().length),
                        mean(falls.random(), falls.random().length),
                        mean(falls.recent(), falls.recent().length),
                        mean(overRandom, overRandom.length),
                        random[0],
                        random[1],
                        mean(overRecent, overRecent.length),
                        recent[0],
                        recent[1]);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("named", mean(falls.named(), falls.named().length));
        tree.put("random", mean(falls.random(), falls.random().length));
        tree.put("most_recent", mean(falls.recent(), falls.recent().length));
        tree.put("named_less_random", random);
        tree.put("named_less_most_recent", recent);
        return tree;
    }

    private static double[] difference(double[] of, double[] less) {
        return IntStream.range(0, of.length).mapToDouble(i -> of[i] - less[i]).toArray();
    }

    /** 95 % of the mean, over shoppers drawn again (bootstrap). */
    private double[] interval(double[] values) {
        SplittableRandom random = new SplittableRandom(seed + 2);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[random.nextInt(values.length)];
            }
            means[r] = sum / values.length;
        }
        Arrays.sort(means);
        return new double[] {means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40]};
    }

    /** How far Shapley values are from the difference, and how large their errors are. */
    private void additivity(Explainer explainer, List<Case> cases, Map<String, Object> tree) {
        double most = 0;
        double error = 0;
        double difference = 0;
        int some = Math.min(30, cases.size());
        for (Case one : cases.subList(0, some)) {
            Moment moment = Moment.afterLast(one.history());
            Explanation explanation =
                    explainer.explain(
                            new Explainer.Question(moment, first(), 16, false, 0.5, seed));
            ShapleyValues values = explanation.shapley().orElseThrow();
            double whole = explanation.full().value() - explanation.newcomer();
            most = Math.max(most, Math.abs(Arrays.stream(values.values()).sum() - whole));
            error += Arrays.stream(values.standardErrors()).average().orElse(0) / some;
            difference += Math.abs(whole) / some;
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "Shapley values of %d shoppers, 16 pairs of orders: their sum is within"
                                + " %.1e of the difference (%.2f on the average); mean standard"
                                + " error of a value %.3f%n",
                        some,
                        most,
                        difference,
                        error);
        tree.put("shapley_off", most);
        tree.put("shapley_error", error);
    }

    /** Where the truth is known. */
    private void causes(
            Explainer explainer,
            List<Case> cases,
            ShopConfig shop,
            Bundle bundle,
            Map<String, Object> tree) {
        Path directory = shop.file(Path.of("truth.json")).toAbsolutePath().getParent();
        if (directory == null || !Files.exists(directory.resolve("truth.json"))) {
            return;
        }
        NextItemScorer oracle = SimulatedShop.open(directory).oracle(bundle.catalog());
        int clear = 0;
        int found = 0;
        int recent = 0;
        for (Case one : cases) {
            int cause = one.next() == 0 ? -1 : cause(oracle, one, bundle.catalog().size());
            if (cause < 0) {
                continue;
            }
            clear++;
            Moment moment = Moment.afterLast(one.history());
            Explanation explanation =
                    explainer.explain(
                            Explainer.Question.of(moment, new NextItem(one.next(), item -> true)));
            found +=
                    Arrays.stream(Explainer.named(explanation))
                                    .limit(NAMED)
                                    .anyMatch(event -> event == cause)
                            ? 1
                            : 0;
            recent += cause >= one.history().size() - NAMED ? 1 : 0;
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "true causes: in %d of %d cases an event at least doubles the true"
                                + " probability of what came next; it is among the %d named first"
                                + " in %.1f %% of them (among the %d most recent: %.1f %%)%n",
                        clear,
                        cases.size(),
                        NAMED,
                        100.0 * found / Math.max(1, clear),
                        NAMED,
                        100.0 * recent / Math.max(1, clear));
        tree.put("causes", clear);
        tree.put("causes_named", (double) found / Math.max(1, clear));
        tree.put("causes_most_recent", (double) recent / Math.max(1, clear));
    }

    /** The event without which the item that came is least likely; -1 where none is clear. */
    private static int cause(NextItemScorer oracle, Case one, int items) {
        EventSequence history = one.history();
        List<EventSequence> asked = new ArrayList<>(List.of(history));
        for (int event = 0; event < history.size(); event++) {
            int without = event;
            asked.add(
                    history.select(
                            IntStream.range(0, history.size())
                                    .filter(e -> e != without)
                                    .toArray()));
        }
        float[][] scores = new float[asked.size()][items + 1];
        oracle.score(asked, scores);
        int cause = -1;
        double most = CLEAR;
        for (int event = 0; event < history.size(); event++) {
            double effect =
                    Math.log(scores[0][one.next()]) - Math.log(scores[event + 1][one.next()]);
            if (effect > most) {
                most = effect;
                cause = event;
            }
        }
        return cause;
    }

    /**
     * Of a network of width 64, 2 layers and length 50 with random weights, and histories drawn.
     */
    private void speed(Map<String, Object> tree) {
        try {
            Path directory = Files.createTempDirectory("nextact-explain");
            try {
                new ServingShop(directory, items).write("");
                Bundle bundle = Bundle.newest(directory.resolve("work/models"), "m" + items);
                try (NextItemRanker ranker = NextItemRanker.open(bundle, 1, ENGINE_BATCH)) {
                    speed(
                            new Explainer(ranker, Optional.empty(), ItemAttributes.of(bundle)),
                            bundle,
                            tree);
                }
            } finally {
                AtomicFiles.deleteTree(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void speed(Explainer explainer, Bundle bundle, Map<String, Object> tree) {
        SplittableRandom random = new SplittableRandom(seed + 3);
        int length = bundle.manifest().length();
        double[] millis = new double[300];
        for (int run = -50; run < millis.length; run++) {
            int[] drawn = random.ints(length, 1, bundle.catalog().size() + 1).toArray();
            EventSequence history =
                    EventSequence.of(
                            -1,
                            drawn,
                            new byte[length],
                            new long[length],
                            bundle.fields()
                                    .describe(Collections.nCopies(length, Map.of()), Map.of()));
            long start = System.nanoTime();
            explainer.explain(Explainer.Question.of(Moment.afterLast(history), first()));
            if (run >= 0) {
                millis[run] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "an explanation of %d events at %,d items, one thread: p50 %.1f ms, p99"
                                + " %.1f ms%n",
                        length,
                        bundle.catalog().size(),
                        millis[millis.length / 2],
                        millis[millis.length * 99 / 100]);
        tree.put("p50_millis", millis[millis.length / 2]);
        tree.put("p99_millis", millis[millis.length * 99 / 100]);
    }
}
