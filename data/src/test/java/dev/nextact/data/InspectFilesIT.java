package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny files in the shapes that public logs have; each must prepare with the config as written. */
class InspectFilesIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path shop;

    private Path file(String name, String... lines) throws IOException {
        Path file = shop.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, List.of(lines));
    }

    private Path yaml() {
        return shop.resolve("shop.yaml");
    }

    private InspectReport inspect(List<String> columns, Path... files) {
        return new InspectFiles()
                .run(
                        List.of(files),
                        new InspectFiles.Settings(columns, yaml(), true, 1000),
                        Progress.silent());
    }

    private InspectReport inspect(Path... files) {
        return inspect(List.of(), files);
    }

    private ShopConfig config() {
        return ShopConfigReader.read(yaml(), Map.of());
    }

    /** Prepares with the config as it was written; every row must be kept. */
    private PrepareReport prepared() {
        PrepareReport report = new PrepareData(NOW).run(config(), Progress.silent());
        assertThat(report.rejected()).isZero();
        return report;
    }

    private static Map<String, String> fields(InspectReport report, int file) {
        return report.files().get(file).columns().stream()
                .filter(column -> !column.field().isEmpty())
                .collect(
                        Collectors.toMap(
                                InspectReport.ColumnFinding::field,
                                InspectReport.ColumnFinding::column));
    }

    @Test
    void aLogWithTheUsualColumnsNeedsNoEdit() throws IOException {
        Path log =
                file(
                        "2019-Oct.csv",
                        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session",
                        "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d7",
                        "2019-10-01 00:00:01 UTC,cart,3900821,2053013552326770905,kitchen.kettle,aqua,33.20,554748717,9333",
                        "2019-10-01 02:28:01 UTC,purchase,3900821,2053013552326770905,kitchen.kettle,,33.20,554748717,9333");

        assertThat(fields(inspect(log), 0))
                .containsOnly(
                        Map.entry("time", "event_time"),
                        Map.entry("behaviour", "event_type"),
                        Map.entry("item", "product_id"),
                        Map.entry("category", "category_code"),
                        Map.entry("brand", "brand"),
                        Map.entry("price", "price"),
                        Map.entry("user", "user_id"),
                        Map.entry("session", "user_session"));

        assertThat(prepared().behaviours()).containsOnlyKeys("view", "cart", "purchase");
        assertThat(config().target()).isEqualTo("purchase");
        assertThat(config().split().test()).hasMinutes(10);
        assertThat(yaml())
                .content()
                .contains("# not used: category_id")
                .contains("path: '2019-Oct.csv'");
    }

    @Test
    void runningNumbersForTimesMeanLeaveOneOutAndItemsAreFoundToBeATable() throws IOException {
        Path log = file("events.csv", "user_id,item_id,timestamp", "1,1,0", "1,2,1", "2,1,0");
        Path items = file("items.csv", "item_id,attributes", "1,173|1|162", "2,173|2");

        InspectReport report = inspect(log, items);

        assertThat(report.files())
                .extracting(InspectReport.FileFinding::role)
                .containsExactly(InspectReport.Role.EVENTS, InspectReport.Role.ITEMS);
        assertThat(config().split().protocol()).isEqualTo("leave-one-out");
        assertThat(prepared().clock()).isFalse();
        assertThat(PreparedData.itemAttributes(shop.resolve("work/prepared")).get("1"))
                .containsEntry("attributes", "173|1|162");
    }

    @Test
    void salesWithoutItemsArePurchases() throws IOException {
        Path sales =
                file(
                        "transactions.csv",
                        "customer_id,date,quantity,amount",
                        "00001,1997-01-01,1,11.77",
                        "00002,1997-01-12,1,12.00",
                        "00002,1997-01-12,1,12.00",
                        "00002,1998-01-12,5,77.00");
        Path ids = file("sample.csv", "customer_id", "00001");

        InspectReport report = inspect(sales, ids);

        assertThat(report.files().get(1).role()).isEqualTo(InspectReport.Role.USERS);
        assertThat(yaml()).content().doesNotContain("sample.csv\n    columns");
        // two orders on one day are two orders
        assertThat(prepared().behaviours()).containsOnly(Map.entry("purchase", 4L));
    }

    @Test
    void numbersForKindsOfActsAreOrderedByWhatComesAfterWhatAndSoItIsSaid() throws IOException {
        String header = "action_time,user_id,sku_id,type,sessionId,index";
        String browsed = "2018-03-01 00:00:0%d,27322%d,159865,1,42,151986240%d.0";
        String ordered = "2018-03-01 00:01:0%d,27322%d,159865,2,42,151986246%d.0";
        String commented = "2018-03-02 00:00:0%d,99%d,352849,3,93,151994880%d.0";
        List<String> train = new ArrayList<>(List.of(header));
        for (String row : List.of(browsed, ordered, commented)) {
            // more orders than comments, which come later and after nothing else
            for (int user = 0; user < (row.equals(commented) ? 2 : 4); user++) {
                train.add(row.formatted(user, user, user));
            }
        }
        Path first = file("train.csv", train.toArray(String[]::new));
        Path test = file("test.csv", header, "2018-03-03 07:12:44,278015,228436,1,5,1520061164.0");

        InspectReport report = inspect(first, test);

        assertThat(config().behaviours().toMap().keySet())
                .containsExactly("type_1", "type_3", "type_2");
        assertThat(config().target()).isEqualTo("type_2");
        assertThat(report.notes())
                .anyMatch(note -> note.contains("names such as 'type_2' tell nothing"));
        assertThat(yaml())
                .content()
                .contains("The order is a guess")
                .contains("by the column index");
        assertThat(prepared().events()).isEqualTo(11);
    }

    @Test
    void whatTakesAPurchaseBackIsNoStepOfTheFunnel() throws IOException {
        inspect(
                file(
                        "log.csv",
                        "user_id,item_id,event,timestamp,category,quantity",
                        "u1,i1,view,2019-10-01 10:00:00,NULL,",
                        "u1,i1,purchase,2019-10-01 10:01:00,pots,2",
                        "u1,i1,refund,2019-10-02 10:00:00,pots,1"));

        assertThat(config().behaviours().toMap().keySet()).containsExactly("view", "purchase");
        assertThat(config().sources().get(0).returned())
                .isEqualTo(Map.of("behaviour", List.of("refund")));
        assertThat(config().sources().get(0).columns()).containsEntry("quantity", "quantity");
        PrepareReport report = new PrepareData(NOW).run(config(), Progress.silent());
        assertThat(report.files().get(0).rejected()).isEqualTo(Map.of("return of a purchase", 1L));
    }

    @Test
    void parquetOfInvoicesIsReadAndNobodysIdIsNamed() throws SQLException {
        Path file = shop.resolve("online_retail.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT 536365 + i // 2 AS InvoiceNo, '8512' || i || 'A' AS StockCode,"
                            + " 'T-LIGHT' AS Description, 6 AS Quantity, '2010-12-0' || (1 + i) || '"
                            + " 08:26:00' AS InvoiceDate, 2.55 AS UnitPrice, CASE WHEN i < 2 THEN 0.0"
                            + " ELSE 17850.0 + i END AS CustomerID, 'France' AS Country FROM range(6)"
                            + " t(i)) TO "
                            + DuckDb.quoted(file)
                            + " (FORMAT parquet)");
        }

        InspectReport report = inspect(file);

        assertThat(fields(report, 0))
                .containsEntry("user", "CustomerID")
                .containsEntry("item", "StockCode")
                .containsEntry("session", "InvoiceNo")
                .containsEntry("price", "UnitPrice")
                .containsEntry("quantity", "Quantity");
        assertThat(report.notes()).singleElement().asString().contains("'0.0'", "33 %");
        PrepareReport prepared = new PrepareData(NOW).run(config(), Progress.silent());
        assertThat(prepared.events()).isEqualTo(4);
        assertThat(prepared.files().get(0).rejected()).isEqualTo(Map.of("no user", 2L));
    }

    @Test
    void withoutAHeaderItAsksForNamesBesideASampleRow() throws IOException {
        Path log =
                file(
                        "UserBehavior.csv",
                        "1,2268318,2520377,pv,1511544070",
                        "1,2333346,2520771,buy,1511561733",
                        "2,2268318,2520377,pv,1511572885");

        InspectReport report = inspect(log);

        assertThat(yaml()).doesNotExist();
        assertThat(report.questions())
                .singleElement()
                .satisfies(
                        question ->
                                assertThat(question.answer())
                                        .endsWith("--columns ?,?,?,behaviour,time"));
        assertThat(report.toText()).contains("2268318", "1511544070");

        inspect(List.of("user", "item", "category", "behaviour", "time"), log);

        assertThat(config().sources().get(0).header()).contains(false);
        assertThat(prepared().behaviours())
                .containsOnly(Map.entry("view", 2L), Map.entry("purchase", 1L));
    }

    @Test
    void aNightInTheTimesTellsTheZone() throws IOException {
        // a shop in UTC+8, open from eight to one at night: hours 0 to 16 in UTC
        String[] lines =
                Stream.concat(
                                Stream.of("user,item,time"),
                                Stream.iterate(0, i -> i + 1)
                                        .limit(900)
                                        .map(
                                                i ->
                                                        "u"
                                                                + i % 7
                                                                + ",i,"
                                                                + (1511568000L
                                                                        + i / 90 * 86_400L
                                                                        + i % 90 * 680L)))
                        .toArray(String[]::new);
        inspect(file("log.csv", lines));

        assertThat(config().sources().get(0).time())
                .isEqualTo(new ShopConfig.TimeFormat("epoch-seconds", "+08:00"));
    }

    @Test
    void namesCanBeSaidForColumnsThatTellNothing() throws IOException {
        Path log = file("log.csv", "wer,was,wann", "ann,cup,2019-10-01", "bob,pot,2019-10-02");

        InspectReport asked = inspect(log);
        assertThat(asked.questions().get(0).answer()).contains("--columns user=COLUMN,item=COLUMN");

        inspect(List.of("user=wer", "item=was"), log);
        assertThat(config().sources().get(0).columns()).containsEntry("time", "wann");
        assertThat(prepared().users()).isEqualTo(2);

        assertThatThrownBy(() -> inspect(List.of("user=we"), log))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("has no column 'we' (did you mean 'wer'?)");
        assertThatThrownBy(() -> inspect(List.of("usr", "item", "time"), log))
                .hasMessageContaining("'usr' is no field (did you mean 'user'?)");
        assertThatThrownBy(() -> inspect(List.of("user", "item"), log))
                .hasMessageContaining("names 2 columns, but")
                .hasMessageContaining("has 3");
    }

    @Test
    void filesOfADirectoryADayBecomeOneSource() throws IOException {
        for (String day : List.of("2019/10/01", "2019/10/02")) {
            file(
                    "logs/" + day + "/part-0.jsonl",
                    "{\"visitorid\": 7, \"itemid\": \""
                            + day
                            + "\", \"timestamp\": 1569888000123, \"event\":"
                            + " \"addtocart\"}",
                    "{\"visitorid\": 8, \"itemid\": \""
                            + day
                            + "\", \"timestamp\": 1569888000124, \"event\":"
                            + " \"transaction\", \"extra\": {\"x\": 1}}");
            file("logs/" + day + "/_SUCCESS", "");
        }

        inspect(shop.resolve("logs"));

        assertThat(config().sources()).hasSize(1);
        assertThat(config().sources().get(0).path()).isEqualTo("logs");
        assertThat(prepared().behaviours())
                .containsOnly(Map.entry("cart", 2L), Map.entry("purchase", 2L));
    }

    @Test
    void aDirectoryInAConfigMeansEveryLogBelowIt() throws IOException {
        file("logs/2019/10/02/b.csv", "user,item", "ann,pot");
        file("logs/2019/10/01/a.csv", "user,item", "ann,cup");
        file("logs/2019/10/01/.a.csv.crc", "x");
        Files.writeString(yaml(), "sources: [{path: logs, columns: {user: user, item: item}}]\n");

        assertThat(prepared().files())
                .extracting(PrepareReport.SourceFile::file)
                .containsExactly("a.csv", "b.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.tsv", "log.tsv.gz", "log.tsv.zst"})
    void aPackedLogIsReadAsItIs(String name) throws IOException {
        Path log = shop.resolve(name);
        try (OutputStream file = Files.newOutputStream(log);
                OutputStream out =
                        name.endsWith(".gz")
                                ? new GZIPOutputStream(file)
                                : name.endsWith(".zst") ? new ZstdOutputStream(file) : file) {
            out.write("user\titem\nann\tcup\n".getBytes(StandardCharsets.UTF_8));
        }
        inspect(log);

        assertThat(yaml()).content().contains("delimiter tab");
        assertThat(prepared().events()).isEqualTo(1);
    }

    @Test
    void aPackedLogThatIsCutShortIsSaidToBeUnreadable() throws IOException {
        Path log = shop.resolve("log.csv.zst");
        Files.write(log, "user,item\nann,cup\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> inspect(log))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("cannot read " + log);
    }

    @Test
    void aConfigThatIsThereIsNotOverwrittenUnasked() throws IOException {
        Path log = file("log.csv", "user,item", "ann,cup");
        Files.writeString(yaml(), "mine");

        assertThatThrownBy(
                        () ->
                                new InspectFiles()
                                        .run(
                                                List.of(log),
                                                new InspectFiles.Settings(
                                                        List.of(), yaml(), false, 10),
                                                Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("is there already")
                .hasMessageContaining("--force");
        assertThat(yaml()).hasContent("mine");
    }

    @Test
    void whatIsNoLogIsSaidToBeNone() throws IOException {
        Path empty = file("empty.csv");
        Path header = file("header.csv", "user,item");

        assertThatThrownBy(() -> inspect(empty)).hasMessageContaining("is empty");
        assertThatThrownBy(() -> inspect(header)).hasMessageContaining("no row that can be read");
        assertThatThrownBy(() -> inspect(shop.resolve("none.csv")))
                .hasMessageContaining("there is no file");
    }
}
