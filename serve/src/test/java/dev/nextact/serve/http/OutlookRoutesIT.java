package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.EventWay;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
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
import dev.nextact.predict.HorizonAnswer;
import dev.nextact.predict.PredictEvents;
import dev.nextact.predict.PredictHorizon;
import dev.nextact.predict.PredictHorizon.Question;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.Shoppers;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served beside the next item is what the commands say. */
class OutlookRoutesIT {

    private static final List<String> BEHAVIOURS = List.of("view", "purchase");
    private static final List<String> ITEMS = List.of("tea", "cup", "pot");

    @SuppressWarnings("TimeInStaticInitializer") // all events lie around it
    private static final Instant START = Instant.now().minus(Duration.ofDays(2));

    @TempDir private Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private ShopConfig config;
    private Bundle bundle;
    private RunningServer server;
    private TestClient client;

    @BeforeEach
    void serve() {
        config = new TestShop(directory).config(", limits: {timeout_millis: 20000}");
        bundle =
                bundle(
                        config,
                        new HeadSettings(
                                true,
                                true,
                                3,
                                new HeadSettings.GapScale(1, 8, 2),
                                List.of(0.0, 3_600.0, 86_400.0, 864_000.0),
                                HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                                HeadSettings.Calendar.even(2)),
                        List.of("next-items", "next-events", "intent", "churn"));
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                config,
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()));
        client = new TestClient(server.port());
    }

    @AfterEach
    void close() {
        server.close();
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"level\":\"error\"");
    }

    private static Bundle bundle(ShopConfig config, HeadSettings heads, List<String> tasks) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.GRU,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                ITEMS.size(),
                                BEHAVIOURS.size(),
                                8,
                                1,
                                1,
                                10,
                                0,
                                List.of(),
                                List.of(),
                                Optional.of(heads)));
        Map<String, FloatTensor> weights = network.initialWeights(5);
        return Bundle.open(
                new BundleWriter(Clock.systemUTC())
                        .write(
                                config.modelsDirectory(),
                                new BundleContent(
                                        "default",
                                        "gru",
                                        10,
                                        BEHAVIOURS,
                                        "keep",
                                        5,
                                        new Manifest.Data("f", 1, ITEMS.size(), 3, 3, "time"),
                                        Map.of(),
                                        Map.of(),
                                        Catalog.of(ITEMS),
                                        new int[] {0, 5, 9, 1},
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        tasks,
                                        Optional.of(
                                                new BundleContent.Heads(
                                                        heads,
                                                        HeadsGraph.write(network, weights),
                                                        Optional.of(
                                                                new NextEvents(
                                                                        EventWay.ROLL_OUT,
                                                                        new EventStatistics(
                                                                                new double[] {
                                                                                    0.75, 0.25
                                                                                },
                                                                                1_800,
                                                                                7_200))))))));
    }

    /** What ann did: of an item nobody knows, too. */
    private static EventLog log() {
        EventSequences sequences =
                new EventSequences.Builder()
                        .event(1, 0, micros(0))
                        .event(4, 0, micros(600))
                        .event(2, 1, micros(1_200))
                        .endUser()
                        .build();
        return new EventLog(
                Catalog.of(List.of("tea", "cup", "pot", "hat")),
                List.of("ann"),
                Behaviours.of(Map.of("view", List.of("view"), "purchase", List.of("buy"))),
                sequences,
                "f");
    }

    private static long micros(int seconds) {
        return START.plusSeconds(seconds).toEpochMilli() * 1000;
    }

    private static String event(String item, String behaviour, int seconds) {
        return "\"item\":\"%s\",\"behaviour\":\"%s\",\"time\":%d"
                .formatted(item, behaviour, START.plusSeconds(seconds).toEpochMilli());
    }

    private static final String HISTORY =
            "[{%s},{%s},{%s}]"
                    .formatted(
                            event("tea", "view", 0),
                            event("hat", "view", 600),
                            event("cup", "buy", 1_200));

    private void keepWhatAnnDid() {
        String events =
                "{\"events\":[{\"id\":\"1\",\"user\":\"ann\",%s},{\"id\":\"2\",\"user\":\"ann\",%s},"
                                .formatted(event("tea", "view", 0), event("hat", "view", 600))
                        + "{\"id\":\"3\",\"user\":\"ann\",%s}]}"
                                .formatted(event("cup", "buy", 1_200));
        assertThat(client.post("/v1/events", events).statusCode()).isEqualTo(200);
    }

    private HorizonAnswer command(Question question, long atMicros) {
        List<HorizonAnswer> answers = new ArrayList<>();
        new PredictHorizon()
                .run(
                        bundle,
                        Optional.of(log()),
                        new PredictHorizon.Request(
                                question,
                                new Shoppers.All(),
                                "purchase",
                                Duration.ofHours(5),
                                Optional.of(atMicros)),
                        answers::add,
                        Progress.silent());
        return answers.get(0);
    }

    @Test
    void intentAndChurnAreWhatTheCommandsSay() {
        keepWhatAnnDid();
        long at = micros(7_200);
        for (Question question : Question.values()) {
            HorizonAnswer expected = command(question, at);
            for (String who : List.of("\"user\":\"ann\"", "\"history\":" + HISTORY)) {
                JsonNode answer =
                        TestClient.tree(
                                client.post(
                                        "/v1/predict/" + question.name().toLowerCase(Locale.ROOT),
                                        "{%s,\"horizon\":\"5h\",\"at\":%d}"
                                                .formatted(who, at / 1000)));
                assertThat(answer.at("/events_read").asInt()).isEqualTo(2);
                assertThat(answer.at("/unknown_events").asInt()).isEqualTo(1);
                assertThat(answer.at("/answer/behaviour").asText()).isEqualTo("purchase");
                assertThat(answer.at("/answer/now").asText()).isEqualTo(expected.now());
                assertThat(answer.at("/answer/horizon_seconds").asDouble()).isEqualTo(5 * 3_600);
                assertThat(answer.at("/answer/probability").asDouble())
                        .isCloseTo(expected.probability(), within(1e-6));
                assertThat(answer.at("/answer/median_seconds").asDouble())
                        .isCloseTo(expected.medianSeconds(), within(1e-6));
            }
        }
    }

    @Test
    void eventsAreWhatTheCommandSays() {
        keepWhatAnnDid();
        List<PredictedEvent> expected = new ArrayList<>();
        new PredictEvents()
                .run(
                        bundle,
                        Optional.of(log()),
                        new PredictEvents.Request(new Shoppers.All(), 4, 42),
                        expected::add,
                        Progress.silent());
        for (String who : List.of("\"user\":\"ann\"", "\"history\":" + HISTORY)) {
            JsonNode answer =
                    TestClient.tree(
                            client.post("/v1/predict/events", "{%s,\"k\":4}".formatted(who)));
            assertThat(answer.at("/task").asText()).isEqualTo("next-events");
            assertThat(answer.at("/events")).hasSize(4);
            for (int i = 0; i < 4; i++) {
                JsonNode event = answer.at("/events/" + i);
                assertThat(event.at("/seconds").asDouble())
                        .isCloseTo(expected.get(i).seconds(), within(1e-3));
                assertThat(event.at("/low_seconds").asDouble())
                        .isCloseTo(expected.get(i).lowSeconds(), within(1e-3));
                assertThat(event.at("/high_seconds").asDouble())
                        .isCloseTo(expected.get(i).highSeconds(), within(1e-3));
                assertThat(event.at("/behaviour").asText()).isEqualTo(expected.get(i).behaviour());
                assertThat(event.at("/probability").asDouble())
                        .isEqualTo(expected.get(i).probability());
            }
        }
    }

    @Test
    void withoutATimeTheMomentIsNow() {
        keepWhatAnnDid();
        JsonNode answer =
                TestClient.tree(
                        client.post("/v1/predict/intent", "{\"user\":\"ann\",\"horizon\":\"1d\"}"));

        assertThat(Instant.parse(answer.at("/answer/now").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        JsonNode timeless =
                TestClient.tree(
                        client.post(
                                "/v1/predict/intent",
                                "{\"history\":[{\"item\":\"tea\"}],\"behaviour\":\"view\"}"));
        assertThat(timeless.at("/answer/now").asText()).isEqualTo("-");
        assertThat(timeless.at("/answer/behaviour").asText()).isEqualTo("view");
        assertThat(timeless.at("/answer/horizon_seconds").asDouble()).isEqualTo(86_400);
    }

    @Test
    void whatIsLaterThanTheMomentIsNotSeen() {
        JsonNode early =
                TestClient.tree(
                        client.post(
                                "/v1/predict/intent",
                                "{\"history\":%s,\"at\":%d}"
                                        .formatted(HISTORY, micros(300) / 1000)));
        JsonNode alone =
                TestClient.tree(
                        client.post(
                                "/v1/predict/intent",
                                "{\"history\":[{%s}],\"at\":%d}"
                                        .formatted(event("tea", "view", 0), micros(300) / 1000)));

        assertThat(early.at("/answer/probability").asDouble())
                .isEqualTo(alone.at("/answer/probability").asDouble());
    }

    @Test
    void mistakesSayWhatToDo() {
        refuses("intent", "{\"history\":[{\"item\":\"hat\"}]}", 422, "no event of an item");
        refuses("intent", "{\"user\":\"nobody\"}", 422, "no event of an item");
        refuses("intent", "{\"history\":" + HISTORY + ",\"horizon\":\"99d\"}", 400, "10.0 days");
        refuses("churn", "{\"history\":" + HISTORY + "}", 400, "Ask for a shorter one");
        refuses("churn", "{\"user\":\"ann\",\"horizon\":\"soon\"}", 400, "/horizon: expected");
        refuses("churn", "{\"user\":\"ann\",\"k\":3}", 400, "/k: there is no such field");
        refuses("events", "{\"user\":\"ann\",\"k\":0}", 400, "/k: expected a whole number");
        refuses("events", "{}", 400, "expected either user or history, found neither");
    }

    @Test
    void aModelOfTheNextItemAloneSaysSo(@TempDir Path other) {
        TestShop plain = new TestShop(other);
        plain.addModel(1);
        try (RunningServer second =
                new ServeModel(Clock.systemUTC())
                        .run(
                                plain.config(""),
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()))) {
            HttpResponse<String> response =
                    new TestClient(second.port())
                            .post("/v1/predict/churn", "{\"history\":[{\"item\":\"item-1\"}]}");
            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body())
                    .contains("has not learned churn", "tasks.learn")
                    .doesNotContain(other.toString());
        }
    }

    @Test
    void aClassifierAnswersForItsHorizonAlone(@TempDir Path other) {
        TestShop shop = new TestShop(other);
        ShopConfig ofClassifier = shop.config("");
        bundle(
                ofClassifier,
                HeadSettings.of(
                        new HeadSettings.Classifier(1, 86_400, false),
                        HeadSettings.TotalsScale.same(0)),
                List.of("intent"));
        try (RunningServer second =
                new ServeModel(Clock.systemUTC())
                        .run(
                                ofClassifier,
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()))) {
            TestClient asked = new TestClient(second.port());
            String history = "{\"history\":" + HISTORY + ",\"horizon\":\"%s\"}";
            JsonNode answer =
                    TestClient.tree(asked.post("/v1/predict/intent", history.formatted("24h")));
            assertThat(answer.at("/answer/probability").asDouble()).isStrictlyBetween(0.0, 1.0);
            assertThat(answer.at("/answer/median_seconds").asDouble()).isEqualTo(-1);

            HttpResponse<String> longer = asked.post("/v1/predict/intent", history.formatted("3d"));
            assertThat(longer.statusCode()).isEqualTo(400);
            assertThat(longer.body()).contains("within 24.0 hours");
            HttpResponse<String> churn = asked.post("/v1/predict/churn", history.formatted("24h"));
            assertThat(churn.statusCode()).isEqualTo(422);
            HttpResponse<String> next =
                    asked.post("/v1/predict/next", "{\"history\":" + HISTORY + "}");
            assertThat(next.statusCode()).isEqualTo(422);
            assertThat(next.body()).contains("is a classifier");
        }
    }

    private void refuses(String question, String body, int status, String says) {
        HttpResponse<String> response = client.post("/v1/predict/" + question, body);
        assertThat(response.statusCode()).as(body).isEqualTo(status);
        assertThat(response.body()).contains(says);
    }

    private static String told(String history, String more) {
        return "{\"history\":" + history + more + "}";
    }

    private JsonNode explained(String body) {
        HttpResponse<String> response = client.post("/v1/explain", told(HISTORY, body));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.tree(response).get("explanation");
    }

    @Test
    void anExplanationTellsWhatIsPredictedOfTheHistoryAndWithoutAnEventOfIt() {
        String at = ", \"horizon\": \"1d\", \"at\": \"" + START.plus(Duration.ofHours(12)) + "\"";
        JsonNode explanation = explained(", \"task\": \"intent\"" + at);
        JsonNode predicted =
                TestClient.tree(client.post("/v1/predict/intent", told(HISTORY, at))).get("answer");
        String fewer = "[{%s},{%s}]".formatted(event("tea", "view", 0), event("hat", "view", 600));
        JsonNode without =
                TestClient.tree(client.post("/v1/predict/intent", told(fewer, at))).get("answer");

        assertThat(explanation.get("value").asDouble())
                .isCloseTo(predicted.get("probability").asDouble(), within(1e-6));
        JsonNode purchase = explanation.get("events").get(2);
        assertThat(purchase.get("item").asText()).isEqualTo("cup");
        assertThat(purchase.get("without").asDouble())
                .isCloseTo(without.get("probability").asDouble(), within(1e-6));
        assertThat(explanation.get("events").get(1).get("item").asText()).isEqualTo("-");
    }

    @Test
    void theItemAnsweredFirstIsExplainedWhereNoneIsNamed() {
        JsonNode explanation =
                explained(", \"shapley\": 4, \"flip\": true, \"language\": \"zh-CN\"");
        JsonNode first =
                TestClient.tree(client.post("/v1/predict/next", told(HISTORY, "")))
                        .get("items")
                        .get(0);

        assertThat(explanation.get("item")).isEqualTo(first.get("item"));
        assertThat(explanation.get("rank").asInt()).isEqualTo(1);
        assertThat(explanation.get("sentences").get(0).asText()).contains("排在第 1 位");
        double sum = 0;
        for (JsonNode event : explanation.get("events")) {
            sum += event.get("shapley").asDouble();
        }
        assertThat(sum)
                .isCloseTo(
                        explanation.get("value").asDouble()
                                - explanation.get("newcomer").asDouble(),
                        within(1e-6));
    }

    @Test
    void whatCannotBeExplainedIsRefusedByName() {
        assertThat(client.post("/v1/explain", told(HISTORY, ", \"item\": \"hat\"")).body())
                .contains("/item: the model knows no item hat");
        assertThat(client.post("/v1/explain", told(HISTORY, ", \"task\": \"demand\"")).body())
                .contains("/task: expected one of next-items, next-events, time, intent, churn");
        HttpResponse<String> unknown =
                client.post("/v1/explain", "{\"history\": [{\"item\": \"hat\"}]}");
        assertThat(unknown.statusCode()).isEqualTo(422);
        assertThat(
                        client.post(
                                        "/v1/explain",
                                        told(
                                                HISTORY,
                                                ", \"task\": \"intent\", \"horizon\": \"900d\""))
                                .body())
                .contains("Ask for a shorter one");
    }
}
