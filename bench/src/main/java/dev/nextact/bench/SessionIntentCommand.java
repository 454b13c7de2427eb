package dev.nextact.bench;

import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.Split;
import dev.nextact.core.Spread;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.tabular.BoostedTrees;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.train.StepLabels;
import dev.nextact.train.TrainModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "session-intent",
        description = {
            "Whether an order comes in the second half of a session of JD's, foretold from its first",
            "half: nextact's classifier, two LSTMs and a sigmoid, and boosted trees on counts and times",
            "of the same half, both learned from the first halves; and nextact's hazards, which learn",
            "from moments anywhere in a session and answer another question than is asked here: how",
            "long from now, wherever in the session now is. All learn from train.csv.gz, every tenth",
            "session of it being the networks' validation, and are asked about test.csv.gz."
        })
final class SessionIntentCommand implements Callable<Integer> {

    private static final long START =
            Instant.parse("2018-03-01T00:00:00Z").getEpochSecond() * 1_000_000L;

    /** Longer than any session. */
    private static final long WATCHED = 8 * 3_600_000_000L;

    private static final long CUT_OFF = START + WATCHED;
    private static final int VALIDATION = 10;
    private static final int MOST_ITEMS = 50;
    private static final String XGBOOST = "xgboost";

    /** A session shorter than that has a first half of less than that many acts. */
    private static final int LONG = 10;

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "The folder with train.csv.gz and test.csv.gz.")
    private Path data = Path.of(".");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "42,43,44",
            description = "Seeds of the network and the trees (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A variable of bench/configs/jd-sessions.yaml.")
    private Map<String, String> variables = Map.of();

    @Option(
            names = "--set-classifier",
            paramLabel = "NAME=VALUE",
            description = "A variable of bench/configs/jd-sessions-classifier.yaml.")
    private Map<String, String> ofClassifier = Map.of();

    @Option(
            names = "--models",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "hazards,classifier,xgboost",
            description = "Which of them are asked (default: ${DEFAULT-VALUE}).")
    private Set<String> asked = Set.of();

    @Option(
            names = "--every-step",
            description =
                    "The classifier learns a session's answer at each act of the first half, not at"
                            + " the last alone.")
    private boolean isEveryStep;

    @Option(
            names = "--validation",
            description =
                    "What validation says of the classifier, and nothing else: the test is not read.")
    private boolean isValidation;

    @Mixin private JsonOption json = new JsonOption();

    SessionIntentCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<JdSession> train = JdSession.read(data.resolve("train.csv.gz"));
        if (isValidation) {
            json.write(Map.of("classifier", validation(train)));
            return 0;
        }
        List<JdSession> test = JdSession.read(data.resolve("test.csv.gz"));
        boolean[] came = orders(test);
        int[] isLong =
                IntStream.range(0, came.length).filter(i -> test.get(i).size() >= LONG).toArray();
        Map<String, List<double[]>> models = new LinkedHashMap<>();
        double[][] rows = features(train);
        for (long seed : seeds) {
            add(models, "hazards", () -> hazards(train, test, seed));
            add(models, "classifier", () -> foretold(classifier(train, seed), test));
            try (BoostedTrees fitted =
                    BoostedTrees.fit(rows, orders(train), BoostedTrees.Settings.defaults(), seed)) {
                add(models, XGBOOST, () -> fitted.probabilities(features(test)));
            }
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        int[] all = IntStream.range(0, came.length).toArray();
        tree.put("all", report("all", all, models, came));
        tree.put("long", report("long", isLong, models, came));
        json.write(tree);
        return 0;
    }

    private void add(
            Map<String, List<double[]>> models, String name, Supplier<double[]> probabilities) {
        if (asked.contains(name)) {
            models.computeIfAbsent(name, n -> new ArrayList<>()).add(probabilities.get());
        }
    }

    /** Of the sessions left out of the training: a line for each seed, and their spread. */
    private Map<String, Object> validation(List<JdSession> train) {
        Map<String, List<Double>> metrics = new TreeMap<>();
        for (long seed : seeds) {
            Map<String, Double> ofSeed = classifier(train, seed).manifest().metrics();
            terminal.out().println("seed " + seed + ": " + ofSeed);
            ofSeed.forEach(
                    (name, value) ->
                            metrics.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        metrics.forEach(
                (name, values) -> {
                    Spread spread = Spread.of(values);
                    terminal.out().printf("%-30s %s%n", name, spread.toText());
                    tree.put(name, spread.toTree());
                });
        return tree;
    }

    private Map<String, Object> report(
            String name, int[] chosen, Map<String, List<double[]>> models, boolean[] came) {
        boolean[] some = new boolean[chosen.length];
        for (int i = 0; i < some.length; i++) {
            some[i] = came[chosen[i]];
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        Map<String, double[]> means = new LinkedHashMap<>();
        for (Map.Entry<String, List<double[]>> model : models.entrySet()) {
            List<BinaryOutcomes> ofSeeds = new ArrayList<>();
            double[] mean = new double[some.length];
            for (double[] probabilities : model.getValue()) {
                double[] picked =
                        Arrays.stream(chosen).mapToDouble(i -> probabilities[i]).toArray();
                ofSeeds.add(BinaryOutcomes.of(picked, some));
                Arrays.setAll(mean, i -> mean[i] + picked[i] / seeds.size());
            }
            means.put(model.getKey(), mean);
            Map<String, Object> metrics = new LinkedHashMap<>();
            for (String metric : List.of("auc", "pr-auc", "log-loss", "ece")) {
                Spread spread =
                        Spread.of(
                                ofSeeds.stream()
                                        .map(o -> o.metrics().getOrDefault(metric, 0.0))
                                        .toList());
                metrics.put(metric, spread.toTree());
                terminal.out()
                        .printf(
                                "%-5s %,6d sessions, %,5d with an order: %-10s %-9s %s%n",
                                name,
                                some.length,
                                ofSeeds.get(0).positives(),
                                model.getKey(),
                                metric,
                                spread.toText());
            }
            tree.put(model.getKey(), metrics);
        }
        if (!means.containsKey(XGBOOST)) {
            return tree;
        }
        Bootstrap ofTrees = Bootstrap.ofAuc(means.getOrDefault(XGBOOST, new double[0]), some, 42);
        means.forEach(
                (model, mean) -> {
                    if (!model.equals(XGBOOST)) {
                        Bootstrap.Interval interval =
                                Bootstrap.ofAuc(mean, some, 42).minus(ofTrees).interval();
                        terminal.out()
                                .printf(
                                        "%-5s auc of the mean over the seeds, %s less xgboost, 95 %%:"
                                                + " %+.4f to %+.4f%n",
                                        name, model, interval.low(), interval.high());
                        tree.put(model + " auc-less", List.of(interval.low(), interval.high()));
                    }
                });
        return tree;
    }

    private static boolean[] orders(List<JdSession> sessions) {
        boolean[] orders = new boolean[sessions.size()];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = sessions.get(i).ordersLater();
        }
        return orders;
    }

    private static double[][] features(List<JdSession> sessions) {
        return sessions.stream().map(JdSession::features).toArray(double[][]::new);
    }

    /**
     * Seen from moments anywhere in a session: every session begins at the same moment, but those
     * for validation so that their first half ends with the training part; all are watched for
     * longer than any session lasts.
     */
    private double[] hazards(List<JdSession> train, List<JdSession> test, long seed) {
        ShopConfig config = config("jd-sessions.yaml", variables, seed);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int i = 0; i < train.size(); i++) {
            JdSession session = train.get(i);
            long begin =
                    i % VALIDATION == 0
                            ? CUT_OFF - 1 - Math.round(session.seconds()[session.half() - 1] * 1e6)
                            : START;
            add(builder, session, session.size(), begin);
        }
        EventSequences sequences = builder.build();
        Path trained =
                new TrainModel()
                        .run(
                                config,
                                log(sequences, config),
                                Split.at(sequences, CUT_OFF, CUT_OFF + WATCHED),
                                new TrainModel.Options(false),
                                terminal.progress())
                        .bundle();
        return foretold(Bundle.open(trained), test);
    }

    /**
     * Learned from the first halves alone, those for validation begin when the training part ends.
     */
    private Bundle classifier(List<JdSession> train, long seed) {
        ShopConfig config = config("jd-sessions-classifier.yaml", ofClassifier, seed);
        EventSequences.Builder builder = new EventSequences.Builder();
        byte[][] labels = new byte[train.size()][];
        for (int i = 0; i < labels.length; i++) {
            JdSession session = train.get(i);
            int half = session.half();
            add(builder, session, half, i % VALIDATION == 0 ? CUT_OFF : START);
            labels[i] = new byte[half];
            byte label = session.ordersLater() ? StepLabels.YES : StepLabels.NO;
            Arrays.fill(labels[i], isEveryStep && i % VALIDATION > 0 ? label : StepLabels.NONE);
            labels[i][half - 1] = label;
        }
        EventSequences sequences = builder.build();
        return Bundle.open(
                new TrainModel()
                        .run(
                                config,
                                log(sequences, config),
                                Split.at(sequences, CUT_OFF, CUT_OFF + WATCHED),
                                new StepLabels.Given(labels),
                                new TrainModel.Options(false),
                                terminal.progress())
                        .bundle());
    }

    private static ShopConfig config(String name, Map<String, String> variables, long seed) {
        Map<String, String> own = new HashMap<>(variables);
        own.put("seed", Long.toString(seed));
        Path configs = Path.of(System.getProperty("nextact.bench.configs", "bench/configs"));
        return ShopConfigReader.read(configs.resolve(name), own);
    }

    private static void add(
            EventSequences.Builder builder, JdSession session, int acts, long begin) {
        for (int t = 0; t < acts; t++) {
            builder.event(item(session, t), session.behaviours()[t], at(session, t, begin));
        }
        builder.endUser();
    }

    private static EventLog log(EventSequences sequences, ShopConfig config) {
        return new EventLog(
                Catalog.of(
                        IntStream.rangeClosed(1, MOST_ITEMS).mapToObj(Integer::toString).toList()),
                IntStream.range(0, sequences.size()).mapToObj(Integer::toString).toList(),
                config.behaviours(),
                sequences,
                "jd-sessions-" + sequences.events());
    }

    /** Asked just after the first half of each session. */
    private static double[] foretold(Bundle bundle, List<JdSession> test) {
        List<Moment> moments = new ArrayList<>();
        for (JdSession session : test) {
            int half = session.half();
            int[] items = new int[half];
            byte[] behaviours = new byte[half];
            long[] times = new long[half];
            for (int t = 0; t < half; t++) {
                items[t] = bundle.catalog().indexOf(Integer.toString(item(session, t)));
                behaviours[t] = (byte) session.behaviours()[t];
                times[t] = at(session, t, START);
            }
            EventSequence seen = EventSequence.of(-1, items, behaviours, times);
            moments.add(new Moment(seen, times[half - 1] + 1));
        }
        try (OutlookModel model = OutlookModel.open(bundle)) {
            return model.stays(moments).stream()
                    .mapToDouble(of -> of.get(JdSession.ORDER).came(WATCHED / 1e6))
                    .toArray();
        }
    }

    /** Very long sessions have their further items in common. */
    private static int item(JdSession session, int t) {
        return Math.min(MOST_ITEMS, session.items()[t]);
    }

    private static long at(JdSession session, int t, long begin) {
        return begin + Math.round(session.seconds()[t] * 1e6);
    }
}
