package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule on a log that shows what it finds and what it must leave alone. */
class CleaningRulesIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path shop;

    private String clean = "";
    private String source = "";

    private PrepareReport prepare(List<String> rows) throws IOException {
        Files.writeString(
                shop.resolve("log.csv"),
                "user,item,act,time,price,quantity,state\n" + String.join("\n", rows) + "\n");
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time,
                                      price: price, quantity: quantity, status: state}
                        %s
                        behaviours: {view: [pv], purchase: [buy]}
                        clean: {%s}
                        """
                                .formatted(source, clean));
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        return new PrepareData(NOW).run(config, Progress.silent());
    }

    private static Map<String, Long> rejected(PrepareReport report) {
        return report.files().get(0).rejected();
    }

    private static long found(PrepareReport report, String rule) {
        return report.rules().stream()
                .filter(r -> r.name().equals(rule))
                .mapToLong(PrepareReport.Rule::rows)
                .sum();
    }

    /** The rows of a query on a prepared table, each as its values joined by blanks. */
    private List<String> rows(String query, String table) {
        try (DuckDb engine = DuckDb.open(shop)) {
            engine.openTable("t", shop.resolve("work/prepared/" + table + ".parquet"));
            return engine.rows(query).stream()
                    .map(row -> String.join(" ", row.stream().map(String::valueOf).toList()))
                    .toList();
        }
    }

    // --- returns

    @Test
    void aReturnIsMatchedToTheNewestPurchaseBeforeIt() throws IOException {
        PrepareReport report =
                prepare(
                        List.of(
                                "ann,cup,buy,2019-10-01 10:00:00,4,2,",
                                "ann,cup,buy,2019-10-02 10:00:00,4,1,",
                                "ann,cup,buy,2019-10-03 10:00:00,4,-1,",
                                "ann,cup,buy,2019-10-04 10:00:00,4,5,", // after the return
                                "bob,cup,buy,2019-10-02 12:00:00,4,1,")); // another shopper's

        assertThat(rejected(report)).containsOnly(Map.entry("return of a purchase", 1L));
        assertThat(report.events()).isEqualTo(4);
        assertThat(
                        rows(
                                "SELECT user_index, quantity, make_timestamp(purchase_micros) FROM t",
                                "returns"))
                .containsExactly("0 1 2019-10-02 10:00:00.0");
    }

    @Test
    void aReturnOfSomethingNeverBoughtIsSaidToBeOne() throws IOException {
        PrepareReport report =
                prepare(
                        List.of(
                                "ann,cup,pv,2019-10-01 10:00:00,4,,", // looked at, not bought
                                "ann,cup,buy,2019-10-03 10:00:00,4,-1,",
                                "ann,pot,buy,2019-10-04 10:00:00,4,1,"));

        assertThat(rejected(report)).containsOnly(Map.entry("return without a purchase", 1L));
        assertThat(rows("SELECT purchase_micros FROM t", "returns")).containsExactly("null");
    }

    @Test
    void marksOfAReturnCountBesideQuantitiesBelowZero() throws IOException {
        source = "    returned: {behaviour: [refund], status: [Cancelled, storniert]}";
        PrepareReport report =
                prepare(
                        List.of(
                                "ann,cup,buy,2019-10-01 10:00:00,4,3,paid",
                                "ann,cup,refund,2019-10-02 10:00:00,4,2,",
                                "ann,pot,buy,2019-10-03 10:00:00,4,,cancelled",
                                "ann,pot,pv,2019-10-03 09:00:00,4,,",
                                "ann,tea,buy,2019-10-04 10:00:00,4,1,paid"));

        assertThat(rejected(report))
                .containsOnly(
                        Map.entry("return of a purchase", 1L),
                        Map.entry("return without a purchase", 1L));
        assertThat(rows("SELECT quantity FROM t ORDER BY time_micros", "returns"))
                .containsExactly("2", "1");
        assertThat(report.behaviours()).containsEntry("purchase", 2L);
    }

    @Test
    void returnsThatAreKeptStayAmongTheEvents() throws IOException {
        clean = "returns: keep";
        PrepareReport report =
                prepare(
                        List.of(
                                "ann,cup,buy,2019-10-01 10:00:00,4,2,",
                                "ann,cup,buy,2019-10-03 10:00:00,4,-1,"));

        assertThat(report.events()).isEqualTo(2);
        assertThat(rows("SELECT quantity FROM t ORDER BY time_micros", "events"))
                .containsExactly("2", "-1");
    }

    // --- clock jumps

    @Test
    void aRowDaysAwayFromBothItsNeighboursIsAClockJump() throws IOException {
        clean = "clock_jumps: drop";
        List<String> rows =
                new ArrayList<>(
                        IntStream.range(0, 200)
                                .mapToObj(
                                        i ->
                                                "ann,i%d,pv,2019-10-05 %02d:%02d:00,1,,"
                                                        .formatted(i, i / 60, i % 60))
                                .toList());
        rows.set(100, "ann,early,pv,2019-10-01 00:00:00,1,,");
        rows.set(150, "ann,late,pv,2019-10-09 00:00:00,1,,");
        rows.set(199, "ann,last,pv,2019-10-09 00:00:00,1,,"); // has one neighbour: nobody knows

        PrepareReport report = prepare(rows);

        assertThat(rejected(report)).containsOnly(Map.entry("clock jump", 2L));
        assertThat(rows("SELECT item_id FROM t WHERE item_id NOT LIKE 'i%'", "items"))
                .containsExactly("last");
    }

    @Test
    void aPauseOfDaysIsNoClockJumpNorIsALogInNoOrder() throws IOException {
        clean = "clock_jumps: drop";
        assertThat(
                        found(
                                prepare(
                                        List.of(
                                                "ann,a,pv,2019-10-01 10:00:00,1,,",
                                                "ann,b,pv,2019-10-05 10:00:00,1,,",
                                                "ann,c,pv,2019-10-09 10:00:00,1,,")),
                                "clock_jumps"))
                .isZero();
        assertThat(
                        found(
                                prepare(
                                        List.of(
                                                "ann,a,pv,2019-10-05 10:00:00,1,,",
                                                "ann,b,pv,2019-10-01 10:00:00,1,,",
                                                "ann,c,pv,2019-10-05 11:00:00,1,,")),
                                "clock_jumps"))
                .isZero(); // one in three is out of order: the file is in none
    }

    // --- shoppers like clockwork

    private static List<String> beat(String user, int events, int seconds, int everyNthIsLate) {
        return IntStream.range(0, events)
                .mapToObj(
                        i -> {
                            int late =
                                    everyNthIsLate > 0 && i % everyNthIsLate == 0 ? 1 + i % 7 : 0;
                            return "%s,i%d,pv,%s,1,,"
                                    .formatted(
                                            user,
                                            i,
                                            Instant.parse("2019-10-05T06:00:00Z")
                                                    .plusSeconds((long) i * seconds + late));
                        })
                .toList();
    }

    @Test
    void shoppersWhoActAtABeatAreFoundFromThatDayOn() throws IOException {
        clean = "regular_users: drop";
        List<String> rows = new ArrayList<>();
        rows.add("bot,before,pv,2019-10-04T10:00:00Z,1,,"); // that day shows nothing yet
        rows.addAll(beat("bot", 60, 30, 0));
        rows.add("bot,after,pv,2019-10-08T10:00:00Z,1,,");
        rows.addAll(beat("person", 60, 30, 2)); // every other pause is odd
        rows.addAll(beat("short", 40, 30, 0)); // too few to tell

        PrepareReport report = prepare(rows);

        assertThat(rejected(report)).containsOnly(Map.entry("as regular as clockwork", 61L));
        assertThat(rows("SELECT count(*) FROM t", "events")).containsExactly("101");
        assertThat(rows("SELECT item_id FROM t WHERE item_id IN ('before', 'after')", "items"))
                .containsExactly("before");
    }

    @Test
    void runningNumbersForTimesHaveNoBeatAndNoDays() throws IOException {
        clean =
                "regular_users: drop, near_duplicates: drop, outliers: drop, max_events_per_user_day: 9";
        List<String> rows =
                IntStream.range(0, 60)
                        .mapToObj(i -> "ann,i%d,pv,%d,1,,".formatted(i % 2, i))
                        .toList();

        assertThat(prepare(rows).events()).isEqualTo(60);
    }

    // --- price outliers

    private static List<String> prices(String... prices) {
        return IntStream.range(0, prices.length)
                .mapToObj(
                        i -> "u%d,cup,pv,2019-10-%02d 10:00:00,%s,,".formatted(i, 1 + i, prices[i]))
                .toList();
    }

    @Test
    void aPriceFarFromTheFiveBeforeIsAnOutlier() throws IOException {
        clean = "price_outliers: drop";
        PrepareReport report =
                prepare(prices("10", "11", "9", "10", "12", "101", "10", "0.9", "99", "13"));

        assertThat(rejected(report))
                .containsOnly(Map.entry("price far from those of the item before", 2L));
        assertThat(
                        rows(
                                "SELECT CAST(price_micros AS DOUBLE) / 1e6 FROM t ORDER BY time_micros",
                                "events"))
                .containsExactly("10.0", "11.0", "9.0", "10.0", "12.0", "10.0", "99.0", "13.0");
    }

    @Test
    void anItemsFirstFivePricesAreTakenAtTheirWord() throws IOException {
        clean = "price_outliers: drop";

        assertThat(found(prepare(prices("10", "10", "1000", "10", "10")), "price_outliers"))
                .isZero();
    }

    @Test
    void aPriceThatHasReallyChangedIsBelievedAfterThreeTimes() throws IOException {
        clean = "price_outliers: flag";
        PrepareReport report =
                prepare(prices("1", "1", "1", "1", "1", "50", "50", "50", "50", "50", "50"));

        assertThat(found(report, "price_outliers")).isEqualTo(3);
        assertThat(report.events()).isEqualTo(11);
    }

    @Test
    void laterPricesDecideNothingAboutEarlierRows() throws IOException {
        clean = "price_outliers: drop";
        String[] past = {"10", "10", "10", "10", "10", "200", "10"};
        String before =
                "SELECT time_micros, price_micros FROM t WHERE time_micros < "
                        + Instant.parse("2019-10-08T00:00:00Z").toEpochMilli() * 1000
                        + " ORDER BY time_micros";
        prepare(prices(past));
        List<String> expected = rows(before, "events");
        assertThat(expected).hasSize(6);

        for (String later : List.of("300", "1", "10")) {
            List<String> rows = new ArrayList<>(List.of(past));
            rows.addAll(List.of(later, later, later, later, later, later, later, later, later));
            prepare(prices(rows.toArray(String[]::new)));
            assertThat(rows(before, "events")).as("then %s", later).isEqualTo(expected);
        }
    }
}
