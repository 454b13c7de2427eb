package dev.nextact.bench;

import dev.nextact.cli.ConfigOptions;
import dev.nextact.cli.JsonOption;
import dev.nextact.cli.Terminal;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.probability.BinaryOutcomes;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.FeatureBaselines;
import dev.nextact.evaluate.HorizonCases;
import dev.nextact.model.bundle.Bundle;
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
            "logistic regression and boosted trees on the shoppers' features, learned from the",
            "features a validation part, or a longer horizon, earlier and what came then. The test",
            "must be as long as the longest horizon."
        })
final class HorizonsCommand implements Callable<Integer> {

    private static final int BATCH = 64;

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
            HorizonCases cases = HorizonCases.of(sequences, cutOffs);
            FeatureBaselines features = new FeatureBaselines(shop, cases, terminal.progress());
            List<Moment> moments = cases.moments();
            List<List<HazardCurve>> stays = new ArrayList<>();
            for (int from = 0; from < moments.size(); from += BATCH) {
                stays.addAll(
                        model.stays(moments.subList(from, Math.min(moments.size(), from + BATCH))));
            }
            terminal.out()
                    .printf(
                            "%,d shoppers%n%-12s %5s %9s %9s | %9s %9s %9s %9s | %7s %9s %9s | %7s%n",
                            moments.size(),
                            "behaviour",
                            "days",
                            "came",
                            "foretold",
                            "log-loss",
                            "of share",
                            "logistic",
                            "xgboost",
                            "auc",
                            "logistic",
                            "xgboost",
                            "ece");
            for (int behaviour = 0; behaviour < shop.behaviours().size(); behaviour++) {
                for (double horizon : days) {
                    String name = shop.behaviours().name(behaviour);
                    Map<String, Double> row =
                            row(cases, behaviour, horizon * 86_400, stays, features);
                    print(name, horizon, row);
                    tree.put(name + " " + horizon + "d", row);
                }
            }
        }
        json.write(tree);
        return 0;
    }

    private static Map<String, Double> row(
            HorizonCases cases,
            int behaviour,
            double seconds,
            List<List<HazardCurve>> stays,
            FeatureBaselines features) {
        boolean[] came = cases.came(behaviour, seconds);
        double[] foretold =
                stays.stream().mapToDouble(s -> s.get(behaviour).came(seconds)).toArray();
        double[] even = new double[came.length];
        Arrays.fill(even, cases.earlierShare(behaviour, seconds));
        BinaryOutcomes model = BinaryOutcomes.of(foretold, came);
        Map<String, Double> row = new LinkedHashMap<>(model.metrics());
        row.put("came", model.positives() / (double) came.length);
        row.put("foretold", Arrays.stream(foretold).average().orElse(0));
        row.put("share-log-loss", BinaryOutcomes.of(even, came).logLoss());
        features.came(behaviour, seconds)
                .forEach(
                        (name, probabilities) -> {
                            BinaryOutcomes baseline = BinaryOutcomes.of(probabilities, came);
                            row.put(name + "-log-loss", baseline.logLoss());
                            row.put(name + "-auc", baseline.auc());
                        });
        return row;
    }

    private void print(String behaviour, double days, Map<String, Double> row) {
        terminal.out()
                .printf(
                        "%-12s %5.0f %9.4f %9.4f | %9.4f %9.4f %9.4f %9.4f | %7.4f %9.4f %9.4f |"
                                + " %7.4f%n",
                        behaviour,
                        days,
                        row.get("came"),
                        row.get("foretold"),
                        row.get("log-loss"),
                        row.get("share-log-loss"),
                        row.getOrDefault("logistic-log-loss", Double.NaN),
                        row.getOrDefault("xgboost-log-loss", Double.NaN),
                        row.get("auc"),
                        row.getOrDefault("logistic-auc", Double.NaN),
                        row.getOrDefault("xgboost-auc", Double.NaN),
                        row.get("ece"));
    }
}
