package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.data.BuildFeatures;
import dev.nextact.data.FeatureTable;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.tabular.BoostedTrees;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "horizons",
        description = {
            "How good the probabilities are that each behaviour comes within a horizon, seen from the",
            "start of the test of a time split, for all shoppers who came before it: the newest bundle",
            "of the config, beside the share to whom it came in as long a time before, and beside",
            "boosted trees on the shoppers' features, learned from the features a validation part",
            "earlier and what came then. Validation and test must be as long as the longest horizon."
        })
final class HorizonsCommand implements Callable<Integer> {

    private static final int BATCH = 64;
    private static final double DAY_MICROS = 86_400e6;

    private final Terminal terminal;

    @Option(
            names = "--days",
            paramLabel = "D",
            split = ",",
            defaultValue = "1,3,7",
            description = "Horizons (default: ${DEFAULT-VALUE}).")
    private List<Double> days = List.of();

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
            Features features = Features.build(shop, cutOffs, terminal.progress());
            List<Moment> moments = moments(sequences, cutOffs.validUntil());
            List<List<HazardCurve>> stays = new ArrayList<>();
            for (int from = 0; from < moments.size(); from += BATCH) {
                stays.addAll(
                        model.stays(moments.subList(from, Math.min(moments.size(), from + BATCH))));
            }
            terminal.out()
                    .printf(
                            "%,d shoppers%n%-12s %5s %9s %9s | %9s %9s %9s | %7s %9s | %7s%n",
                            moments.size(),
                            "behaviour",
                            "days",
                            "came",
                            "foretold",
                            "log-loss",
                            "of share",
                            "of trees",
                            "auc",
                            "of trees",
                            "ece");
            for (int behaviour = 0; behaviour < shop.behaviours().size(); behaviour++) {
                for (double horizon : days) {
                    tree.put(
                            shop.behaviours().name(behaviour) + " " + horizon + "d",
                            row(
                                    new Case(shop, cutOffs, behaviour, horizon),
                                    sequences,
                                    moments,
                                    stays,
                                    features));
                }
            }
        }
        json.write(tree);
        return 0;
    }

    private static List<Moment> moments(EventSequences sequences, long now) {
        List<Moment> moments = new ArrayList<>();
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence events = sequences.get(user);
            EventSequence before = events.prefix(events.countBefore(now));
            if (TokenBatch.knownEvents(before) > 0) {
                moments.add(new Moment(before, now));
            }
        }
        return moments;
    }

    /** What is asked. */
    private record Case(ShopConfig shop, Split.CutOffs cutOffs, int behaviour, double horizonDays) {

        boolean comes(EventSequence events, long nowMicros) {
            return HorizonsCommand.comes(
                    events, behaviour, (double) nowMicros, nowMicros + horizonDays * DAY_MICROS);
        }
    }

    /** The shoppers' features at the start of the validation part and of the test. */
    private record Features(FeatureTable early, FeatureTable late) {

        static Features build(ShopConfig shop, Split.CutOffs cutOffs, Progress progress) {
            BuildFeatures builder = new BuildFeatures();
            return new Features(
                    FeatureTable.ofShoppers(builder.run(shop, cutOffs.trainUntil(), progress)),
                    FeatureTable.ofShoppers(builder.run(shop, cutOffs.validUntil(), progress)));
        }
    }

    /** Learned a validation part earlier; nothing at or after the start of the test is seen. */
    private static double[] trees(
            Case asked, EventSequences sequences, List<Moment> moments, Features features) {
        List<double[]> rows = new ArrayList<>();
        List<Boolean> labels = new ArrayList<>();
        features.early()
                .rows()
                .forEach(
                        (user, row) -> {
                            rows.add(row);
                            labels.add(
                                    asked.comes(sequences.get(user), asked.cutOffs().trainUntil()));
                        });
        boolean[] came = new boolean[labels.size()];
        for (int i = 0; i < came.length; i++) {
            came[i] = labels.get(i);
        }
        double[] nothing = new double[features.early().columns().size()];
        Arrays.fill(nothing, Double.NaN);
        double[][] asks =
                moments.stream()
                        .map(m -> features.late().rows().getOrDefault(m.history().user(), nothing))
                        .toArray(double[][]::new);
        try (BoostedTrees trees =
                BoostedTrees.fit(
                        rows.toArray(new double[0][]),
                        came,
                        BoostedTrees.Settings.defaults(),
                        asked.shop().train().seed())) {
            return trees.probabilities(asks);
        }
    }

    private Map<String, Double> row(
            Case asked,
            EventSequences sequences,
            List<Moment> moments,
            List<List<HazardCurve>> stays,
            Features features) {
        int behaviour = asked.behaviour();
        double horizon = asked.horizonDays();
        double[] foretold = new double[moments.size()];
        boolean[] came = new boolean[moments.size()];
        int earlier = 0;
        for (int m = 0; m < came.length; m++) {
            Moment moment = moments.get(m);
            EventSequence events = sequences.get(moment.history().user());
            double now = moment.nowMicros();
            came[m] = asked.comes(events, moment.nowMicros());
            earlier += comes(events, behaviour, now - horizon * DAY_MICROS, now) ? 1 : 0;
            foretold[m] = stays.get(m).get(behaviour).came(horizon * 86_400);
        }
        double share = (earlier + 0.5) / (came.length + 1);
        double[] even = new double[came.length];
        Arrays.fill(even, share);
        BinaryOutcomes model = BinaryOutcomes.of(foretold, came);
        Map<String, Double> row = new LinkedHashMap<>(model.metrics());
        row.put("came", model.positives() / (double) came.length);
        row.put("foretold", Arrays.stream(foretold).average().orElse(0));
        row.put("share-log-loss", BinaryOutcomes.of(even, came).logLoss());
        BinaryOutcomes trees = BinaryOutcomes.of(trees(asked, sequences, moments, features), came);
        row.put("trees-log-loss", trees.logLoss());
        row.put("trees-auc", trees.auc());
        terminal.out()
                .printf(
                        "%-12s %5.0f %9.4f %9.4f | %9.4f %9.4f %9.4f | %7.4f %9.4f | %7.4f%n",
                        asked.shop().behaviours().name(behaviour),
                        horizon,
                        row.get("came"),
                        row.get("foretold"),
                        model.logLoss(),
                        row.get("share-log-loss"),
                        trees.logLoss(),
                        model.auc(),
                        trees.auc(),
                        row.get("ece"));
        return row;
    }

    private static boolean comes(EventSequence events, int behaviour, double from, double to) {
        for (int i = 0; i < events.size(); i++) {
            double micros = events.timeMicros(i);
            if (events.behaviour(i) == behaviour && micros >= from && micros < to) {
                return true;
            }
        }
        return false;
    }
}
