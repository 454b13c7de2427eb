package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.Grain;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of a model that reads baskets. */
class BasketsIT {

    /** Of a purchase, in milliseconds. */
    private static final long NOON = 1_767_268_800_000L;

    @TempDir private Path directory;
    private RunningServer server;
    private TestClient client;

    @BeforeEach
    void serve() {
        TestShop shop = new TestShop(directory);
        shop.addModel(1, Grain.BASKET);
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(", limits: {timeout_millis: 20000}"),
                                new ServeLog(
                                        new PrintStream(
                                                new ByteArrayOutputStream(),
                                                true,
                                                StandardCharsets.UTF_8),
                                        Clock.systemUTC()));
        client = new TestClient(server.port());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String event(int item, long minutes) {
        return "\"item\": \"item-%d\", \"behaviour\": \"purchase\", \"time\": %d"
                .formatted(item, NOON + minutes * 60_000);
    }

    /** What is answered after these items, each at its minute. */
    private JsonNode after(int[] items, long... minutes) {
        String history =
                IntStream.range(0, items.length)
                        .mapToObj(i -> "{" + event(items[i], minutes[i]) + "}")
                        .collect(Collectors.joining(","));
        return TestClient.tree(
                        client.post(
                                "/v1/predict/next", "{\"history\": [" + history + "], \"k\": 5}"))
                .path("items");
    }

    @Test
    void eventsOfOneTimeAreOneBasket() {
        JsonNode basket = after(new int[] {1, 2, 3}, 0, 9, 9);

        assertThat(basket).hasSize(5);
        assertThat(after(new int[] {1, 3, 2}, 0, 9, 9)).isEqualTo(basket);
        assertThat(after(new int[] {1, 2, 3}, 0, 9, 10)).isNotEqualTo(basket);
        assertThat(after(new int[] {1, 3, 2}, 0, 9, 10))
                .isNotEqualTo(after(new int[] {1, 2, 3}, 0, 9, 10));
    }

    @Test
    void keptEventsAreOneBasketToo() {
        String events =
                IntStream.of(1, 3, 2)
                        .mapToObj(
                                item ->
                                        "{\"id\": \"%d\", \"user\": \"ann\", %s}"
                                                .formatted(item, event(item, item == 1 ? 0 : 9)))
                        .collect(Collectors.joining(","));
        assertThat(client.post("/v1/events", "{\"events\": [" + events + "]}").body())
                .isEqualTo("{\"accepted\":3}");

        JsonNode kept =
                TestClient.tree(client.post("/v1/predict/next", "{\"user\": \"ann\", \"k\": 5}"))
                        .path("items");
        assertThat(kept).isEqualTo(after(new int[] {1, 2, 3}, 0, 9, 9));
    }
}
