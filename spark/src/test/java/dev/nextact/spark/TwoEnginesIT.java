package dev.nextact.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.data.BuildFeatures;
import dev.nextact.data.PrepareData;
import dev.nextact.data.PrepareReport;
import dev.nextact.data.PrepareReport.Rule;
import dev.nextact.data.SqlEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB and Spark make the same tables, row for row, of a log with everything that logs have. */
class TwoEnginesIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final long MEMORY = 1L << 30;

    @TempDir private Path shop;

    /**
     * What makes Spark fast on many rows makes it slow on few; and shoppers and items with more
     * than twenty are cut into stretches, as those with very many are.
     */
    @BeforeAll
    static void fewRows() {
        System.setProperty(SparkEngine.TOGETHER, "20");
        System.setProperty("spark.sql.shuffle.partitions", "2");
        System.setProperty("spark.sql.codegen.wholeStage", "false");
        System.setProperty("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    }

    @AfterAll
    static void asItWas() {
        for (String property :
                List.of(
                        SparkEngine.TOGETHER,
                        "spark.sql.shuffle.partitions",
                        "spark.sql.codegen.wholeStage",
                        "spark.sql.codegen.factoryMode")) {
            System.clearProperty(property);
        }
    }

    private static String time(long second) {
        return Instant.parse("2019-10-01T00:00:00Z").plusSeconds(second).toString();
    }

    /** Ordinary traffic of a month in which now and then something is wrong. */
    private static void traffic(StringBuilder log, long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] acts = {"pv", "pv", "pv", "cart", "buy"};
        String[] categories = {"Töpfe", "茶", "toys & games", "", "NULL"};
        long second = 0;
        for (int i = 0; i < rows; i++) {
            second += random.nextInt(3) == 0 ? 0 : random.nextInt(2 * 28 * 86_400 / rows);
            String user = "u" + random.nextInt(40);
            int item = random.nextInt(30);
            String act = acts[random.nextInt(acts.length)];
            String price = (10 + item) + "." + random.nextInt(100);
            String quantity = act.equals("buy") ? Integer.toString(1 + random.nextInt(3)) : "";
            String time = time(second);
            switch (random.nextInt(40)) {
                case 0 -> user = "";
                case 1 -> user = " " + user;
                case 2 -> act = "steal";
                case 3 -> act = "PV";
                case 4 -> time = "yesterday";
                case 5 -> time = "2031-01-01T00:00:00Z";
                case 6 -> time = time(second + 9 * 86_400);
                case 7 -> price = "-3";
                case 8 -> price = "cheap";
                case 9 -> price = "4711000.5";
                case 10 -> price = "";
                case 11 -> quantity = "-1";
                case 12 -> user = "größe-ÄÖ-" + random.nextInt(3);
                case 13 -> user = "\"say \"\"hi\"\", 你\"";
                default -> {}
            }
            String session = random.nextInt(3) == 0 ? "s" + second / 4000 : "";
            String row =
                    String.join(
                            ",",
                            user,
                            "i" + item,
                            act,
                            time,
                            price,
                            quantity,
                            categories[item % categories.length],
                            item % 7 == 0 ? "" : "brand " + item % 4,
                            session);
            log.append(row).append('\n');
            if (random.nextInt(25) == 0) {
                log.append(row).append('\n'); // the same again
            }
            if (random.nextInt(25) == 0) {
                log.append(row.replace(time, time(second + 1))).append('\n'); // soon after
            }
        }
    }

    /** A bot that never stops, at a beat, and one that does all at once. */
    private static void bots(StringBuilder log) {
        for (int i = 0; i < 3000; i++) {
            log.append(
                    "bot,i%d,pv,%s,12.5,,c,b,\n".formatted(i % 30, time(86_400L * 9 + i * 300L)));
        }
        for (int i = 0; i < 700; i++) {
            log.append("flood,i%d,pv,%s,1,,c,b,\n".formatted(i, time(86_400L * 12)));
        }
    }

    /**
     * A shopper whose twenty-first row is in the next stretch, a second after one that is like it.
     */
    private static void acrossStretches(StringBuilder log) {
        for (int hour = 0; hour < 20; hour++) {
            log.append("turn,i%d,pv,%s,10.5,,c,b,%n".formatted(hour, time(hour * 3600L + 3599)));
        }
        for (int hour = 20; hour < 45; hour++) {
            log.append("turn,i%d,pv,%s,10.5,,c,b,%n".formatted(hour - 1, time(hour * 3600L)));
        }
    }

    private ShopConfig shop(String work, String clean) throws IOException {
        String header = "user,item,act,time,price,quantity,category,brand,session\n";
        Files.createDirectories(shop.resolve("logs"));
        StringBuilder first = new StringBuilder(header);
        traffic(first, 1, 1500);
        Files.writeString(
                shop.resolve("logs/first.csv"), first + "u1,i1,pv,2019-10-05T"); // cut short
        StringBuilder second = new StringBuilder(header);
        traffic(second, 2, 500);
        bots(second);
        acrossStretches(second);
        Files.writeString(shop.resolve("logs/second.csv"), second);
        Files.writeString(
                shop.resolve("app.jsonl"),
                """
                {"who": "u1", "what": "i1", "did": "pv", "at": 1570000000000}
                {"who": "u1", "what": "i\\u0301 \\t x", "did": "buy", "at": 1570000000000}
                {"who": "u2"
                """);
        Files.writeString(
                shop.resolve("things.csv"),
                "sku,category,tags\\ni1,aus der Liste,new|red\\ni3,,red\\nnone,other,x\\n"
                        .translateEscapes());
        Files.writeString(
                shop.resolve("people.csv"), "id,town\\nu1,Zürich\\nzoe,Rome\\n".translateEscapes());
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        workspace: "%s"
                        sources:
                          - path: logs/first.csv
                            columns: &columns {user: user, item: item, behaviour: act, time: time,
                                               price: price, quantity: quantity,
                                               category: category, brand: brand, session: session}
                            missing: {category: ["NULL"]}
                          - path: logs/second.csv
                            columns: *columns
                          - path: app.jsonl
                            columns: {user: who, item: what, behaviour: did, time: at}
                        items:
                          - path: things.csv
                            columns: {item: sku, category: category, tags: tags}
                            separator: "|"
                        users: [{path: people.csv, columns: {user: id, town: town}}]
                        behaviours: {view: [pv], cart: [cart], purchase: [buy]}
                        split: {valid: 5d, test: 5d}
                        clean: {max_events_per_user_day: 500, %s}
                        """
                                .formatted(work, clean));
        return ShopConfigReader.read(yaml, Map.of());
    }

    @Test
    void asManyRowsAreSortedTogetherAsAsked() {
        try (SparkEngine engine = SparkEngine.open("local[2]", shop.resolve("engine"))) {
            assertThat(engine.mostTogether(1_000_000)).hasValue(20);
        }
    }

    @Test
    void everyTableIsTheSame() throws IOException {
        String clean =
                "impossible_times: drop, clock_jumps: flag, duplicates: drop, near_duplicates: flag,"
                        + " returns: drop, outliers: drop, regular_users: flag, price_outliers:"
                        + " flag";
        ShopConfig config = shop("duckdb", clean);
        PrepareReport expected = new PrepareData(NOW, MEMORY).run(config, Progress.silent());
        // signs that Spark would take for a glob or an address
        ShopConfig onSpark = shop("spark [a-b] {c} %20", clean);
        PrepareReport report =
                new PrepareData(NOW, SqlEngines.spark("local[2]"), MEMORY)
                        .run(onSpark, Progress.silent());

        assertThat(expected.rules()).extracting(Rule::rows).allMatch(rows -> rows > 0);
        assertThat(expected.tables().values()).allMatch(table -> table.rows() > 0);
        assertThat(report.tables()).isEqualTo(expected.tables());
        assertThat(report.files()).isEqualTo(expected.files());
        assertThat(report.rules()).isEqualTo(expected.rules());
        assertThat(report.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(onSpark.preparedDirectory().resolve("rejected.csv"))
                .hasSameTextualContentAs(config.preparedDirectory().resolve("rejected.csv"));

        long cutOff = BuildFeatures.cutOffs(config).get(1);
        assertThat(
                        new BuildFeatures(SqlEngines.spark("local[2]"), MEMORY)
                                .run(onSpark, cutOff, Progress.silent())
                                .tables())
                .isEqualTo(
                        new BuildFeatures(MEMORY).run(config, cutOff, Progress.silent()).tables());
    }
}
