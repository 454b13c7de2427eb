package dev.nextact.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Bag;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrepareDataIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final String COLUMNS =
            "columns: {user: user, item: item, behaviour: act, time: time, price: price}";

    private static final String BEHAVIOURS = "behaviours: {view: [pv], purchase: [buy]}\n";

    private static final String HEADER = "user,item,act,time,price\n";

    @TempDir private Path shop;

    private ShopConfig config(String file, String more) throws IOException {
        String yaml = "sources: [{path: '" + file + "', " + COLUMNS + "}]\n" + BEHAVIOURS + more;
        Path path = Files.writeString(shop.resolve("shop.yaml"), yaml);
        return ShopConfigReader.read(path, Map.of());
    }

    private PrepareReport prepare(String text) throws IOException {
        Files.writeString(shop.resolve("log.csv"), text);
        return run(config("log.csv", ""));
    }

    private static PrepareReport run(ShopConfig config) {
        return new PrepareData(NOW).run(config, Progress.silent());
    }

    private EventLog log() {
        return PreparedData.open(shop.resolve("work/prepared"));
    }

    private static Map<String, Long> rejected(PrepareReport report) {
        return report.files().get(0).rejected();
    }

    private static void assertAccounted(PrepareReport report) {
        assertThat(report.kept() + report.repaired() + report.rejected()).isEqualTo(report.read());
        assertThat(report.kept() + report.repaired()).isEqualTo(report.events());
    }

    @Test
    void aCleanLogComesBackInOrder() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + "bob,tea,buy,2019-10-02 10:00:00,3\n"
                                + "ann,cup,pv,2019-10-03 10:00:00,5\n"
                                + "bob,cup,pv,2019-10-01 10:00:00,5\n"
                                + "bob,pot,PV,2019-10-02 10:00:00,9\n");

        EventLog log = log();
        EventSequence bob = log.sequences().get(log.userIndex("bob"));
        assertThat(bob.items())
                .containsExactly(
                        log.catalog().indexOf("cup"),
                        log.catalog().indexOf("tea"),
                        log.catalog().indexOf("pot")); // equal times: the order of the log
        assertThat(bob.behaviour(1)).isEqualTo(1);
        assertThat(bob.timeMicros(0))
                .isEqualTo(Instant.parse("2019-10-01T10:00:00Z").toEpochMilli() * 1000);
        assertThat(report.users()).isEqualTo(2);
        assertThat(report.items()).isEqualTo(3);
        assertThat(report.behaviours()).containsEntry("view", 3L).containsEntry("purchase", 1L);
        assertThat(report.files().get(0).format())
                .containsEntry("delimiter", ",")
                .containsEntry("header", "yes")
                .containsEntry("encoding", "UTF-8")
                .containsEntry("time", "iso");
        assertThat(PreparedData.itemAttributes(shop.resolve("work/prepared")).get("pot"))
                .containsEntry("price", "9.0");
        assertAccounted(report);
    }

    @Test
    void everyBadRowIsRejectedWithItsLineAndReason() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + "ann,cup,pv,2019-10-03 10:00:00,5\n"
                                + ",cup,pv,2019-10-03 10:00:00,5\n"
                                + "ann,,pv,2019-10-03 10:00:00,5\n"
                                + "ann,cup,,2019-10-03 10:00:00,5\n"
                                + "ann,cup,steal,2019-10-03 10:00:00,5\n"
                                + "ann,cup,pv,,5\n"
                                + "ann,cup,pv,yesterday,5\n"
                                + "ann,cup,pv,1969-10-03 10:00:00,5\n"
                                + "ann,cup,pv,2031-10-03 10:00:00,5\n"
                                + "ann,cup,pv,2019-10-03 10:00:00,5,6\n"
                                + "ann,cup,pv,2019-10-03 10:00:00,5\n"
                                + "ann,cup,pv,2019-10");

        assertThat(rejected(report))
                .containsOnly(
                        Map.entry("no user", 1L),
                        Map.entry("no item", 1L),
                        Map.entry("no behaviour", 1L),
                        Map.entry("behaviour not in the config: steal", 1L),
                        Map.entry("no time", 1L),
                        Map.entry("time not in the format iso", 1L),
                        Map.entry("impossible time", 2L),
                        Map.entry("too many columns", 1L),
                        Map.entry("duplicate", 1L),
                        Map.entry("cut short", 1L));
        assertThat(Files.readAllLines(shop.resolve("work/prepared/rejected.csv")))
                .contains("\"log.csv\",13,\"cut short\",\"ann,cup,pv,2019-10\"")
                .contains("\"log.csv\",3,\"no user\",\",cup,pv,2019-10-03 10:00:00,5\"")
                .hasSize(12);
        assertThat(report.read()).isEqualTo(12);
        assertAccounted(report);
    }

    @Test
    void repairedRowsAreKeptAndCounted() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + " ann,cup,pv,2019-10-01 10:00:00,5\n"
                                + "ann,cup,pv,2019-10-02 10:00:00,-5\n"
                                + "ann,cup,pv,2019-10-03 10:00:00,cheap\n"
                                + " ann,cup,pv,2019-10-01 10:00:00,5\n"
                                + "ann,cup,pv,2019-10-04 10:00:00,\n");

        assertThat(report.files().get(0).repaired())
                .containsEntry("blanks around an id cut off", 1L)
                .containsEntry("negative price left out", 1L)
                .containsEntry("unreadable price left out", 1L);
        assertThat(report.kept()).isEqualTo(1);
        assertAccounted(report);
    }

    @Test
    void outliersAreDroppedWhereTheConfigSaysSo() throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 10; i++) {
            text.append("bot,i").append(i).append(",pv,2019-10-01 10:00:00,1\n");
        }
        text.append("ann,i1,pv,2019-10-01 10:00:00,-1\nann,i2,pv,2019-10-01 10:00:00,1\n");
        Files.writeString(shop.resolve("log.csv"), text);

        PrepareReport flagged = run(config("log.csv", "clean: {max_events_per_user_day: 5}"));
        PrepareReport dropped =
                run(config("log.csv", "clean: {max_events_per_user_day: 5, outliers: drop}"));

        assertThat(flagged.events()).isEqualTo(12);
        assertThat(flagged.flagged())
                .containsEntry("shoppers with more than 5 events on a day, from that day on", 10L);
        assertThat(dropped.events()).isEqualTo(1);
        assertThat(rejected(dropped))
                .containsEntry("negative price", 1L)
                .containsEntry("more events a day than max_events_per_user_day", 10L);
        assertAccounted(dropped);
    }

    @Test
    void quotesMayHoldDelimitersQuotesAndLines() throws IOException {
        prepare(
                HEADER
                        + "\"a,b\",\"say \"\"hi\"\"\",pv,2019-10-03 10:00:00,5\n"
                        + "\"a,b\",\"two\nlines\",pv,2019-10-04 10:00:00,5\n");

        assertThat(log().userIndex("a,b")).isZero();
        assertThat(log().catalog().ids()).containsExactly("say \"hi\"", "two\nlines");
    }

    @Test
    void aQuoteNeverClosedCostsOneLine() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + "ann,\"cup,pv,2019-10-03 10:00:00,5\n"
                                + "ann,pot,pv,2019-10-03 11:00:00,5\n"
                                + "ann,tea,pv,2019-10-03 12:00:00,5\n");

        assertThat(rejected(report)).containsOnly(Map.entry("quote never closed", 1L));
        assertThat(report.events()).isEqualTo(2);
    }

    @Test
    void aLineOfTenMillionCharactersIsRejectedAndTheNextIsRead() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + "ann,"
                                + "x".repeat(10_000_000)
                                + ",pv,2019-10-03 10:00:00,5\n"
                                + "ann,tea,pv,2019-10-03 12:00:00,5\n");

        assertThat(rejected(report)).containsOnly(Map.entry("longer than 1000000 characters", 1L));
        assertThat(report.events()).isEqualTo(1);
        assertThat(Files.size(shop.resolve("work/prepared/rejected.csv"))).isLessThan(2000);
    }

    @Test
    void invalidUtf8IsRejectedByItsLine() throws IOException {
        byte[] start = (HEADER + "ann,tea,pv,2019-10-03 12:00:00,5\nann,").getBytes(UTF_8);
        byte[] end = ",pv,2019-10-03 12:00:00,5\n".getBytes(UTF_8);
        try (OutputStream out = Files.newOutputStream(shop.resolve("log.csv"))) {
            out.write(start);
            out.write(new byte[] {(byte) 0xC3, 'x', (byte) 0xFF});
            out.write(end);
        }

        PrepareReport report = run(config("log.csv", ""));

        assertThat(rejected(report)).containsOnly(Map.entry("not valid UTF-8", 1L));
        assertThat(Files.readString(shop.resolve("work/prepared/rejected.csv"))).contains(",3,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "GB18030"})
    void encodingsAreRead(String name) throws IOException {
        Charset charset = Charset.forName(name);
        String item = name.equals("GB18030") ? "茶" : "thé";
        Files.write(
                shop.resolve("log.csv"),
                (HEADER + "ann," + item + ",pv,2019-10-03 12:00:00,5\n").getBytes(charset));
        String yaml =
                "sources: [{path: log.csv, encoding: "
                        + (name.equals("UTF-16") ? "auto" : name)
                        + ", "
                        + COLUMNS
                        + "}]\n"
                        + BEHAVIOURS;
        Path path = Files.writeString(shop.resolve("shop.yaml"), yaml);

        run(ShopConfigReader.read(path, Map.of()));

        assertThat(log().catalog().ids()).containsExactly(item);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheHeader() throws IOException {
        assertThat(prepare("\uFEFF" + HEADER + "ann,tea,pv,2019-10-03 12:00:00,5\n").events())
                .isEqualTo(1);
    }

    @Test
    void globsAndGzipAndTabsWithoutAHeader() throws IOException {
        Files.createDirectories(shop.resolve("logs"));
        for (int day = 1; day <= 2; day++) {
            try (OutputStream out =
                    new GZIPOutputStream(
                            Files.newOutputStream(shop.resolve("logs/d" + day + ".tsv.gz")))) {
                out.write(("ann\titem" + day + "\tpv\t157000000" + day + "\r\n").getBytes(UTF_8));
            }
        }
        String yaml =
                "sources: [{path: logs/*.tsv.gz, columns: {user: 1, item: 2, behaviour: 3, time:"
                        + " 4}}]\n"
                        + BEHAVIOURS;
        Path path = Files.writeString(shop.resolve("shop.yaml"), yaml);

        PrepareReport report = run(ShopConfigReader.read(path, Map.of()));

        assertThat(report.files()).hasSize(2);
        assertThat(report.files().get(0).format())
                .containsEntry("delimiter", "tab")
                .containsEntry("header", "no")
                .containsEntry("time", "epoch-seconds");
        assertThat(log().catalog().ids()).containsExactly("item1", "item2");
    }

    @Test
    void jsonLinesAreRead() throws IOException {
        Files.writeString(
                shop.resolve("log.jsonl"),
                """
                {"user": 7, "item": "tea", "act": "pv", "time": 1570000000000, "price": null}
                {"user": 7, "item": "cup", "act": "buy", "time": 1570000001000, "x": [1]}
                {"user": 7, "item
                [1]
                """);

        PrepareReport report = run(config("log.jsonl", ""));

        assertThat(report.events()).isEqualTo(2);
        assertThat(rejected(report)).containsOnly(Map.entry("no JSON object", 2L));
        assertThat(report.files().get(0).format()).containsEntry("time", "epoch-millis");
        assertAccounted(report);
    }

    @Test
    void parquetIsRead() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            connection
                    .createStatement()
                    .execute(
                            "COPY (SELECT 'ann' AS user, 5 AS item, 'pv' AS act, TIMESTAMP"
                                    + " '2019-10-03 12:00:00.5' AS time, 2.5 AS price) TO '"
                                    + shop.resolve("log.parquet")
                                    + "'");
        }

        run(config("log.parquet", ""));

        assertThat(log().sequences().get(0).timeMicros(0))
                .isEqualTo(Instant.parse("2019-10-03T12:00:00.5Z").toEpochMilli() * 1000);
    }

    @Test
    void mixedTimeFormatsAreRejectedByRow() throws IOException {
        PrepareReport report =
                prepare(
                        HEADER
                                + "ann,a,pv,2019-10-03 12:00:00,5\n"
                                + "ann,b,pv,2019-10-03T12:00:00Z,5\n"
                                + "ann,c,pv,1570000000,5\n");

        assertThat(report.events()).isEqualTo(2);
        assertThat(rejected(report)).containsOnly(Map.entry("time not in the format iso", 1L));
    }

    @Test
    void usersWithOneEventAndItemsSeenOnceStayInTheLog() throws IOException {
        PrepareReport report = prepare(HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");

        assertThat(report.users()).isEqualTo(1);
        assertThat(report.items()).isEqualTo(1);
        assertThat(report.toText()).contains("1 events of 1 users and 1 items");
    }

    @Test
    void sameLogSameTables() throws IOException {
        String text = HEADER + "ann,a,pv,2019-10-03 12:00:00,5\nann,b,pv,2019-10-03 12:00:00,5\n";

        assertThat(prepare(text).tables()).isEqualTo(prepare(text).tables());
        assertThat(prepare(text + "ann,c,pv,2019-10-04 12:00:00,5\n").fingerprint())
                .isNotEqualTo(prepare(text).fingerprint());
    }

    @Test
    void theOutcomeIsTheSameHoweverManyShoppersAreWorkedOnTogether() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 60; i++) { // one shopper like clockwork, one with a lot on a day
            text.append("clock,a,pv,2019-10-02 10:%02d:00,1\n".formatted(i));
            text.append("busy,a,pv,2019-10-02 11:%02d:%02d,1\n".formatted(i, i * i % 60));
            text.append("busy,b,pv,2019-10-02 12:%02d:%02d,1\n".formatted(i, i * i % 60));
        }
        for (int i = 0; i < 2000; i++) { // many equal or nearly so
            text.append(
                    "u%d,i%d,%s,2019-10-%02d 10:%02d:%02d,%d\n"
                            .formatted(
                                    random.nextInt(20),
                                    random.nextInt(6),
                                    random.nextInt(5) == 0 ? "buy" : "pv",
                                    1 + random.nextInt(9),
                                    random.nextInt(3),
                                    random.nextInt(20),
                                    random.nextInt(200) == 0 ? 99 : 1 + random.nextInt(3)));
        }
        Files.writeString(shop.resolve("log.csv"), text);
        ShopConfig config =
                config(
                        "log.csv",
                        "clean: {duplicates: drop, near_duplicates: flag, outliers: drop,"
                                + " max_events_per_user_day: 100, regular_users: drop,"
                                + " price_outliers: drop}");
        PrepareReport together = run(config);
        String rejected = Files.readString(together.directory().resolve(PreparedData.REJECTED));

        assertThat(together.rules())
                .filteredOn(rule -> rule.rows() > 0)
                .extracting(PrepareReport.Rule::name)
                .contains(
                        "duplicates",
                        "near_duplicates",
                        "outliers",
                        "regular_users",
                        "price_outliers");
        for (long rowsAtOnce : new long[] {1, 150}) {
            PrepareReport slices =
                    new PrepareData(NOW, new DuckDbEngines(1 << 30, rowsAtOnce), 1 << 30)
                            .run(config, Progress.silent());
            assertThat(slices.tables()).isEqualTo(together.tables());
            assertThat(slices.rules()).isEqualTo(together.rules());
            assertThat(slices.directory().resolve(PreparedData.REJECTED)).hasContent(rejected);
        }
    }

    @Test
    void itTellsWhatItTookOfTheDiskButLeavesNothingThatDiffersFromRunToRun() throws IOException {
        PrepareReport report = prepare(HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");

        assertThat(report.disk().prepared()).isPositive();
        assertThat(report.disk().staged()).isPositive();
        assertThat(report.disk().mostAtWork()).isGreaterThan(report.disk().prepared());
        assertThat(report.toTree()).containsKey("disk");
        assertThat(report.toText()).contains("disk: staged");
        assertThat(report.directory().resolve(PreparedData.REPORT))
                .content()
                .doesNotContain("\"disk\"");
    }

    @Test
    void everyRowOfARandomMessIsAccountedFor() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        String[] pieces = {"ann", "bob", "", " ", "\"", ",", "pv", "buy", "2019-10-01", "-3", "\n"};
        for (int round = 0; round < 20; round++) {
            StringBuilder text = new StringBuilder(HEADER);
            for (int day = 10; day < 30; day++) {
                text.append("ann,a,pv,2019-10-").append(day).append(" 12:00:00,5\n");
            }
            for (int i = 0; i < 300; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
                text.append(random.nextInt(3) == 0 ? "," : "");
            }
            assertAccounted(prepare(text.toString()));
        }
    }

    private void assertRefused(String text, String... messages) {
        assertThatThrownBy(() -> prepare(text))
                .isInstanceOf(NextactException.class)
                .satisfies(
                        e -> {
                            for (String message : messages) {
                                assertThat(e).hasMessageContaining(message);
                            }
                        });
    }

    @Test
    void filesOfNoUseAreRefused() {
        assertRefused("", "log.csv is empty");
        assertRefused(HEADER, "log.csv holds a header and no rows");
        assertRefused(HEADER + ",,,,\n", "no row can be used", "no user");
        assertRefused(
                "usr,item,act,time,price\nann,a,pv,1,2\n",
                "log.csv, line 1",
                "no column 'user'",
                "did you mean 'usr'",
                "the columns are: usr, item, act, time, price");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        ShopConfig missing = config("no.csv", "");
        ShopConfig glob = config("logs/*.csv", "");

        assertThatThrownBy(() -> run(missing)).hasMessageContaining("there is no file");
        assertThatThrownBy(() -> run(glob)).hasMessageContaining("no file matches *.csv");
        assertThatThrownBy(this::log).hasMessageContaining("Run `nextact prepare` first");
    }

    @Test
    void aWorkspaceThatCannotBeWrittenIsAClearError() throws IOException {
        Files.writeString(shop.resolve("file"), "");
        Files.writeString(shop.resolve("log.csv"), HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");
        ShopConfig config = config("log.csv", "workspace: file/work");

        assertThatThrownBy(() -> run(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("cannot write to the workspace");
    }

    @Test
    void aFullDiskIsSaidAsSuch() {
        NextactException failure =
                DuckDb.failure(
                        "step 060_write",
                        new SQLException("IO Error: Could not write: No space left on device"));

        assertThat(failure.category()).isEqualTo(NextactException.Category.CAPACITY);
        assertThat(failure).hasMessageContaining("the disk is full (step 060_write)");
    }

    @Test
    void aFailureLeavesTheOldPreparedData() throws IOException {
        prepare(HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");
        assertRefused("", "is empty");

        assertThat(log().userIndex("ann")).isZero();
    }

    @Test
    void factsAboutItemsAndShoppersAreKeptBesideTheLog() throws Exception {
        Files.writeString(shop.resolve("log.csv"), HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");
        Files.writeString(shop.resolve("people.csv"), "id,town\nann,Bern\nzoe,Rome\n");
        Files.writeString(shop.resolve("things.csv"), "sku;colour\na;red\n");

        PrepareReport report =
                run(
                        config(
                                "log.csv",
                                """
                                users: [{path: people.csv, columns: {user: id, town: town}}]
                                items: [{path: things.csv, columns: {item: sku, colour: colour}}]
                                """));

        Path prepared = shop.resolve("work/prepared");
        assertThat(PreparedData.itemAttributes(prepared))
                .containsEntry("a", Map.of("colour", "red", "price", "5.0"));
        assertThat(report.tables())
                .hasEntrySatisfying(
                        "user_attributes", table -> assertThat(table.rows()).isEqualTo(1));
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = db.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT user_index, field, value FROM '"
                                        + prepared.resolve("user_attributes.parquet")
                                        + "'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
            assertThat(rows.getString(2)).isEqualTo("town");
            assertThat(rows.getString(3)).isEqualTo("Bern");
        }
    }

    @Test
    void ofTheLogAnItemsEarliestValueCountsSoThatNoLaterOneLeaks() throws IOException {
        prepare(
                HEADER
                        + "ann,cup,pv,2019-10-03 12:00:00,9\n"
                        + "bob,cup,pv,2019-10-01 12:00:00,5\n"
                        + "bob,cup,pv,2019-10-01 12:00:00,6\n"
                        + "ann,cup,cart,2019-10-04 12:00:00,7\n");

        assertThat(PreparedData.itemAttributes(shop.resolve("work/prepared")).get("cup"))
                .containsEntry("price", "5.0");
    }

    @Test
    void factsAboutItemsBecomeFieldsThatANetworkReads() throws IOException {
        Files.writeString(
                shop.resolve("log.csv"),
                HEADER
                        + "ann,a,pv,2019-10-03 12:00:00,5\n"
                        + "ann,b,pv,2019-10-03 12:01:00,80\n"
                        + "ann,c,pv,2019-10-03 12:02:00,\n");
        Files.writeString(shop.resolve("things.csv"), "sku,tags\na,new|red\nc,red||old\nd,rare\n");
        run(
                config(
                        "log.csv",
                        """
                        items:
                          - {path: things.csv, columns: {item: sku, tags: tags}, separator: "|"}
                        """));

        Path prepared = shop.resolve("work/prepared");
        Catalog catalog = log().catalog();
        ItemFacts facts = PreparedData.itemFacts(prepared, Optional.empty());

        ItemCategories tags = ItemCategories.of("tags", catalog, facts.of("tags"));
        assertThat(tags.values()).containsExactlyInAnyOrder("new", "red", "old");
        assertThat(tags.of(catalog.indexOf("a"))).hasSize(2);
        assertThat(tags.of(catalog.indexOf("b"))).isEmpty();
        assertThat(tags.of(catalog.indexOf("c"))).hasSize(2);
        assertThat(facts.of("price"))
                .containsEntry("a", List.of("5.0"))
                .containsEntry("b", List.of("80.0"))
                .doesNotContainKey("c");
        assertThat(facts.of("tags")).containsEntry("d", List.of("rare"));
        assertThat(facts.fields()).containsExactly("price", "tags");
    }

    @Test
    void ofTheLogOnlyWhatWasKnownBeforeACutOffIsReadAndTablesWhole() throws IOException {
        Files.writeString(
                shop.resolve("log.csv"),
                HEADER
                        + "ann,a,pv,2019-10-03 12:00:00,5\n"
                        + "ann,b,pv,2019-10-03 12:00:00,\n"
                        + "ann,b,pv,2019-10-05 12:00:00,8\n"
                        + "ann,c,pv,2019-10-05 12:00:00,9\n");
        Files.writeString(shop.resolve("things.csv"), "sku,tags\nc,red\n");
        run(config("log.csv", "items: [{path: things.csv, columns: {item: sku, tags: tags}}]\n"));

        ItemFacts facts =
                PreparedData.itemFacts(
                        shop.resolve("work/prepared"),
                        Optional.of(Instant.parse("2019-10-05T00:00:00Z").toEpochMilli() * 1000));

        assertThat(facts.of("price")).containsOnlyKeys("a");
        assertThat(facts.of("tags")).containsOnlyKeys("c");
    }

    @Test
    void whatAColumnOfTheLogSaysOfAnItemFirstIsKnownFromThen() throws IOException {
        Files.writeString(
                shop.resolve("titles.csv"),
                """
                user,item,time,title,colour
                ann,a,2019-10-05 12:00:00,red pen,blue
                ann,a,2019-10-03 12:00:00,pen,
                ann,b,2019-10-04 12:00:00,,red
                bob,b,2019-10-06 12:00:00,ink,red
                """);
        Files.writeString(
                shop.resolve("shop.yaml"),
                """
                sources:
                  - path: titles.csv
                    columns: {user: user, item: item, time: time, text: title, colour: colour}
                model: {item_text: [text]}
                """);
        run(ShopConfigReader.read(shop.resolve("shop.yaml"), Map.of()));

        Path prepared = shop.resolve("work/prepared");
        ItemFacts facts = PreparedData.itemFacts(prepared, Optional.empty());
        Optional<Long> then =
                Optional.of(Instant.parse("2019-10-05T00:00:00Z").toEpochMilli() * 1000);

        assertThat(facts.fields()).containsExactly("text");
        assertThat(facts.of("text")).containsEntry("a", List.of("pen"));
        assertThat(facts.of("text")).containsEntry("b", List.of("ink"));
        assertThat(PreparedData.itemFacts(prepared, then).of("text")).containsOnlyKeys("a");
    }

    @Test
    void damagedPreparedDataAreRefused() throws IOException {
        prepare(HEADER + "ann,a,pv,2019-10-03 12:00:00,5\n");
        Files.write(shop.resolve("work/prepared/events.parquet"), new byte[10]);

        assertThatThrownBy(this::log).isInstanceOf(NextactException.class);
    }

    @Test
    void columnsOfTheShopsOwnAreKeptBesideEachEvent() throws IOException {
        Files.writeString(
                shop.resolve("a.csv"),
                """
                user,item,time,where,tags,price
                bob,pen,2019-01-02 00:00:00,south,"x|y",2
                ann,pen,2019-01-01 00:00:00, north ,,1.50
                ann,ink,2019-01-03 00:00:00,?,"tab	in it",
                ann,ink,2019-01-03 00:00:00,west,,
                """);
        Files.writeString(shop.resolve("b.csv"), "user,item,time\nbob,ink,2019-01-01 00:00:00\n");
        Files.writeString(shop.resolve("u.csv"), "id,club\nann,gold\nzoe,silver\n");
        String yaml =
                """
                sources:
                  - path: a.csv
                    columns: {user: user, item: item, time: time, where_: where, tags: tags, price: price}
                    missing: {where_: ["?"]}
                  - {path: b.csv, columns: {user: user, item: item, time: time}}
                users: [{path: u.csv, columns: {user: id, club: club}}]
                model: {event_fields: [where_, tags, price], user_fields: [club]}
                """;
        ShopConfig config =
                ShopConfigReader.read(Files.writeString(shop.resolve("own.yaml"), yaml), Map.of());

        PrepareReport report = run(config);

        assertThat(report.tables().get("events").rows()).isEqualTo(4); // one was there twice
        EventLog log = PreparedData.open(config);
        FieldVocabulary one =
                new FieldVocabulary(
                        List.of(
                                values("where_", "north", "south"),
                                values("tags", "tab	in it", "x|y"),
                                values("price", "", "1.5", "2.0")),
                        List.of(values("club", "", "gold")));
        List<String> names = one.rowNames();
        List<String> told = new ArrayList<>();
        for (int user = 0; user < 2; user++) {
            EventSequence events = log.sequences(one).get(user);
            for (int i = 0; i < events.size(); i++) {
                Bag bag = new Bag();
                events.forEventFields(i, (field, number) -> field.addTo(bag, number));
                events.forShopperFields((field, number) -> field.addTo(bag, number));
                StringBuilder line = new StringBuilder(log.userId(user));
                for (int k = 0; k < bag.size(); k++) {
                    line.append(", ").append(names.get(bag.row(k)));
                }
                told.add(line.toString());
            }
        }
        assertThat(told)
                .containsExactly(
                        "ann, event where_ =north, event tags unknown, event price =1.5, shopper"
                                + " club =gold",
                        "ann, event where_ unknown, event tags =tab	in it, event price =, shopper"
                                + " club =gold",
                        "bob, event where_ unknown, event tags unknown, event price =, shopper club"
                                + " =",
                        "bob, event where_ =south, event tags =x|y, event price =2.0, shopper club"
                                + " =");
        assertThatThrownBy(
                        () ->
                                PreparedData.open(
                                        shop.resolve("work/prepared"),
                                        Map.of("wher_", List.of("wher_")),
                                        Map.of()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("no column 'wher_'; did you mean 'where_'");
    }

    private static FieldVocabulary.Field values(String name, String... values) {
        return new FieldVocabulary.Field(
                name, List.of(name), new FieldEncoding.Categories(List.of(values), ""));
    }

    @Test
    void whatIsKeptBesideEventsChangesNoOtherTable() throws IOException {
        String rows = "ann,pen,pv,2019-01-01,1\nbob,ink,buy,2019-01-02,2\n";
        PrepareReport plain = prepare(HEADER + rows);
        PrepareReport more =
                run(
                        ShopConfigReader.read(
                                Files.writeString(
                                        shop.resolve("more.yaml"),
                                        "sources: [{path: log.csv, "
                                                + COLUMNS.replace(
                                                        "price: price", "price: price, again: item")
                                                + "}]\n"
                                                + BEHAVIOURS),
                                Map.of()));

        assertThat(more.tables().get("events").rows()).isEqualTo(2);
        assertThat(more.tables().get("events")).isNotEqualTo(plain.tables().get("events"));
        for (String table : List.of("users", "items", "item_attributes", "categories")) {
            assertThat(more.tables().get(table)).as(table).isEqualTo(plain.tables().get(table));
        }
    }
}
