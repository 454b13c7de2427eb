package dev.nextact.data.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Tombstones;
import dev.nextact.data.EraseShoppers;
import dev.nextact.data.FindTraces;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectFromHttpIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final int ROWS_A_FILE = 25;

    @TempDir private Path shop;

    private final FakeApi api = new FakeApi(10);
    private final List<Duration> pauses = new ArrayList<>();

    @AfterEach
    void stop() {
        api.close();
    }

    private ShopConfig config(String path, String http) throws IOException {
        String yaml =
                "sources: [{path: '"
                        + api.address(path)
                        + "', name: orders, http: {"
                        + http
                        + "}, columns: {user: customer.id, item: item, price: price, brand:"
                        + " brand}}]\n";
        return ShopConfigReader.read(Files.writeString(shop.resolve("shop.yaml"), yaml), Map.of());
    }

    private CollectReport.Collected collect(ShopConfig config) {
        return new CollectSources(NOW, Map.of("TOKEN", "s3cret"), pauses::add, ROWS_A_FILE)
                .run(config, Progress.silent())
                .sources()
                .get(0);
    }

    private Path collected() {
        return shop.resolve("work/collected/orders");
    }

    private static PrepareReport prepare(ShopConfig config) {
        return new PrepareData(NOW).run(config, Progress.silent());
    }

    @Test
    void pagesByNumberBecomeFilesThatPrepareReads() throws IOException {
        api.addOrders(0, 73);
        ShopConfig config = config("/numbers?limit=10", "pages: {number: page}");

        CollectReport.Collected report = collect(config);

        assertThat(report.newRows()).isEqualTo(73);
        assertThat(report.rows()).isEqualTo(73);
        assertThat(report.newFiles()).isEqualTo(3); // 30, 30 and 13 rows: whole pages
        assertThat(api.requests()).startsWith("limit=10&page=1").endsWith("limit=10&page=9");
        PrepareReport prepared = prepare(config);
        assertThat(prepared.users()).isEqualTo(7);
        assertThat(prepared.items()).isEqualTo(11);
    }

    @Test
    void everyKeyOfARowIsKeptWithTheDigitsItCameWith() throws IOException, SQLException {
        api.add(
                "{\"customer\": {\"id\": 12345678901234567890}, \"item\": \"i\", \"price\": 1.50,"
                        + " \"tags\": [1, {\"a\": 2}], \"Item\": true, \"none\": null}");
        collect(config("/numbers", "pages: {number: page}"));

        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var row =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT \"customer.id\", price, tags, \"Item\", \"item_2\","
                                                + " brand FROM '"
                                                + collected()
                                                + "/*.parquet'")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("12345678901234567890");
            assertThat(row.getString(2)).isEqualTo("1.50");
            assertThat(row.getString(3)).isEqualTo("[1,{\"a\":2}]");
            assertThat(row.getString(4)).isEqualTo("true");
            assertThat(row.getString(5)).isEqualTo("i");
            assertThat(row.getString(6)).as("a column the config names").isNull();
        }
    }

    @Test
    void cursorsAndLinksAreFollowed() throws IOException {
        api.addOrders(0, 35);
        ShopConfig cursors =
                config(
                        "/cursors",
                        "rows: data.orders, pages: {cursor: meta.next, parameter: after}");
        assertThat(collect(cursors).newRows()).isEqualTo(35);
        assertThat(api.requests()).startsWith("null", "after=c%2F1+%26%3D");
        AtomicFiles.deleteTree(collected());

        assertThat(collect(config("/links", "pages: {link: header}")).newRows()).isEqualTo(35);
    }

    @Test
    void theNextRunTakesOnlyWhatIsNew() throws IOException {
        ShopConfig config =
                config(
                        "/cursors",
                        "rows: data.orders, pages: {cursor: meta.next, parameter: after}");
        api.addOrders(0, 34);
        collect(config);
        assertThat(collect(config).newRows()).isZero();
        api.addOrders(34, 58);

        CollectReport.Collected report = collect(config);

        assertThat(report.newRows()).isEqualTo(24);
        assertThat(report.rows()).isEqualTo(58);
        assertThat(prepare(config).read()).isEqualTo(58);
    }

    @Test
    void whatMayPassIsTriedAgainAfterAWaitThatDoubles() throws IOException {
        api.addOrders(0, 12);
        ShopConfig config = config("/numbers", "pages: {number: page}, retries: 7, timeout: 1s");
        api.next(
                FakeApi.status(503, "X", "y"),
                FakeApi.body("<html>Bad gateway</html>"),
                FakeApi.cut(),
                FakeApi.stall(3000),
                FakeApi.body(""),
                FakeApi.status(429, "Retry-After", "7"),
                FakeApi.status(429, "Retry-After", "Wed, 01 Jan 2020 00:00:09 GMT"));

        assertThat(collect(config).newRows()).isEqualTo(12);
        assertThat(pauses)
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 7L, 9L);
    }

    @Test
    void afterTheLastTryWhatWasCollectedIsKeptAndGoneOnFrom() throws IOException {
        api.addOrders(0, 45);
        ShopConfig config = config("/numbers", "pages: {number: page}, retries: 1");
        // three pages are taken, then the API is down
        for (int i = 0; i < 3; i++) {
            int page = i;
            api.next(exchange -> FakeApi.body(rows(page * 10, page * 10 + 10)).answer(exchange));
        }
        api.next(FakeApi.status(500, "X", "y"), FakeApi.status(500, "X", "y"));

        assertThatThrownBy(() -> collect(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("no page after 2 tries; the last: answered 500: out of order")
                .hasMessageContaining("run `nextact collect` again");
        api.requests().clear();

        assertThat(collect(config).newRows()).isEqualTo(15);
        assertThat(api.requests()).startsWith("page=3"); // the last page again, then on
        assertThat(prepare(config).read()).isEqualTo(45);
    }

    @Test
    void aPageThatThePowerCutShortIsAskedForAgain() throws IOException {
        api.addOrders(0, 25);
        ShopConfig config = config("/numbers", "pages: {number: page}, retries: 0");
        for (int i = 0; i < 2; i++) {
            int page = i;
            api.next(exchange -> FakeApi.body(rows(page * 10, page * 10 + 10)).answer(exchange));
        }
        api.next(FakeApi.status(500, "X", "y"));
        assertThatThrownBy(() -> collect(config)).hasMessageContaining("answered 500");
        Path second = collected().resolve(".pages/000000000000001.json");
        Files.writeString(second, Files.readString(second).substring(0, 40));

        assertThat(collect(config).rows()).isEqualTo(25);
        assertThat(prepare(config).kept()).isEqualTo(25);
    }

    private static String rows(int from, int to) {
        try (FakeApi other = new FakeApi(1000)) {
            other.addOrders(from, to);
            return "[" + other.all() + "]";
        }
    }

    @Test
    void headersComeFromTheEnvironmentAndStayThere() throws IOException {
        api.addOrders(0, 5);
        ShopConfig config =
                config(
                        "/numbers",
                        "pages: {number: page}, headers: {Authorization: Bearer $TOKEN}");
        collect(config);
        assertThat(api.tokens()).contains("Bearer s3cret");
        assertThat(collected().resolve(".origin")).content().doesNotContain("s3cret");

        assertThatThrownBy(
                        () ->
                                new CollectSources(NOW, Map.of(), pauses::add, ROWS_A_FILE)
                                        .run(config, Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("environment variable TOKEN, which is not set");
    }

    @Test
    void whatNeverPassesIsSaidAtOnce() throws IOException {
        api.addOrders(0, 5);
        ShopConfig config = config("/numbers", "pages: {number: page}");
        api.next(FakeApi.status(401, "X", "y"));
        assertThatThrownBy(() -> collect(config))
                .hasMessageContaining("answered 401: out of order. Check headers");
        api.next(FakeApi.status(302, "Location", "https://elsewhere.example/"));
        assertThatThrownBy(() -> collect(config))
                .hasMessageContaining("https://elsewhere.example/");
        api.next(FakeApi.body("{\"orders\": [], \"others\": []}"));
        assertThatThrownBy(() -> collect(config))
                .hasMessageContaining("it holds orders, others. Name the list's place with rows:");
        assertThat(pauses).isEmpty();
    }

    @Test
    void anotherServerGetsNoHeaders() throws IOException {
        api.addOrders(0, 5);
        api.next(
                FakeApi.body("{\"orders\": [{\"item\": 1}], \"next\": \"http://other.example/\"}"));

        assertThatThrownBy(() -> collect(config("/links", "pages: {link: next}")))
                .hasMessageContaining("another server");
    }

    @Test
    void anApiThatDoesNotOnlyAppendIsRefused() throws IOException {
        api.addOrders(0, 12);
        ShopConfig config = config("/numbers", "pages: {number: page}");
        collect(config);
        api.replace(11, "{\"item\": \"changed\"}");

        assertThatThrownBy(() -> collect(config))
                .hasMessageContaining("no longer begins with the 2 rows taken of it");
    }

    @Test
    void anApiThatDoesNotPageIsRefused() throws IOException {
        api.addOrders(0, 12);
        api.next(FakeApi.body("[{\"item\": 1}]"), FakeApi.body("[{\"item\": 1}]"));

        assertThatThrownBy(() -> collect(config("/numbers", "pages: {number: page}")))
                .hasMessageContaining("two pages in a row hold the same rows");
    }

    @Test
    void aKillAtAnyMomentChangesNothing() throws Exception {
        api.addOrders(0, 197);
        api.slowDown(10);
        String yaml =
                "sources: [{path: '"
                        + api.address("/numbers")
                        + "', name: events, http: {pages: {number: page}}, columns: {user:"
                        + " customer.id, item: item}}]\n";

        KilledChild.assertKillsChangeNothing(shop, yaml, 45);
    }

    @Test
    void rowsThatAreNoObjectsAreCountedAndRejectedByPrepare() throws IOException {
        api.addOrders(0, 3);
        api.add("7");
        ShopConfig config = config("/numbers", "pages: {number: page}");

        assertThat(collect(config).unreadable()).isEqualTo(1);
        assertThat(prepare(config).rejected()).isEqualTo(1);
        assertThat(shop.resolve("work/prepared/rejected.csv")).content().contains("7");
    }

    @Test
    void prepareSaysThatNothingHasBeenCollected() throws IOException {
        ShopConfig config = config("/numbers", "pages: {number: page}");

        assertThatThrownBy(() -> prepare(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("nothing has been collected from " + api.address("/numbers"))
                .hasMessageContaining("nextact collect");
    }

    private void addOrdersOf(String customer, int from, int to) {
        for (int i = from; i < to; i++) {
            String of = i % 3 == 0 ? customer : "shopper-" + i % 5;
            api.add(
                    String.format(
                            "{\"id\": \"order-%05d\", \"customer\": {\"id\": \"%s\"}, \"item\":"
                                    + " \"i%d\"}",
                            i, of, i % 11));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "privacy: {pseudonyms: {key: {file: keys}}}\n"})
    void whoIsForgottenLeavesTheFilesAndIsNotCollectedAgain(String privacy) throws IOException {
        Files.writeString(shop.resolve("keys"), "01".repeat(32) + "\n");
        addOrdersOf("anneliese", 0, 60);
        config("/numbers?limit=10", "pages: {number: page}");
        Files.writeString(
                shop.resolve("shop.yaml"), Files.readString(shop.resolve("shop.yaml")) + privacy);
        ShopConfig config = ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of());
        String kept = Pseudonyms.of(config).ofUser("anneliese");
        List<byte[]> traces = new ArrayList<>();
        for (int i = 0; i < 70; i += 3) {
            traces.add(String.format("order-%05d", i).getBytes(StandardCharsets.UTF_8));
        }
        traces.add("anneliese".getBytes(StandardCharsets.UTF_8));
        byte[] name = kept.getBytes(StandardCharsets.UTF_8);
        collect(config);
        prepare(config);
        FindTraces search = new FindTraces(Map.of());
        assertThat(search.run(collected(), List.of(name))).isNotEmpty();
        assertThat(search.run(collected(), traces).isEmpty()).isEqualTo(!privacy.isEmpty());
        traces.add(name);

        Tombstones.open(config).add(List.of(kept));
        EraseShoppers.Result erased =
                new EraseShoppers(NOW).run(config, List.of("anneliese"), Progress.silent());

        assertThat(erased.collected()).isEqualTo(20);
        assertThat(search.run(shop.resolve("work"), traces)).isEmpty();
        assertThat(prepare(config).events()).isEqualTo(40);

        addOrdersOf("anneliese", 60, 70);
        CollectReport.Collected again = collect(config);

        assertThat(again.newFiles()).isEqualTo(1);
        assertThat(search.run(shop.resolve("work"), traces)).isEmpty();
        assertThat(prepare(config).events()).isEqualTo(46); // 60, 63, 66 and 69 are hers
        assertThat(search.run(shop.resolve("work"), traces)).isEmpty();
    }

    /**
     * One order a day before {@link #NOW}, of which every prepare takes out what is too old then.
     */
    @Test
    void whatBecomesTooOldLeavesTheFiles() throws IOException {
        for (int i = 0; i < 60; i++) {
            addOrderOfDay(i);
        }
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        "sources: [{path: '"
                                + api.address("/numbers?limit=10")
                                + "', name: orders, http: {pages: {number: page}}, columns: {user:"
                                + " customer, item: item, time: at}}]\n"
                                + "privacy: {retention: 100d}\n");
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        collect(config);
        assertThat(prepareAfter(config, 0).events()).isEqualTo(60);
        assertThat(ordersFound()).containsExactly(0, 9, 10, 39, 40, 59);

        PrepareReport some = prepareAfter(config, 50);

        assertThat(some.events()).isEqualTo(50);
        assertThat(some.files().get(0).rejected().values()).containsExactly(10L);
        assertThat(ordersFound()).containsExactly(10, 39, 40, 59);

        // of the first file, of 30 rows, nothing is left but where it was in the source
        assertThat(prepareAfter(config, 80).events()).isEqualTo(20);
        assertThat(ordersFound()).containsExactly(40, 59);
        assertThat(prepareAfter(config, 80).events()).isEqualTo(20);

        addOrderOfDay(60);
        CollectReport.Collected again = collect(config);
        assertThat(again.newRows()).isEqualTo(1);
        assertThat(prepareAfter(config, 80).events()).isEqualTo(21);
    }

    private void addOrderOfDay(int i) {
        api.add(
                String.format(
                        "{\"id\": \"order-%05d\", \"customer\": \"c%d\", \"item\": \"i%d\", \"at\":"
                                + " \"%s\"}",
                        i, i % 3, i % 11, NOW.instant().minus(Duration.ofDays(60 - i))));
    }

    private static PrepareReport prepareAfter(ShopConfig config, int days) {
        return new PrepareData(Clock.offset(NOW, Duration.ofDays(days)))
                .run(config, Progress.silent());
    }

    /** Which orders the collected files hold, of a few at the edges. */
    private List<Integer> ordersFound() throws IOException {
        FindTraces search = new FindTraces(Map.of());
        List<Integer> found = new ArrayList<>();
        for (int i : List.of(0, 9, 10, 39, 40, 59)) {
            byte[] name = String.format("order-%05d", i).getBytes(StandardCharsets.UTF_8);
            if (!search.run(collected(), List.of(name)).isEmpty()) {
                found.add(i);
            }
        }
        return found;
    }

    @Test
    void anotherSourceUnderTheSameNameIsRefused() throws IOException {
        api.addOrders(0, 3);
        collect(config("/numbers", "pages: {number: page}"));

        assertThatThrownBy(() -> collect(config("/links", "pages: {link: header}")))
                .hasMessageContaining("another name");
    }

    @Test
    void aConfigOfFilesAloneHasNothingToCollect() throws IOException {
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        "sources: [{path: a.csv, columns: {user: u, item: i}}]\n");

        assertThatThrownBy(() -> collect(ShopConfigReader.read(yaml, Map.of())))
                .hasMessageContaining("are all files");
    }
}
