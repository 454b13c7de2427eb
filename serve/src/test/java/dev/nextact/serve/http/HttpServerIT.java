package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.Prediction;
import dev.nextact.predict.Shoppers;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerIT {

    private static final String CRLF = new String(new char[] {13, 10});

    @TempDir private Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private Bundle bundle;
    private RunningServer server;
    private TestClient client;
    private TestClient admin;

    @BeforeEach
    void serve() {
        TestShop shop = new TestShop(directory);
        bundle = shop.addModel(1);
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(
                                        ", limits: {body_bytes: 65536, batch: 200, timeout_millis:"
                                                + " 20000}"),
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()));
        client = new TestClient(server.port());
        admin = new TestClient(server.adminPort());
    }

    @AfterEach
    void close() {
        server.close();
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"level\":\"error\"");
    }

    private static List<String> items(HttpResponse<String> response) {
        List<String> items = new ArrayList<>();
        TestClient.tree(response).path("items").forEach(i -> items.add(i.path("item").asText()));
        return items;
    }

    private HttpResponse<String> next(String user) {
        return client.post("/v1/predict/next", "{\"user\":\"" + user + "\",\"k\":10}");
    }

    @Test
    void anEventChangesTheNextAnswerAtOnce() {
        HttpResponse<String> before = next("ann");
        assertThat(TestClient.tree(before).path("basis").asText()).isEqualTo("popularity");

        HttpResponse<String> kept =
                client.post(
                        "/v1/events",
                        """
                        {"events": [
                          {"id": "1", "user": "ann", "item": "item-3", "behaviour": "pv"},
                          {"id": "2", "user": "ann", "item": "item-9", "behaviour": "purchase",
                           "time": "2026-01-02T03:04:05.678+01:00"},
                          {"id": "3", "user": "ann", "item": "never seen", "time": 1769860800000}]}
                        """);
        assertThat(kept.body()).isEqualTo("{\"accepted\":3}");
        JsonNode after = TestClient.tree(next("ann"));
        assertThat(after.path("basis").asText()).isEqualTo("transformer");
        assertThat(after.path("events").asInt()).isEqualTo(2);
        assertThat(after.path("unknown_events").asInt()).isEqualTo(1);
        assertThat(items(next("ann"))).isNotEqualTo(items(before)).hasSize(10);
    }

    @Test
    void servedIsPredictedOffline() {
        Random random = new Random(5);
        long start = System.currentTimeMillis() - 1000;
        for (int shopper = 0; shopper < 150; shopper++) {
            int length = 1 + random.nextInt(15);
            List<String> offline = new ArrayList<>();
            StringBuilder inline = new StringBuilder();
            StringBuilder events = new StringBuilder();
            for (int t = 0; t < length; t++) {
                String item = "item-" + (1 + random.nextInt(TestShop.ITEMS + 5));
                String behaviour = random.nextBoolean() ? "view" : "purchase";
                String area = List.of("a", "b", "c", "").get(random.nextInt(4));
                offline.add(item + ":" + behaviour + (area.isEmpty() ? "" : "?area=" + area));
                String both =
                        "\"item\":\"%s\",\"behaviour\":\"%s\",\"time\":%d,\"fields\":%s"
                                .formatted(
                                        item,
                                        behaviour,
                                        start + t,
                                        "{\"area\":\"" + area + "\",\"nobody\":1.5}");
                inline.append(t == 0 ? "" : ",").append('{').append(both).append('}');
                events.append(t == 0 ? "" : ",")
                        .append(
                                "{\"id\":\"%d-%d\",\"user\":\"u%d\","
                                        .formatted(shopper, t, shopper))
                        .append(both)
                        .append('}');
            }
            String club = shopper % 3 == 0 ? "a" : "new";
            SeenItems seen = shopper % 2 == 0 ? SeenItems.KEEP : SeenItems.REMOVE;
            List<Prediction> expected = new ArrayList<>();
            new PredictNext()
                    .run(
                            bundle,
                            Optional.empty(),
                            new PredictNext.Request(
                                    new Shoppers.Unseen(offline, Map.of("club", club)),
                                    20,
                                    Optional.of(seen)),
                            expected::add,
                            Progress.silent());
            String tail =
                    ",\"k\":20,\"seen\":\"%s\",\"facts\":{\"club\":\"%s\"}}"
                            .formatted(seen == SeenItems.KEEP ? "keep" : "remove", club);
            client.post("/v1/events", "{\"events\":[" + events + "]}");
            assertSame(
                    expected,
                    client.post("/v1/predict/next", "{\"history\":[" + inline + "]" + tail));
            assertSame(
                    expected,
                    client.post("/v1/predict/next", "{\"user\":\"u" + shopper + "\"" + tail));
        }
    }

    private static void assertSame(List<Prediction> expected, HttpResponse<String> response) {
        assertThat(items(response)).isEqualTo(expected.stream().map(Prediction::item).toList());
        JsonNode found = TestClient.tree(response).path("items");
        for (int rank = 0; rank < expected.size(); rank++) {
            assertThat(found.path(rank).path("score").asDouble())
                    .isCloseTo(expected.get(rank).score(), within(1e-4));
        }
    }

    @Test
    void aShopperOfTheStoreGetsTheAnswerOfTheSameHistoryHandedIn() {
        client.post(
                "/v1/events",
                "{\"events\":[{\"id\":\"1\",\"user\":\"bob\",\"item\":\"item-7\"},"
                        + "{\"id\":\"2\",\"user\":\"bob\",\"item\":\"item-8\",\"behaviour\":\"BUY\"}]}");

        assertThat(items(next("bob")))
                .isEqualTo(
                        items(
                                client.post(
                                        "/v1/predict/next",
                                        "{\"k\":10,\"history\":[{\"item\":\"item-7\"},"
                                                + "{\"item\":\"item-8\",\"behaviour\":\"order\"}]}")));
    }

    @Test
    void fieldsOfEventsAndFactsChangeTheAnswer() {
        String question = "{\"history\":[{\"item\":\"item-7\",\"fields\":%s}],\"facts\":%s}";
        JsonNode plain = scores(question.formatted("{}", "{}"));

        assertThat(scores(question.formatted("{\"area\":\"a\"}", "{}"))).isNotEqualTo(plain);
        assertThat(scores(question.formatted("{}", "{\"club\":\"b\"}"))).isNotEqualTo(plain);
        assertThat(scores(question.formatted("{\"area\":\"new\",\"x\":true}", "{\"y\":null}")))
                .isEqualTo(plain);
        assertThat(
                        client.post(
                                        "/v1/predict/next",
                                        question.formatted("{\"area\":[\"a\"]}", "{}"))
                                .body())
                .contains("/history/0/fields/area: expected a text, a number, true or false");
    }

    private JsonNode scores(String question) {
        HttpResponse<String> response = client.post("/v1/predict/next", question);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.tree(response).path("items");
    }

    @Test
    void filtersLeaveOutWhatTheySay() {
        String history = "{\"history\":[{\"item\":\"item-7\"}],";
        List<String> all = items(client.post("/v1/predict/next", history + "\"k\":5}"));

        assertThat(
                        items(
                                client.post(
                                        "/v1/predict/next",
                                        history
                                                + "\"k\":4,\"exclude\":[\""
                                                + all.get(0)
                                                + "\",\"unknown\"]}")))
                .isEqualTo(all.subList(1, 5));
        assertThat(
                        items(
                                client.post(
                                        "/v1/predict/next",
                                        history
                                                + "\"among\":[\""
                                                + all.get(3)
                                                + "\",\"unknown\",\""
                                                + all.get(1)
                                                + "\"]}")))
                .containsExactly(all.get(1), all.get(3));
    }

    @Test
    void aForgottenShopperHasNoHistory() {
        client.post("/v1/events", "{\"events\":[{\"user\":\"a/b c\",\"item\":\"item-7\"}]}");
        HttpResponse<String> gone = client.send(client.to("/v1/users/a%2Fb%20c").DELETE());

        assertThat(gone.statusCode()).isIn(200, 400);
        client.post("/v1/events", "{\"events\":[{\"user\":\"zoe\",\"item\":\"item-7\"}]}");
        HttpResponse<String> forgotten = client.send(client.to("/v1/users/zoe").DELETE());
        assertThat(forgotten.statusCode()).isEqualTo(200);
        assertThat(TestClient.tree(forgotten).path("signature").asText()).hasSize(64);
        client.post("/v1/events", "{\"events\":[{\"user\":\"zoe\",\"item\":\"item-7\"}]}");
        assertThat(TestClient.tree(next("zoe")).path("events").asInt()).isZero();
    }

    @Test
    void mistakesAreToldAsProblemsThatNameTheirPlace() {
        HttpResponse<String> typo = client.post("/v1/predict/next", "{\"histroy\":[]}");
        assertThat(typo.statusCode()).isEqualTo(400);
        assertThat(typo.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(TestClient.tree(typo).path("detail").asText())
                .contains("/histroy")
                .contains("did you mean history?");
        assertThat(TestClient.tree(typo).path("request_id").asText())
                .isEqualTo(typo.headers().firstValue("X-Request-Id").orElseThrow());

        String[][] requestsAndDetails = {
            {"{}", "either user or history, found neither"},
            {"{\"user\":\"a\",\"history\":[]}", "found both"},
            {"{\"user\":\"\"}", "/user: expected 1 to 256 bytes"},
            {"{\"user\":\"a\",\"k\":0}", "/k: expected a whole number from 1 to 1000, found '0'"},
            {"{\"user\":\"a\",\"k\":1e99}", "/k: expected a whole number"},
            {"{\"user\":\"a\",\"k\":99999999999999999999}", "/k: expected a whole number"},
            {"{\"user\":\"a\",\"user\":\"b\"}", "Duplicate"},
            {"{\"history\":[{}]}", "expected an item in every event"},
            {"{\"history\":[{\"item\":\"a\",\"behaviour\":\"steal\"}]}", "/history/0/behaviour"},
            {
                "{\"history\":[{\"item\":\"a\",\"time\":2000},{\"item\":\"a\",\"time\":1000}]}",
                "in the order of their times"
            },
            {"{\"history\":[{\"item\":\"a\",\"time\":\"yesterday\"}]}", "expected a time such as"},
            {"{\"user\":\"a\"} {}", "nothing after the object"},
            {"[]", "the body: expected an object, found a list"},
            {"", "expected an object, found the end"},
            {"{\"user\":\"a\\u0000b\"}", "no control characters"},
            {"{\"user\":\"\\ud800\"}", "broken"},
        };
        for (String[] pair : requestsAndDetails) {
            HttpResponse<String> response = client.post("/v1/predict/next", pair[0]);
            assertThat(response.statusCode()).as(pair[0]).isEqualTo(400);
            assertThat(TestClient.tree(response).path("detail").asText())
                    .as(pair[0])
                    .contains(pair[1]);
        }
    }

    @Test
    void aBatchWithAMistakeIsNotKeptAtAll() {
        HttpResponse<String> refused =
                client.post(
                        "/v1/events",
                        "{\"events\":[{\"user\":\"eve\",\"item\":\"item-1\"},{\"user\":\"eve\"}]}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("/events/1: expected user and item");
        assertThat(TestClient.tree(next("eve")).path("events").asInt()).isZero();
    }

    @Test
    void whatIsTooLargeOfAnotherTypeOrOfNoRouteIsRefused() {
        String long_ = "{\"user\":\"" + "x".repeat(70_000) + "\"}";
        assertThat(client.post("/v1/predict/next", long_).statusCode()).isEqualTo(413);
        String many = "{\"user\":\"a\",\"exclude\":[" + "\"x\",".repeat(300) + "\"x\"]}";
        assertThat(client.post("/v1/predict/next", many).statusCode()).isEqualTo(413);
        assertThat(
                        client.send(
                                        client.to("/v1/predict/next")
                                                .header("Content-Type", "text/plain")
                                                .POST(BodyPublishers.ofString("{}")))
                                .statusCode())
                .isEqualTo(415);
        assertThat(client.get("/v1/predict/next").statusCode()).isEqualTo(405);
        assertThat(client.get("/v2").statusCode()).isEqualTo(404);
        assertThat(client.post("/v1/predict/next", "[".repeat(60_000)).statusCode()).isEqualTo(400);
    }

    @Test
    void theDocumentNamesEveryRouteAndEveryNamedRouteIsThere() {
        for (TestClient door : List.of(client, admin)) {
            JsonNode document = TestClient.tree(door.get("/openapi.json"));
            assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
            document.path("paths")
                    .properties()
                    .forEach(
                            path ->
                                    path.getValue()
                                            .fieldNames()
                                            .forEachRemaining(
                                                    method -> {
                                                        HttpRequest.Builder request =
                                                                door.to(
                                                                                path.getKey()
                                                                                        .replaceAll(
                                                                                                "\\{\\w+}",
                                                                                                "u"))
                                                                        .method(
                                                                                method.toUpperCase(
                                                                                        Locale
                                                                                                .ROOT),
                                                                                BodyPublishers
                                                                                        .noBody());
                                                        HttpResponse<String> answer =
                                                                door.send(request);
                                                        assertThat(answer.statusCode())
                                                                .as("%s %s", method, path.getKey())
                                                                .isNotIn(405, 500);
                                                        assertThat(answer.body())
                                                                .as("%s %s", method, path.getKey())
                                                                .doesNotContain("no such route");
                                                    }));
        }
        assertThat(TestClient.tree(client.get("/openapi.json")).path("paths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "/v1/events",
                        "/v1/users/{user}",
                        "/v1/predict/next",
                        "/v1/predict/events",
                        "/v1/predict/intent",
                        "/v1/predict/churn",
                        "/v1/items/{item}/demand",
                        "/v1/explain",
                        "/health/live",
                        "/health/ready",
                        "/openapi.json");
    }

    @Test
    void metricsCountRequestsPredictionsAndDrift() {
        client.post("/v1/events", "{\"events\":[{\"user\":\"a\",\"item\":\"item-7\"}]}");
        next("a");

        assertThat(admin.get("/metrics").body())
                .contains("nextact_predictions_total{variant=\"champion/transformer\"} 1.0")
                .contains("nextact_events_kept_total{behaviour=\"view\"} 1.0")
                .contains("nextact_events_read_total{item=\"known\"} 1.0")
                .contains("nextact_requests_seconds_count")
                .contains("jvm_memory_used_bytes");
        assertThat(client.get("/metrics").statusCode()).isEqualTo(404);
    }

    @Test
    void driftIsTheDistanceFromTheTrainingPart() {
        assertThat(drift("behaviours")).isNaN();
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String item = i % 2 == 0 ? "item-" + (1 + i) : "new-" + i;
            String behaviour = i % 4 == 0 ? "view" : "purchase";
            events.append(i == 0 ? "" : ",")
                    .append(
                            "{\"user\":\"u\",\"item\":\"%s\",\"behaviour\":\"%s\"}"
                                    .formatted(item, behaviour));
        }
        client.post("/v1/events", "{\"events\":[" + events + "]}");
        assertThat(drift("predictions")).isNaN();
        for (int i = 0; i < 20; i++) {
            next("u");
        }

        assertThat(drift("unknown_items")).isEqualTo(0.5);
        // trained on 300 views and 100 purchases; a quarter of these are views
        assertThat(drift("behaviours")).isCloseTo(0.5, within(1e-9));
        // always the same ten items: in no more than so many of the tenths
        assertThat(drift("predictions")).isBetween(0.1, 1.0);
    }

    private double drift(String what) {
        String name = "nextact_drift{what=\"" + what + "\"} ";
        return admin.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void longAnswersAreCompressedForWhoAsksAndHttp2IsSpoken() throws Exception {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request =
                client.to("/v1/predict/next")
                        .header("Content-Type", "application/json")
                        .header("Accept-Encoding", "gzip")
                        .POST(BodyPublishers.ofString("{\"user\":\"a\",\"k\":500}"))
                        .build();
        http.send(client.to("/health/live").build(), BodyHandlers.discarding());
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(
                        new String(
                                new GZIPInputStream(response.body()).readAllBytes(),
                                StandardCharsets.UTF_8))
                .contains("\"items\":[");
    }

    @Test
    void slowSendersHoldNobodyUp() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                OutputStream out = socket.getOutputStream();
                out.write(
                        """
                        POST /v1/predict/next HTTP/1.1
                        Host: x
                        Content-Type: application/json
                        Content-Length: 100

                        {"us\
                        """
                                .replace("\n", CRLF)
                                .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                slow.add(socket);
            }
            Thread.sleep(200);
            long start = System.nanoTime();
            assertThat(next("a").statusCode()).isEqualTo(200);
            assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void noBodyHoweverBrokenMakesTheServerFail() {
        Random random = new Random(11);
        String[] seeds = {
            "{\"user\":\"u1\",\"k\":5,\"seen\":\"remove\",\"exclude\":[\"item-1\"],\"among\":[\"item-2\"]}",
            "{\"history\":[{\"item\":\"item-1\",\"behaviour\":\"buy\",\"time\":\"2026-01-01T00:00:00Z\"},"
                    + "{\"item\":\"item-2\",\"time\":1900000000000}]}",
            "{\"events\":[{\"id\":\"1\",\"user\":\"u\",\"item\":\"i\",\"behaviour\":\"pv\",\"time\":1}]}",
            "{\"version\":1,\"share\":0.5}"
        };
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "true",
            "-1",
            "1e999",
            "NaN",
            "9".repeat(50),
            "\\u0000",
            "\\ud800",
            "\u0000",
            "é",
            "\"a\":",
            "[[[[",
            "0.1",
            "\"\""
        };
        String[] paths = {"/v1/predict/next", "/v1/events", "/v1/users/x", "/openapi.json"};
        for (int i = 0; i < 2500; i++) {
            StringBuilder body = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int change = random.nextInt(4); change > 0 && body.length() > 0; change--) {
                int at = random.nextInt(body.length());
                switch (random.nextInt(3)) {
                    case 0 -> body.insert(at, pieces[random.nextInt(pieces.length)]);
                    case 1 -> body.deleteCharAt(at);
                    default ->
                            body.replace(
                                    at,
                                    Math.min(body.length(), at + 1 + random.nextInt(5)),
                                    pieces[random.nextInt(pieces.length)]);
                }
            }
            String path = paths[random.nextInt(paths.length)];
            HttpResponse<String> response = client.post(path, body.toString());
            assertThat(response.statusCode()).as(body.toString()).isLessThan(500);
        }
        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aServerThatOthersCouldReachWithoutKeysIsRefused() {
        TestShop shop = new TestShop(directory);
        server.close();
        assertThatThrownBy(
                        () ->
                                new ServeModel(Clock.systemUTC())
                                        .run(
                                                shop.config(", host: 0.0.0.0"),
                                                new ServeLog(
                                                        new PrintStream(log), Clock.systemUTC())))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("nextact keys add");
    }
}
