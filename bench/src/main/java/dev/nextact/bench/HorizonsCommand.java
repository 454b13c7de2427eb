package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.Bootstrap;
import dev.nextact.evaluate.FeatureBaselines;
import dev.nextact.evaluate.HorizonCases;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import dev.nextact.simulator.Oracle;
import dev.nextact.simulator.SimulatedShop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "horizons",
        description = {
            "How good the probabilities are that each behaviour comes within a horizon, seen from"
                    + " the",
            "start of the test of a time split, for all shoppers who came before it: the newest"
                    + " bundle",
            "of the config, beside the share to whom it came in as long a time before, and beside",
            "logistic regression and boosted trees on the shoppers' features, learned from the",
            "features a validation part, or a longer horizon, earlier and what came then; of a",
            "simulated shop beside its oracle. The test must be as long as the longest horizon. With",
            "--classifier another bundle beside it, where its behaviour and horizon are asked about."
        })
final class HorizonsCommand implements Callable<Integer> {

    private static final int BATCH = 64;
    private static final double DAY_SECONDS = 86_400;
    private static final String NEXTACT = "nextact";

    private final Terminal terminal;

    @Option(
            names = "--days",
            paramLabel = "D",
            split = ",",
            defaultValue = "1,3,7",
            description = "Horizons (default: ${DEFAULT-VALUE}).")
    private List<Double> days = List.of();

    @Option(
            names = "--oracle",
            paramLabel = "FOLDER",
            description = "The simulated shop whose log it is.")
    private Optional<Path> simulated = Optional.empty();

