package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverloadIT {

    @TempDir private Path directory;

    @Test
    void whatCannotBeAnsweredInTimeIsTurnedAwayAndTheServerGoesOn() throws Exception {
        TestShop shop = new TestShop(directory);
        shop.addModel(1);
        ExecutorService askers = Executors.newFixedThreadPool(16);
        try (RunningServer server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(
                                        ", limits: {waiting: 1, timeout_millis: 1},"
                                                + " engine: {threads: 1, batch: 1}"),
                                new ServeLog(
                                        new PrintStream(new ByteArrayOutputStream()),
                                        Clock.systemUTC()))) {
            TestClient client = new TestClient(server.port());
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                answers.add(
                        askers.submit(
                                () ->
                                        client.post(
                                                "/v1/predict/next",
                                                "{\"history\":[{\"item\":\"item-1\"}]}")));
            }
            int turnedAway = 0;
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isIn(200, 503);
                if (answer.get().statusCode() == 503) {
                    turnedAway++;
                    assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
                    assertThat(answer.get().body()).contains("Overloaded");
                }
            }
            assertThat(turnedAway).isPositive();
            int status = 503;
            for (int i = 0; i < 50 && status == 503; i++) {
                status =
                        client.post("/v1/predict/next", "{\"history\":[{\"item\":\"item-1\"}]}")
                                .statusCode();
            }
            assertThat(status).isEqualTo(200);
        } finally {
            askers.shutdown();
        }
    }
}
