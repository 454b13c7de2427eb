package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsIT {

    @TempDir private Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private TestShop shop;
    private RunningServer server;
    private TestClient client;
    private TestClient admin;

    @BeforeEach
    void serve() {
        shop = new TestShop(directory);
        shop.addModel(1);
        start(", limits: {timeout_millis: 20000}");
    }

    private void start(String more) {
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(more),
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()));
        client = new TestClient(server.port());
        admin = new TestClient(server.adminPort());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode next(String user) {
        return TestClient.tree(client.post("/v1/predict/next", "{\"user\":\"" + user + "\"}"));
    }

    private HttpResponse<String> put(String path, String json) {
        return admin.send(
                admin.to(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json)));
    }

    @Test
    void aPromotedVersionAnswersAndRollbackBringsTheOldOneBack() {
        shop.addModel(2);
        assertThat(next("a").path("version").asInt()).isEqualTo(1);

        assertThat(admin.post("/v1/models/promote", "{\"version\":2}").statusCode()).isEqualTo(200);
        assertThat(next("a").path("version").asInt()).isEqualTo(2);
        assertThat(admin.post("/v1/models/rollback", "").statusCode()).isEqualTo(200);
        assertThat(next("a").path("version").asInt()).isEqualTo(1);
        assertThat(admin.post("/v1/models/rollback", "").statusCode()).isEqualTo(422);
    }

    @Test
    void whatWasPromotedIsServedAfterARestart() {
        shop.addModel(2);
        shop.addModel(3);
        admin.post("/v1/models/promote", "{\"version\":2}");
        server.close();
        start(", limits: {timeout_millis: 20000}");

        assertThat(next("a").path("version").asInt()).isEqualTo(2);
    }

    @Test
    void aBadBundleIsRefusedAndTheOldOneStays() throws Exception {
        Bundle second = shop.addModel(2);
        Files.writeString(second.onnx(), "damaged");
        Bundle third = shop.addModel(3);
        Files.delete(third.directory().resolve("manifest.json"));

        for (int version : new int[] {2, 3, 77}) {
            HttpResponse<String> refused =
                    admin.post("/v1/models/promote", "{\"version\":" + version + "}");
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(next("a").path("version").asInt()).isEqualTo(1);
        }
        // by the file as well
        Files.writeString(
                second.directory().resolveSibling("served.json"),
                "{\"champion\":2,\"previous\":[1]}");
        long end = System.nanoTime() + 10_000_000_000L;
        while (!admin.get("/metrics").body().contains("nextact_model_refused 1.0")
                && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(TestClient.tree(admin.get("/v1/models")).path("refused").asText())
                .contains("model.onnx is damaged");
        assertThat(next("a").path("version").asInt()).isEqualTo(1);
    }

    @Test
    void noRequestFailsWhileVersionsChange() throws Exception {
        shop.addModel(2);
        AtomicBoolean ended = new AtomicBoolean();
        List<CompletableFuture<Integer>> shoppers = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            shoppers.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                TestClient own = new TestClient(server.port());
                                int answers = 0;
                                while (!ended.get()) {
                                    HttpResponse<String> response =
                                            own.post(
                                                    "/v1/predict/next",
                                                    "{\"history\":[{\"item\":\"item-1\"}]}");
                                    assertThat(response.statusCode()).isEqualTo(200);
                                    answers++;
                                }
                                return answers;
                            }));
        }
        for (int change = 0; change < 8; change++) {
            int version = 2 - change % 2;
            assertThat(
                            admin.post("/v1/models/promote", "{\"version\":" + version + "}")
                                    .statusCode())
                    .isEqualTo(200);
            Thread.sleep(100);
        }
        ended.set(true);
        for (CompletableFuture<Integer> shopper : shoppers) {
            assertThat(shopper.join()).isPositive();
        }
    }

    @Test
    void aChallengerAnswersItsShareAndAShadowIsCompared() {
        shop.addModel(2);
        assertThat(put("/v1/models/challenger", "{\"version\":2,\"share\":0.5}").statusCode())
                .isEqualTo(200);
        int challenged = 0;
        for (int user = 0; user < 200; user++) {
            JsonNode answer = next("user-" + user);
            boolean challenger = answer.path("variant").asText().equals("challenger");
            assertThat(answer.path("version").asInt()).isEqualTo(challenger ? 2 : 1);
            challenged += challenger ? 1 : 0;
        }
        assertThat(challenged).isBetween(60, 140);
        assertThat(put("/v1/models/challenger", "{\"version\":2,\"share\":7}").statusCode())
                .isEqualTo(400);
        assertThat(admin.send(admin.to("/v1/models/challenger").DELETE()).statusCode())
                .isEqualTo(200);

        assertThat(put("/v1/models/shadow", "{\"version\":2}").statusCode()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            client.post("/v1/predict/next", "{\"history\":[{\"item\":\"item-1\"}]}");
        }
        assertThat(admin.get("/metrics").body()).contains("nextact_shadow_overlap_count 5");
    }
}