    @Option(
            names = "--classifier",
            paramLabel = "NAME",
            description =
                    "A model of the config's that learned by tasks.intent.way: classifier from the same"
                            + " prepared data.")
    private Optional<String> classifier = Optional.empty();

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    HorizonsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        EventLog log = PreparedData.open(shop.preparedDirectory());
        Split.CutOffs cutOffs =
                Split.of(shop.split(), log.sequences())
                        .cutOffs()
                        .orElseThrow(
                                () ->
                                        NextactException.input(
                                                "horizons need a split at a time for all, found %s",
                                                shop.split().protocol()));
        Map<String, Object> tree = new LinkedHashMap<>();
        try (OutlookModel model =
                OutlookModel.open(Bundle.newest(shop.modelsDirectory(), shop.model().name()))) {
            EventSequences sequences =
                    log.sequences()
                            .renumberItems(log.catalog().indexesIn(model.bundle().catalog()));
            if (model.heads().classifies()) {
                throw NextactException.input(
                        "%s is a classifier, of one behaviour and horizon: name it by --classifier,"
                                + " beside a model of hazards",
                        model.bundle().directory());
            }
            HorizonCases cases = HorizonCases.of(sequences, cutOffs);
            FeatureBaselines features = new FeatureBaselines(shop, cases, terminal.progress());
            List<Moment> moments = cases.moments();
            List<List<HazardCurve>> stays = new ArrayList<>();
            for (int from = 0; from < moments.size(); from += BATCH) {
                stays.addAll(
                        model.stays(moments.subList(from, Math.min(moments.size(), from + BATCH))));
            }
            Map<String, List<List<HazardCurve>>> curves = new LinkedHashMap<>();
            curves.put(NEXTACT, stays);
            simulated.ifPresent(folder -> curves.put("oracle", oracle(folder, log, moments)));
            Optional<Classified> classified =
                    classifier.map(name -> classified(shop, name, log, cutOffs, moments));
            terminal.out()
                    .printf(
                            "%,d shoppers%n%-10s %4s %7s  %-10s %8s %8s %7s %7s  %s%n",
                            moments.size(),
                            "behaviour",
                            "days",
                            "came",
                            "model",
                            "foretold",
                            "log-loss",
                            "auc",
                            "ece",
                            "nextact's log-loss less its, 95 %");
            for (int behaviour = 0; behaviour < shop.behaviours().size(); behaviour++) {
                String name = shop.behaviours().name(behaviour);
                for (double horizon : days) {
                    tree.put(
                            name + " " + horizon + "d",
                            row(name, behaviour, horizon, cases, curves, classified, features));
                }
                tree.put(name + " time", times(name, behaviour, cases, curves));
            }
        }
        json.write(tree);
        return 0;
    }

    /**
     * What a classifier says of the same moments.
     *
     * @param came [N]
     */
    private record Classified(int behaviour, double seconds, double[] came) {

        boolean isAsked(int ofBehaviour, double withinSeconds) {
            return behaviour == ofBehaviour && seconds == withinSeconds;
        }
    }

    private static Classified classified(
            ShopConfig shop, String name, EventLog log, Split.CutOffs cutOffs, List<Moment> asked) {
        try (OutlookModel model = OutlookModel.open(Bundle.newest(shop.modelsDirectory(), name))) {
            EventSequences sequences =
                    log.sequences()
                            .renumberItems(log.catalog().indexesIn(model.bundle().catalog()));
            List<Moment> moments = HorizonCases.of(sequences, cutOffs).moments();
            HeadSettings.Classifier learned = model.heads().classifier();
            if (!model.heads().classifies() || moments.size() != asked.size()) {
                throw NextactException.input(
                        "%s is no classifier of the same shoppers", model.bundle().directory());
            }
            double[] came = new double[moments.size()];
            for (int from = 0; from < came.length; from += BATCH) {
                int to = Math.min(came.length, from + BATCH);
                List<List<HazardCurve>> stays = model.stays(moments.subList(from, to));
                for (int i = from; i < to; i++) {
                    came[i] =
                            stays.get(i - from)
                                    .get(learned.behaviour())
                                    .came(learned.horizonSeconds());
                }
            }
            return new Classified(learned.behaviour(), learned.horizonSeconds(), came);
        }
    }

    /** The truth, given each shopper's history; at the ends of the horizons and every day. */
    private List<List<HazardCurve>> oracle(Path folder, EventLog log, List<Moment> moments) {
        Oracle oracle = SimulatedShop.open(folder).oracle(log.catalog());
        TreeSet<Double> edges = new TreeSet<>(List.of(0.0));
        days.forEach(day -> edges.add(day * DAY_SECONDS));
        for (int day = 1; day < longest(); day++) {
            edges.add(day * DAY_SECONDS);
        }
        double[] times = edges.stream().mapToDouble(edge -> edge).toArray();
        return moments.stream()
                .map(
                        moment -> {
                            long now = moment.nowMicros();
                            EventSequence events = log.sequences().get(moment.history().user());
                            return oracle.stays(events.prefix(events.countBefore(now)), now, times);
                        })
                .toList();
    }

    private double longest() {
        return days.stream().mapToDouble(day -> day).max().orElseThrow();
    }

    private Map<String, Object> row(
            String name,
            int behaviour,
            double horizon,
            HorizonCases cases,
            Map<String, List<List<HazardCurve>>> curves,
            Optional<Classified> classified,
            FeatureBaselines features) {
        double seconds = horizon * DAY_SECONDS;
        boolean[] came = cases.came(behaviour, seconds);
        double[] even = new double[came.length];
        Arrays.fill(even, cases.earlierShare(behaviour, seconds));
        Map<String, double[]> foretold = new LinkedHashMap<>();
        curves.forEach(
                (model, stays) ->
                        foretold.put(
                                model,
                                stays.stream()
                                        .mapToDouble(of -> of.get(behaviour).came(seconds))
                                        .toArray()));
        classified
                .filter(of -> of.isAsked(behaviour, seconds))
                .ifPresent(of -> foretold.put("classifier", of.came()));
        foretold.putAll(features.came(behaviour, seconds));
        foretold.put("share", even);
        Map<String, Object> row = new LinkedHashMap<>();
        BinaryOutcomes ours = BinaryOutcomes.of(foretold.getOrDefault(NEXTACT, even), came);
        double share = ours.positives() / (double) came.length;
        row.put("came", share);
        foretold.forEach(
                (model, probabilities) -> {
                    BinaryOutcomes outcomes = BinaryOutcomes.of(probabilities, came);
                    Map<String, Object> metrics = new LinkedHashMap<>(outcomes.metrics());
                    double mean = Arrays.stream(probabilities).average().orElse(0);
                    metrics.put("foretold", mean);
                    String less = "";
                    if (!model.equals(NEXTACT)) {
                        Bootstrap.Interval interval =
                                losses(ours).minus(losses(outcomes)).interval();
                        metrics.put("less", List.of(interval.low(), interval.high()));
                        less =
                                String.format(
                                        Locale.ROOT,
                                        "%+.4f (%+.1f %%), %+.4f to %+.4f",
                                        ours.logLoss() - outcomes.logLoss(),
                                        100 * (ours.logLoss() / outcomes.logLoss() - 1),
                                        interval.low(),
                                        interval.high());
                    }
                    row.put(model, metrics);
                    terminal.out()
                            .printf(
                                    "%-10s %4.0f %7.4f  %-10s %8.4f %8.4f %7.4f %7.4f  %s%n",
                                    name,
                                    horizon,
                                    share,
                                    model,
                                    mean,
                                    outcomes.logLoss(),
                                    outcomes.auc(),
                                    outcomes.metrics().get("ece"),
                                    less);
                });
        return row;
    }

    private static Bootstrap losses(BinaryOutcomes outcomes) {
        double[] losses = new double[outcomes.size()];
        int[] counts = new int[losses.length];
        Arrays.fill(counts, 1);
        Arrays.setAll(losses, outcomes::logLoss);
        return Bootstrap.of(losses, counts, 42);
    }

    /**
     * The expected time to the next, cut at the longest horizon (restricted mean, Royston and
     * Parmar 2013), against the time that passed, cut likewise; and of those to whom it came by
     * then the expected time given that it does.
     */
    private Map<String, Object> times(
            String name,
            int behaviour,
            HorizonCases cases,
            Map<String, List<List<HazardCurve>>> curves) {
        double most = longest() * DAY_SECONDS;
        double[] passed = cases.waited(behaviour, most);
        Map<String, Object> tree = new LinkedHashMap<>();
        double[] errors = new double[2];
        curves.forEach(
                (model, stays) -> {
                    double all = 0;
                    double comers = 0;
                    int came = 0;
                    for (int m = 0; m < passed.length; m++) {
                        HazardCurve curve = stays.get(m).get(behaviour);
                        double mean = curve.meanWithin(most);
                        all += Math.abs(mean - passed[m]) / passed.length;
                        if (passed[m] < most) {
                            double away = curve.survival(most);
                            double given = (mean - most * away) / Math.max(1e-9, 1 - away);
                            comers += Math.abs(given - passed[m]);
                            came++;
                        }
                    }
                    comers /= Math.max(1, came);
                    tree.put(
                            model,
                            Map.of(
                                    "mae-days", all / DAY_SECONDS,
                                    "mae-days-of-comers", comers / DAY_SECONDS));
                    if (model.equals(NEXTACT)) {
                        errors[0] = all;
                        errors[1] = comers;
                    }
                    terminal.out()
                            .printf(
                                    "%-10s time to the next within %.0f days, %-10s MAE %.3f days"
                                            + " (nextact %+.1f %%); of those who came %.3f (%+.1f"
                                            + " %%)%n",
                                    name,
                                    longest(),
                                    model,
                                    all / DAY_SECONDS,
                                    100 * (errors[0] / all - 1),
                                    comers / DAY_SECONDS,
                                    100 * (errors[1] / comers - 1));
                });
        return tree;
    }
}
