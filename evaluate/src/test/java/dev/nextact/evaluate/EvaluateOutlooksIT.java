package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventWay;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.core.Split;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PreparedData;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.NextEvents;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/**
 * Forty days of a shop; every shopper views something every third day and buys at a pace of their
 * own. The bundle's weights are those before training.
 */
class EvaluateOutlooksIT {

    private static final int USERS = 40;
    private static final int DAYS = 40;
    private static final long START = 1_600_041_600; // a Monday, 00:00 UTC
    private static final int DAY = 86_400;
    private static final int BUY = 1;

    @TempDir private Path shop;

    @BeforeEach
    void makeAShop() throws IOException {
        writeLog(true);
    }

    private ShopConfig config(String split, String horizon) throws IOException {
        Path file =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time}
                        behaviours: {view: [view], buy: [buy]}
                        clean: {min_item_events: 1}
                        split: {protocol: %s}
                        model: {name: shop, family: gru, width: 8, layers: 1, length: 10}
                        tasks:
                          learn: [next-items, next-events, intent, churn]
                          next_events: {k: 3}
                          next_items: {k: 2}
                          intent: {horizon: %s}
                          churn: {horizon: %s}
                        """
                                .formatted(split, horizon, horizon));
        return ShopConfigReader.read(file, Map.of());
    }

    private ShopConfig byTime() throws IOException {
        return config("time, valid: 7d, test: 7d", "5d");
    }

    /**
     * @param buysInTheTest whether shoppers go on to buy after day 33
     */
    private void writeLog(boolean buysInTheTest) throws IOException {
        StringBuilder log = new StringBuilder("user,item,act,time\n");
        for (int user = 0; user < USERS; user++) {
            int pace = 4 + user % 9;
            for (int day = 0; day < DAYS; day++) {
                long second = START + (long) day * DAY + 1_000 + user;
                if (day % 3 == user % 3 || day == DAYS - 1) {
                    log.append("u%02d,%s,view,%d%n".formatted(user, item(user + day), second));
                }
                boolean isInTest = day >= DAYS - 7;
                if (user < 30 && day % pace == user % pace && (buysInTheTest || !isInTest)) {
                    log.append("u%02d,%s,buy,%d%n".formatted(user, item(user), second + 60));
                }
            }
        }
        // so that the log ends at the same second always
        log.append("u00,a,view,%d%n".formatted(START + (long) DAYS * DAY - 1));
        Files.writeString(shop.resolve("log.csv"), log);
    }

    private static char item(int place) {
        return "abcd".charAt(place % 4);
    }

    private static LearningData prepared(ShopConfig config) {
        new PrepareData(Clock.systemUTC()).run(config, Progress.silent());
        EventLog log = PreparedData.open(config.preparedDirectory());
        return LearningData.of(
                log.catalog(),
                log.sequences(),
                Split.of(config.split(), log.sequences()),
                config.clean().minItemEvents());
    }

    private static void train(ShopConfig config, LearningData data) {
        HeadSettings heads =
                new HeadSettings(
                        true,
                        true,
                        3,
                        new HeadSettings.GapScale(1, 8, 2),
                        List.of(0.0, 86_400.0, 5 * 86_400.0, 30 * 86_400.0),
                        HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                        HeadSettings.Calendar.even(2));
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.GRU,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                data.catalog().size(),
                                2,
                                8,
                                1,
                                1,
                                10,
                                0,
                                List.of(),
                                List.of(),
                                Optional.of(heads)));
        Map<String, FloatTensor> weights = network.initialWeights(7);
        EventLog log = PreparedData.open(config.preparedDirectory());
        new BundleWriter(Clock.systemUTC())
                .write(
                        config.modelsDirectory(),
                        new BundleContent(
                                config.model().name(),
                                "gru",
                                10,
                                List.of("view", "buy"),
                                "keep",
                                7,
                                new Manifest.Data(
                                        log.fingerprint(),
                                        USERS,
                                        data.catalog().size(),
                                        log.sequences().events(),
                                        1,
                                        config.split().protocol()),
                                Map.of(),
                                ShopConfigWriter.toTree(config),
                                data.catalog(),
                                data.trainEvents(),
                                weights,
                                NextItemGraph.write(network, weights),
                                config.tasks().learn(),
                                Optional.of(
                                        new BundleContent.Heads(
                                                heads,
                                                HeadsGraph.write(network, weights),
                                                Optional.of(BY_ROLL_OUT)))));
    }

    private static final NextEvents BY_ROLL_OUT =
            new NextEvents(
                    EventWay.ROLL_OUT,
                    new EventStatistics(new double[] {0.75, 0.25}, 1_800, 7_200));

    private static EvaluationReport evaluate(ShopConfig config) {
        return new EvaluateModel()
                .run(
                        config,
                        new EvaluateModel.Request(Optional.empty(), true, List.of()),
                        Progress.silent());
    }

    private static TaskReport task(EvaluationReport report, String name) {
        return report.others().stream()
                .filter(task -> task.task().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void intentAndChurnAreJudgedBesideTheirBaselines() throws IOException {
        ShopConfig config = byTime();
        train(config, prepared(config));

        EvaluationReport report = evaluate(config);
        TaskReport intent = task(report, "intent");
        TaskReport churn = task(report, "churn");

        assertThat(intent.results())
                .extracting(EvaluationReport.Result::model)
                .containsExactly("gru", "base-rate", "logistic", "xgboost", "bg-nbd");
        assertThat(intent.results()).extracting(EvaluationReport.Result::users).containsOnly(USERS);
        for (int i = 0; i < intent.results().size(); i++) {
            Map<String, Double> ofIntent = intent.results().get(i).metrics();
            Map<String, Double> ofChurn = churn.results().get(i).metrics();
            // what comes and what stays away are one question at one horizon
            for (String metric : List.of("log-loss", "auc", "brier", "c-index")) {
                assertThat(ofIntent.get(metric)).isCloseTo(ofChurn.get(metric), offset(1e-9));
            }
        }
        // who buys every few days is told from who never buys
        assertThat(intent.results().get(4).metric("auc")).isGreaterThan(0.7);
        assertThat(intent.results().get(1).metric("auc")).isEqualTo(0.5);
        assertThat(intent.comparisons()).hasSize(2);
        assertThat(report.toText())
                .contains("Intent within 5 days", "Churn within 5 days", "bg-nbd")
                .contains("than the best baseline");
    }

    @Test
    void nextEventsAreJudgedBesideTheirBaselines() throws IOException {
        ShopConfig config = byTime();
        train(config, prepared(config));

        TaskReport report = task(evaluate(config), "next-events");

        assertThat(report.results())
                .extracting(EvaluationReport.Result::model)
                .containsExactly(
                        "gru",
                        "previous-type",
                        "most-popular-type",
                        "median-gap",
                        "training-mean-gap",
                        "last-gap",
                        "mean-gap",
                        "history-histogram",
                        "history-histogram-median",
                        "recent-history");
        assertThat(report.results().get(0).metrics())
                .containsOnlyKeys(
                        "accuracy",
                        "f1",
                        "log-loss",
                        "log-likelihood",
                        "mae",
                        "rmse",
                        "crps",
                        "t-map",
                        "otd");
        int judged = 0;
        int same = 0;
        for (int user = 0; user < USERS; user++) {
            String before = "";
            for (int day = 0; day < DAYS; day++) {
                for (String act : acts(user, day)) {
                    judged += day >= DAYS - 7 ? 1 : 0;
                    same += day >= DAYS - 7 && act.equals(before) ? 1 : 0;
                    before = act;
                }
            }
        }
        // and the one event that ends the log, a view after user 0's purchase or view
        judged++;
        same += last(0).equals("view") ? 1 : 0;
        assertThat(report.rules().get(0)).contains(judged + " events of 40 shoppers");
        assertThat(report.results().get(1).metric("accuracy"))
                .isCloseTo(same / (double) judged, offset(1e-12));
    }

    private static List<String> acts(int user, int day) {
        int pace = 4 + user % 9;
        List<String> acts = new ArrayList<>();
        if (day % 3 == user % 3 || day == DAYS - 1) {
            acts.add("view");
        }
        if (user < 30 && day % pace == user % pace) {
            acts.add("buy");
        }
        return acts;
    }

    private static String last(int user) {
        List<String> acts = acts(user, DAYS - 1);
        return acts.get(acts.size() - 1);
    }

    @Test
    void theBaseRateIsTheShareOfAsLongATimeBefore() throws IOException {
        ShopConfig config = byTime();
        LearningData data = prepared(config);
        HorizonCases cases =
                HorizonCases.of(data.sequences(), data.split().cutOffs().orElseThrow());

        int came = 0; // from day 28 to the end of day 32
        for (int user = 0; user < 30; user++) {
            boolean comes = false;
            for (int day = 28; day < 33; day++) {
                comes |= day % (4 + user % 9) == user % (4 + user % 9);
            }
            came += comes ? 1 : 0;
        }
        assertThat(cases.earlierShare(BUY, 5 * DAY))
                .isCloseTo((came + 0.5) / (USERS + 1), offset(1e-12));
    }

    @Test
    void noBaselineSeesTheTest() throws IOException {
        Map<String, double[]> withPurchases = baselines(prepared(byTime()));
        writeLog(false);
        Map<String, double[]> without = baselines(prepared(byTime()));

        assertThat(withPurchases.keySet()).containsExactlyInAnyOrderElementsOf(without.keySet());
        withPurchases.forEach(
                (name, probabilities) ->
                        assertThat(without.get(name)).as(name).isEqualTo(probabilities));
    }

    private Map<String, double[]> baselines(LearningData data) throws IOException {
        HorizonCases cases =
                HorizonCases.of(data.sequences(), data.split().cutOffs().orElseThrow());
        double horizon = 5 * DAY;
        Map<String, double[]> probabilities =
                new LinkedHashMap<>(
                        new FeatureBaselines(byTime(), cases, Progress.silent())
                                .came(BUY, horizon));
        assertThat(probabilities).containsKeys("logistic", "xgboost");
        probabilities.put("base-rate", new double[] {cases.earlierShare(BUY, horizon)});
        probabilities.put("bg-nbd", PurchasePace.fit(cases, BUY).orElseThrow().came(horizon));
        return probabilities;
    }

    @Test
    void aHorizonLongerThanTheTestIsAnError() throws IOException {
        ShopConfig config = config("time, valid: 7d, test: 7d", "8d");
        train(config, prepared(config));

        assertThatThrownBy(() -> evaluate(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("tasks.intent.horizon is 8 days")
                .hasMessageContaining("the test part is 7 days long")
                .hasMessageContaining("Shorten the horizon");
    }

    @Test
    void aSplitWithoutACommonMomentSaysSo() throws IOException {
        ShopConfig config = config("leave-one-out", "5d");
        train(config, prepared(config));

        EvaluationReport report = evaluate(config);

        assertThat(task(report, "intent").results()).isEmpty();
        assertThat(task(report, "intent").toText()).contains("not judged", "split by time");
        assertThat(task(report, "next-events").rules().get(2))
                .isEqualTo(
                        "the next 3 are not judged: nobody is watched beyond the last event of the"
                                + " test");
    }

    /** Read as XML, which is stricter than any browser. */
    @Test
    void thePageIsWellFormed() throws Exception {
        ShopConfig config = byTime();
        train(config, prepared(config));
        evaluate(config);
        String page = Files.readString(config.evaluationDirectory().resolve("report.html"));
        String xml =
                page.replace("<!doctype html>", "").replaceAll("<(meta|link)([^>]*)>", "<$1$2/>");

        assertThat(
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new InputSource(new StringReader(xml)))
                                .getElementsByTagName("polyline")
                                .getLength())
                // reliability and gain of five models twice, six survival curves
                .isEqualTo(26);
    }
}
