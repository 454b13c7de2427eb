package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemChoiceIT {

    private static final String KNOWN = "\"history\":[{\"item\":\"item-7\"},{\"item\":\"item-9\"}]";
    private static final String GONE = "item-3\n\nitem-4\nnever-known\n";
    private static final String UNKNOWN = "\"history\":[]";

    @TempDir private static Path directory;
    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
    private static TestShop shop;
    private static RunningServer server;
    private static TestClient client;

    @BeforeAll
    static void serve() throws Exception {
        Files.writeString(directory.resolve("gone.txt"), GONE);
        shop = new TestShop(directory);
        shop.addModel(1);
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(
                                        ", unavailable: gone.txt, limits: {timeout_millis: 20000}"),
                                new ServeLog(
                                        new PrintStream(LOG, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()));
        client = new TestClient(server.port());
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private static List<Integer> items(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<Integer> items = new ArrayList<>();
        for (JsonNode item : TestClient.tree(response).path("items")) {
            items.add(Integer.valueOf(item.path("item").asText().substring("item-".length())));
        }
        return items;
    }

    private static List<Integer> ask(String history, int k, String more) {
        return items(
                client.post(
                        "/v1/predict/next",
                        "{\"k\":%d,\"seen\":\"keep\",%s%s}".formatted(k, history, more)));
    }

    private static List<Integer> expected(String history, int k, IntPredicate passes) {
        return ask(history, TestShop.ITEMS, "").stream().filter(passes::test).limit(k).toList();
    }

    @Test
    void onlyWhatPassesIsAnsweredInItsOrderHoweverFewItIs() {
        for (String history : List.of(KNOWN, UNKNOWN)) {
            assertThat(ask(history, 10, ",\"where\":{\"category\":[\"category-2\",\"none\"]}"))
                    .hasSize(10)
                    .isEqualTo(
                            expected(
                                    history,
                                    10,
                                    i -> TestShop.category(i).equals(Optional.of("category-2"))));
            // of these there are four among five hundred
            assertThat(
                            ask(
                                    history,
                                    20,
                                    ",\"where\":{\"price\":{\"least\":200,\"most\":204},"
                                            + "\"colour\":[\"blue\"]}"))
                    .hasSize(3)
                    .isEqualTo(expected(history, 20, i -> i >= 400 && i <= 408 && i % 3 == 0));
            assertThat(ask(history, 10, ",\"where\":{\"price\":{\"most\":0.4}}")).isEmpty();
            assertThat(ask(history, 10, ",\"where\":{\"price\":[7, \"7.50\"]}"))
                    .containsExactlyInAnyOrder(14, 15);
            assertThat(ask(history, 10, ",\"where\":{\"category\":[]}")).isEmpty();
        }
    }

    @Test
    void filtersHoldTogether() {
        assertThat(
                        ask(
                                KNOWN,
                                50,
                                ",\"where\":{\"colour\":[\"red\"]},\"exclude\":[\"item-1\"],"
                                        + "\"among\":[\"item-1\",\"item-2\",\"item-3\",\"item-6\","
                                        + "\"item-10\"]"))
                // 1 is excluded, 2 is green, 3 cannot be had
                .isEqualTo(expected(KNOWN, 50, i -> i == 6 || i == 10));
    }

    private static List<Integer> capped(List<Integer> all, int k, int ofCategory, int ofColour) {
        Map<String, Integer> counts = new HashMap<>();
        List<Integer> taken = new ArrayList<>();
        for (int item : all) {
            List<String> colours = TestShop.colours(item);
            String category = TestShop.category(item).orElse("");
            boolean room = category.isEmpty() || counts.getOrDefault(category, 0) < ofCategory;
            for (String colour : colours) {
                room &= counts.getOrDefault(colour, 0) < ofColour;
            }
            if (room && taken.size() < k) {
                taken.add(item);
                counts.merge(category, 1, Integer::sum);
                colours.forEach(colour -> counts.merge(colour, 1, Integer::sum));
            }
        }
        return taken;
    }

    @Test
    void noMoreOfAKindAreAnsweredThanAskedForAndTheListIsFullWhereItCanBe() {
        for (String history : List.of(KNOWN, UNKNOWN)) {
            List<Integer> all = ask(history, TestShop.ITEMS, "");
            assertThat(ask(history, 10, ",\"at_most\":{\"category\":2}"))
                    .hasSize(10)
                    .isEqualTo(capped(all, 10, 2, 1000));
            assertThat(ask(history, 10, ",\"at_most\":{\"category\":1,\"colour\":4}"))
                    .isEqualTo(capped(all, 10, 1, 4));
            // seven categories, and ten items of none: no more than 17 can be had
            assertThat(ask(history, 300, ",\"at_most\":{\"category\":1}"))
                    .hasSize(17)
                    .isEqualTo(capped(all, 300, 1, 1000));
        }
    }

    @Test
    void whatCannotBeChosenByIsToldWithItsPlace() {
        String[][] requestsAndDetails = {
            {
                "\"where\":{\"categry\":[\"a\"]}",
                "/where/categry: the model keeps no such fact of items; did you mean category?"
                        + " Kept: category, colour, price"
            },
            {"\"where\":{\"a/b\":[\"a\"]}", "/where/a~1b: the model keeps no such fact"},
            {"\"where\":{\"category\":{\"least\":1}}", "/where/category: expected a list"},
            {"\"where\":{\"category\":\"a\"}", "/where/category: expected a list of values, or"},
            {"\"where\":{\"category\":[[]]}", "/where/category/0: expected a text or a number"},
            {"\"where\":{\"price\":{}}", "/where/price: expected a least, a most or both"},
            {"\"where\":{\"price\":{\"least\":2,\"most\":1}}", "a least that is not above"},
            {"\"where\":{\"price\":{\"least\":1e999}}", "/where/price/least: expected a finite"},
            {"\"where\":{\"price\":{\"lest\":1}}", "/where/price/lest: there is no such field"},
            {"\"where\":[]", "/where: expected an object"},
            {"\"at_most\":{\"price\":1}", "/at_most/price: expected a field of texts"},
            {"\"at_most\":{\"category\":0}", "/at_most/category: expected a whole number"},
            {"\"at_most\":{\"brand\":1}", "/at_most/brand: the model keeps no such fact"},
        };
        for (String[] pair : requestsAndDetails) {
            HttpResponse<String> response =
                    client.post("/v1/predict/next", "{" + KNOWN + "," + pair[0] + "}");
            assertThat(response.statusCode()).as(pair[0]).isEqualTo(400);
            assertThat(TestClient.tree(response).path("detail").asText())
                    .as(pair[0])
                    .contains(pair[1]);
        }
    }

    @Test
    void whatCannotBeHadIsNotAnsweredAndTheFileIsReadAgainWhenItChanges() throws Exception {
        List<Integer> before = ask(KNOWN, TestShop.ITEMS, "");
        assertThat(before).hasSize(TestShop.ITEMS - 2).doesNotContain(3, 4);

        Path other = directory.resolve("other");
        Files.writeString(other, "item-5\n");
        Files.move(other, directory.resolve("gone.txt"), StandardCopyOption.REPLACE_EXISTING);
        awaitItems(TestShop.ITEMS - 1);
        assertThat(ask(UNKNOWN, TestShop.ITEMS, "")).contains(3, 4).doesNotContain(5);

        // a version that comes later knows it too, and a file that went changes nothing
        shop.addModel(2);
        new TestClient(server.adminPort()).post("/v1/models/promote", "{\"version\":2}");
        assertThat(ask(KNOWN, TestShop.ITEMS, "")).doesNotContain(5);
        Files.delete(directory.resolve("gone.txt"));
        long end = System.nanoTime() + 10_000_000_000L;
        while (!LOG.toString(StandardCharsets.UTF_8).contains("stay as they were")
                && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(LOG.toString(StandardCharsets.UTF_8)).contains("unavailable items stay");
        assertThat(ask(KNOWN, TestShop.ITEMS, "")).doesNotContain(5);
        Files.writeString(directory.resolve("gone.txt"), GONE);
        awaitItems(TestShop.ITEMS - 2);
    }

    private static void awaitItems(int size) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (ask(KNOWN, TestShop.ITEMS, "").size() != size && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(ask(KNOWN, TestShop.ITEMS, "")).hasSize(size);
    }
}
