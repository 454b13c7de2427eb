package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildFeaturesIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final long CUT_OFF = micros("2019-10-15T00:00:00Z");

    private static final long MEMORY = 1 << 30;

    @TempDir private Path shop;

    private static long micros(String instant) {
        return Instant.parse(instant).toEpochMilli() * 1000;
    }

    private ShopConfig prepare(List<String> rows) throws IOException {
        Files.writeString(
                shop.resolve("log.csv"),
                "user,item,act,time,price,quantity,category\n" + String.join("\n", rows) + "\n");
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time,
                                      price: price, quantity: quantity, category: category}
                        behaviours: {view: [pv], cart: [cart], purchase: [buy]}
                        split: {valid: 5d, test: 5d}
                        """);
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        new PrepareData(NOW).run(config, Progress.silent());
        return config;
    }

    private double feature(BuildFeatures.Result result, String table, String column, String where)
            throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT CAST(%s AS DOUBLE) FROM '%s' WHERE %s"
                                                .formatted(
                                                        column,
                                                        result.directory()
                                                                .resolve(table + ".parquet"),
                                                        where))) {
            assertThat(rows.next()).isTrue();
            return rows.getDouble(1);
        }
    }

    @Test
    void featuresAreWhatTheirFormulasSay() throws Exception {
        ShopConfig config =
                prepare(
                        List.of(
                                "ann,cup,pv,2019-10-01 10:00:00,4,,pots",
                                "ann,tea,pv,2019-10-01 10:01:00,2,,food",
                                "ann,cup,cart,2019-10-01 10:02:00,4,,pots",
                                "ann,tea,cart,2019-10-01 10:03:00,2,,food",
                                "ann,cup,buy,2019-10-01 10:05:00,4,3,pots",
                                "ann,cup,pv,2019-10-12 10:00:00,5,,pots",
                                "ann,cup,buy,2019-10-20 10:00:00,9,1,pots",
                                "bob,tea,pv,2019-10-14 23:00:00,2,,food"));

        BuildFeatures.Result result = new BuildFeatures().run(config, CUT_OFF, Progress.silent());

        String ann = "user_index = 0";
        assertThat(feature(result, "user_features", "events_all", ann)).isEqualTo(6);
        assertThat(feature(result, "user_features", "view_7d", ann)).isEqualTo(1);
        assertThat(feature(result, "user_features", "view_30d", ann)).isEqualTo(3);
        assertThat(feature(result, "user_features", "sessions", ann)).isEqualTo(2);
        assertThat(feature(result, "user_features", "spend_all", ann)).isEqualTo(12);
        assertThat(feature(result, "user_features", "conversion", ann)).isEqualTo(1.0 / 3);
        assertThat(feature(result, "user_features", "cart_mean_categories", ann)).isEqualTo(2);
        assertThat(feature(result, "user_features", "gap_median_seconds", ann)).isEqualTo(60);
        assertThat(feature(result, "user_features", "dwell_mean_seconds", ann)).isEqualTo(75);
        assertThat(feature(result, "user_features", "days_since_last", "user_index = 1"))
                .isEqualTo(1.0 / 24);
        String cup = "item_index = 1";
        assertThat(feature(result, "item_features", "price", cup)).isEqualTo(5);
        assertThat(feature(result, "item_features", "buyers", cup)).isEqualTo(1);
        assertThat(feature(result, "session_features", "seconds", ann + " AND session = 1"))
                .isEqualTo(300);
        assertThat(
                        feature(
                                result,
                                "user_category_features",
                                "share_of_events",
                                ann + " AND category_index = 2"))
                .isEqualTo(4.0 / 6);
    }

    /** A log of a month, of which everything from the middle on is dealt out anew. */
    private static List<String> shuffledAfter(long seed) {
        SplittableRandom random = new SplittableRandom(11);
        String[] acts = {"pv", "pv", "pv", "cart", "buy"};
        List<String> past = new ArrayList<>();
        List<String> times = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            String time =
                    Instant.parse("2019-10-01T00:00:00Z")
                            .plusSeconds(random.nextInt(28 * 86_400))
                            .toString();
            String what =
                    "u%d,i%d,%s,"
                            .formatted(
                                    random.nextInt(30),
                                    random.nextInt(40),
                                    acts[random.nextInt(5)]);
            String facts = ",%d,1,c%d".formatted(1 + random.nextInt(90), random.nextInt(5));
            if (time.compareTo("2019-10-15") < 0) {
                past.add(what + time + facts);
            } else {
                times.add(time);
                rest.add(what + "\t" + facts);
            }
        }
        Collections.shuffle(times, new Random(seed));
        for (int i = 0; i < times.size(); i++) {
            past.add(rest.get(i).replace("\t", times.get(i)));
        }
        return past;
    }

    @Test
    void theFeaturesOfShoppersAreReadAsNumbers() throws Exception {
        BuildFeatures.Result built =
                new BuildFeatures().run(prepare(shuffledAfter(1)), CUT_OFF, Progress.silent());

        FeatureTable table = FeatureTable.ofShoppers(built);

        assertThat(table.columns()).contains("events_all").doesNotContain("user_index");
        assertThat((long) table.rows().size())
                .isEqualTo(built.tables().get("user_features").rows());
        int events = table.columns().indexOf("events_all");
        assertThat(table.rows().values())
                .allSatisfy(
                        row -> {
                            assertThat(row).hasSize(table.columns().size());
                            assertThat(row[events]).isPositive();
                        });
    }

    @Test
    void shufflingAllAfterTheCutOffChangesNoFeatureBeforeIt() throws Exception {
        BuildFeatures.Result first =
                new BuildFeatures().run(prepare(shuffledAfter(1)), CUT_OFF, Progress.silent());
        BuildFeatures.Result late =
                new BuildFeatures()
                        .run(
                                prepare(shuffledAfter(1)),
                                CUT_OFF + 5 * 86_400_000_000L,
                                Progress.silent());
        ShopConfig config = prepare(shuffledAfter(2));
        BuildFeatures.Result again = new BuildFeatures().run(config, CUT_OFF, Progress.silent());
        BuildFeatures.Result lateAgain =
                new BuildFeatures().run(config, CUT_OFF + 5 * 86_400_000_000L, Progress.silent());

        assertThat(again.tables()).isEqualTo(first.tables());
        assertThat(lateAgain.tables())
                .isNotEqualTo(late.tables()); // the shuffle is no shuffle of nothing
    }

    @Test
    void theOutcomeIsTheSameHoweverManyShoppersAreWorkedOnTogether() throws Exception {
        List<String> rows = new ArrayList<>(shuffledAfter(1));
        for (int i = 0; i < 30; i++) { // returns, some of shoppers with nothing else
            rows.add("u%d,i%d,buy,2019-10-12T0%d:00:00Z,9,-1,c1".formatted(2 * i, i, i % 10));
        }
        ShopConfig config = prepare(rows);
        BuildFeatures.Result together = new BuildFeatures().run(config, CUT_OFF, Progress.silent());

        for (long rowsAtOnce : new long[] {1, 1600}) {
            BuildFeatures.Result slices =
                    new BuildFeatures(new DuckDbEngines(MEMORY, rowsAtOnce), MEMORY)
                            .run(config, CUT_OFF, Progress.silent());
            assertThat(slices.tables())
                    .as("%s rows at once", rowsAtOnce)
                    .isEqualTo(together.tables());
        }
        assertThat(feature(together, "item_features", "returns", "returns > 0")).isPositive();
        assertThat(together.diskBytes())
                .isGreaterThanOrEqualTo(DiskWatch.bytes(together.directory()) / 2);
        assertThat(together.directory().resolve("spill")).doesNotExist();
    }

    @Test
    void slicesHoldEveryShopperOnceAndFewEvents() throws Exception {
        ShopConfig config = prepare(shuffledAfter(1));
        Path events = config.preparedDirectory().resolve(PreparedData.EVENTS);
        try (DuckDb engine = DuckDb.open(shop)) {
            List<Slice> slices =
                    Slice.of(
                            engine,
                            "SELECT user_index, count(*) FROM '%s' GROUP BY ALL ORDER BY ALL"
                                    .formatted(events),
                            100);

            assertThat(slices).hasSizeGreaterThan(5);
            assertThat(slices.get(0).first()).isZero();
            assertThat(slices.get(slices.size() - 1).last()).isEqualTo(Integer.MAX_VALUE);
            for (int i = 0; i < slices.size(); i++) {
                if (i > 0) {
                    assertThat(slices.get(i).first()).isEqualTo(slices.get(i - 1).last() + 1);
                }
                assertThat(
                                engine.count(
                                        "SELECT count(*) FROM '%s' WHERE %s"
                                                .formatted(
                                                        events,
                                                        "user_index BETWEEN %d AND %d"
                                                                .formatted(
                                                                        slices.get(i).first(),
                                                                        slices.get(i).last()))))
                        .isBetween(1L, 100L);
            }
        }
    }

    @Test
    void checkProvesThatNothingCrossesACutOff() throws Exception {
        ShopConfig config = prepare(shuffledAfter(1));
        BuildFeatures.Result result = new BuildFeatures().run(config, CUT_OFF, Progress.silent());
        CheckLeakage check = new CheckLeakage(1 << 30);

        assertThat(check.run(config, Progress.silent()).findings())
                .hasSize(6)
                .allMatch(CheckLeakage.Finding::kept);

        Files.writeString(
                result.directory().resolve("features.json"),
                Files.readString(result.directory().resolve("features.json"))
                        .replace(
                                "\"cut_off_micros\" : " + CUT_OFF,
                                "\"cut_off_micros\" : " + (CUT_OFF - 86_400_000_000L)));
        assertThat(check.run(config, Progress.silent()).allKept()).isFalse();
    }

    @Test
    void aCutOffBeforeTheLogIsAClearError() throws Exception {
        ShopConfig config = prepare(shuffledAfter(1));

        assertThatThrownBy(() -> new BuildFeatures().run(config, 5, Progress.silent()))
                .hasMessageContaining("no event lies before the cut-off");
    }
}
