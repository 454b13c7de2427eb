package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.predict.DemandTable;
import dev.nextact.serve.Prepared;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemandRouteIT {

    private static final DemandPanel PANEL =
            new DemandPanel(
                    DemandPeriod.WEEK,
                    0,
                    4,
                    List.of(),
                    List.of(
                            DemandSeries.of("tea", 0, 3, 0, 5, 2),
                            DemandSeries.of("süß / 1", 2, 0, 1)));

    @TempDir private Path directory;
    private TestShop shop;

    @BeforeEach
    void makeAShop() {
        shop = new TestShop(directory);
        shop.addModel(1);
    }

    private DemandTable table() {
        return shop.demand(PANEL);
    }

    private RunningServer serve(Optional<Supplier<DemandTable>> demand) {
        return new ServeModel(Clock.systemUTC())
                .run(
                        shop.config(""),
                        new Prepared(demand, Optional.empty()),
                        new ServeLog(
                                new PrintStream(
                                        new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                                Clock.systemUTC()));
    }

    /** Asked again until it has been foretold. */
    private static HttpResponse<String> foretold(TestClient client, String path) {
        HttpResponse<String> response = client.get(path);
        for (int i = 0; i < 500 && response.statusCode() == 503; i++) {
            LockSupport.parkNanos(10_000_000);
            response = client.get(path);
        }
        return response;
    }

    @Test
    void theServerIsReadyWhileDemandIsBeingForetold() {
        CountDownLatch asked = new CountDownLatch(1);
        Supplier<DemandTable> slow =
                () -> {
                    try {
                        asked.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return table();
                };
        try (RunningServer server = serve(Optional.of(slow))) {
            TestClient client = new TestClient(server.port());
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
            HttpResponse<String> early = client.get("/v1/items/tea/demand");
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(early.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(early.body()).contains("is being foretold");

            asked.countDown();
            assertThat(foretold(client, "/v1/items/tea/demand").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatCannotBeForetoldIsToldWithTheReason() {
        Supplier<DemandTable> damaged =
                () -> {
                    throw NextactException.input("the log is damaged");
                };
        try (RunningServer server = serve(Optional.of(damaged))) {
            HttpResponse<String> refused =
                    foretold(new TestClient(server.port()), "/v1/items/tea/demand");
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("the log is damaged");
        }
    }

    @Test
    void anItemsDemandIsWhatTheTableSays() {
        DemandTable table = table();
        try (RunningServer server = serve(Optional.of(() -> table))) {
            TestClient client = new TestClient(server.port());
            JsonNode answer = TestClient.tree(foretold(client, "/v1/items/tea/demand"));
            DemandForecast forecast = table.of("tea").orElseThrow();
            assertThat(answer.path("item").asText()).isEqualTo("tea");
            assertThat(answer.path("period").asText()).isEqualTo("week");
            assertThat(answer.path("version").asInt()).isEqualTo(1);
            assertThat(answer.path("steps")).hasSize(2);
            JsonNode second = answer.path("steps").get(1);
            assertThat(second.path("starts").asText()).isEqualTo("1970-02-05");
            assertThat(second.path("expected").asDouble())
                    .isCloseTo(forecast.mean()[1], within(1e-12));
            assertThat(second.path("quantiles").path("0.9").asDouble())
                    .isEqualTo(forecast.quantiles()[1][DemandForecast.LEVELS.indexOf(0.9)]);
            assertThat(second.path("high_80").asDouble()).isEqualTo(forecast.interval()[1][1]);
            JsonNode reasons =
                    TestClient.tree(client.get("/v1/items/tea/demand?explain=true"))
                            .path("reasons");
            assertThat(reasons.path("periods")).hasSize(4);
            assertThat(reasons.path("periods").get(0).path("sold").asDouble()).isEqualTo(2);
            assertThat(reasons.path("numbers").get(0).path("of").asText()).isEqualTo("sales");
            HttpResponse<String> encoded = client.get("/v1/items/s%C3%BC%C3%9F%20%2F%201/demand");
            assertThat(TestClient.tree(encoded).path("item").asText()).isEqualTo("süß / 1");
        }
    }

    @Test
    void anUnknownItemAndAServerWithoutDemandSaySo() {
        try (RunningServer server = serve(Optional.of(this::table))) {
            HttpResponse<String> unknown =
                    foretold(new TestClient(server.port()), "/v1/items/coffee/demand");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("knows this item", "request_id");
        }
        try (RunningServer server = serve(Optional.empty())) {
            TestClient client = new TestClient(server.port());
            HttpResponse<String> none = client.get("/v1/items/tea/demand");
            assertThat(none.statusCode()).isEqualTo(422);
            assertThat(none.body()).contains("nextact train --demand");
            assertThat(TestClient.tree(client.get("/openapi.json")).path("paths").fieldNames())
                    .toIterable()
                    .contains("/v1/items/{item}/demand");
        }
    }
}
