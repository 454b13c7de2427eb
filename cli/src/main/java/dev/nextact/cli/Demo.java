package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import dev.nextact.data.PreparedData;
import dev.nextact.evaluate.EvaluateModel;
import dev.nextact.evaluate.EvaluationReport;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.Prediction;
import dev.nextact.predict.Shoppers;
import dev.nextact.simulator.SimulateShop;
import dev.nextact.simulator.SimulatedShop;
import dev.nextact.simulator.SimulationSettings;
import dev.nextact.train.TrainDemand;
import dev.nextact.train.TrainModel;
import dev.nextact.train.TrainReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole way on a simulated shop: simulate, prepare, train, evaluate, predict. */
final class Demo {

    /** Of the oracle's ndcg, which no model can pass on average. */
    static final double LEAST_SHARE_OF_ORACLE = 0.85;

    /** No longer than the test part, which judges it, and no more than a minute or two. */
    private static final String LEARN_ALL =
            "learn: [next-items, next-events, intent, churn], head_epochs: 5, churn: {horizon: 7d}, ";

    /** Shoppers of the validation part asked about what matters on the whole. */
    private static final int ASKED = 300;

    /** Shoppers shown with their next items. */
    private static final int SHOWN = 3;

    private static final int SHOWN_ITEMS = 5;

    private Demo() {}

    /** What the demo's model learns. */
    enum Learned {
        NEXT_ITEMS,
        /** Also what the console shows beside: next events, intent, churn, demand, importance. */
        ALL
    }

    /** A shopper and what comes next. */
    record Example(String user, List<String> lastEvents, List<String> nextItems) {}

    /** What came out. */
    record Result(
            ShopConfig config,
            PrepareReport prepared,
            TrainReport trained,
            EvaluationReport evaluated,
            EventLog log,
            Path predictions,
            List<Example> examples) {

        /** The model's ndcg, of what knowing the truth would reach. */
        double shareOfOracle() {
            return evaluated.ndcgOf(trained.model()) / evaluated.ndcgOf("oracle");
        }

        boolean isAboveBaselines() {
            return evaluated.ndcgOf(trained.model()) > evaluated.ndcgOf(evaluated.best());
        }

        boolean isGood() {
            return isAboveBaselines() && shareOfOracle() >= LEAST_SHARE_OF_ORACLE;
        }
    }

    static Result run(
            SimulationSettings settings, Path directory, Learned learned, Progress progress) {
        SimulatedShop shop = new SimulateShop().run(settings, directory, progress).shop();
        if (learned == Learned.ALL) {
            learnAll(shop.configFile());
        }
        ShopConfig config = ShopConfigReader.read(shop.configFile(), Map.of());
        PrepareReport prepared = new PrepareData(Clock.systemUTC()).run(config, progress);
        TrainReport trained = new TrainModel().run(config, new TrainModel.Options(false), progress);
        EvaluationReport evaluated =
                new EvaluateModel()
                        .run(
                                config,
                                new EvaluateModel.Request(
                                        Optional.of(trained.bundle()),
                                        true,
                                        List.of(data -> shop.oracle(data.catalog()))),
                                progress);
        Bundle bundle = Bundle.open(trained.bundle());
        if (learned == Learned.ALL) {
            // by itself: in so short a log the shoppers' model knows what demand is validated on
            new TrainDemand().run(config, Optional.empty(), progress);
            ShopImportance.run(
                    config,
                    bundle,
                    ShopImportance.request(config, bundle, ASKED, settings.seed()),
                    progress);
        }
        EventLog log = PreparedData.open(config.preparedDirectory(), bundle.fields());
        Path predictions = directory.resolve("next-items.csv");
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log),
                        new PredictNext.Request(new Shoppers.All(), 10, Optional.empty()),
                        predictions,
                        progress);
        return new Result(
                config,
                prepared,
                trained,
                evaluated,
                log,
                predictions,
                examples(config, log, bundle));
    }

    /** Writes into the simulated shop's config what its model shall learn. */
    private static void learnAll(Path config) {
        try {
            Files.writeString(
                    config,
                    Files.readString(config).replace("\ntasks: {", "\ntasks: {" + LEARN_ALL));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    config + ": cannot be written (" + e.getMessage() + ")",
                    e);
        }
    }

    private static List<Example> examples(ShopConfig config, EventLog log, Bundle bundle) {
        Map<String, Map<String, String>> items =
                PreparedData.itemAttributes(config.preparedDirectory());
        Map<String, List<String>> next = new LinkedHashMap<>();
        List<String> users = new ArrayList<>();
        int step = Math.max(1, log.sequences().size() / SHOWN);
        for (int user = 0; users.size() < SHOWN && user < log.sequences().size(); user += step) {
            users.add(log.userId(user));
        }
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log),
                        new PredictNext.Request(
                                new Shoppers.Chosen(users), SHOWN_ITEMS, Optional.empty()),
                        (Prediction p) ->
                                next.computeIfAbsent(p.user(), u -> new ArrayList<>())
                                        .add(described(p.item(), items)),
                        Progress.silent());
        List<Example> examples = new ArrayList<>();
        for (String user : users) {
            EventSequence events = log.sequences().get(log.userIndex(user)).last(SHOWN_ITEMS);
            List<String> last = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                last.add(
                        log.behaviours().name(events.behaviour(i))
                                + " "
                                + described(log.catalog().id(events.item(i)), items));
            }
            examples.add(new Example(user, last, next.getOrDefault(user, List.of())));
        }
        return examples;
    }

    private static String described(String item, Map<String, Map<String, String>> items) {
        Map<String, String> facts = items.getOrDefault(item, Map.of());
        String title = facts.getOrDefault("text", facts.getOrDefault("category", ""));
        String price = facts.containsKey("price") ? ", " + facts.get("price") : "";
        return title.isEmpty() ? item : item + " (" + title + price + ")";
    }
}
