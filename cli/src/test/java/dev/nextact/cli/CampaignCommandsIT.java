package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.simulator.world.CouponTruth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a log to a campaign's list, and to what it brought, in a shop whose coupon is known. */
class CampaignCommandsIT {

    /** When the simulated coupon was sent. */
    private static final String SENT = "2025-03-07T00:00:00Z";

    private static final String LATER = "2025-03-21T00:00:00Z";

    private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();
    private static final ByteArrayOutputStream ERR = new ByteArrayOutputStream();

    @TempDir private static Path shop;

    private static int run(String... args) {
        OUT.reset();
        ERR.reset();
        Terminal terminal =
                new Terminal(
                        new PrintStream(OUT, true, StandardCharsets.UTF_8),
                        new PrintStream(ERR, true, StandardCharsets.UTF_8),
                        false,
                        100,
                        Map.of());
        return Main.run(terminal, args);
    }

    private static int campaign(Path config, String... args) {
        List<String> all = new ArrayList<>(List.of("campaign"));
        all.addAll(Arrays.asList(args));
        all.addAll(List.of("--config", config.toString()));
        return run(all.toArray(new String[0]));
    }

    private static String out() {
        return OUT.toString(StandardCharsets.UTF_8);
    }

    private static String err() {
        return ERR.toString(StandardCharsets.UTF_8);
    }

    private static Path config() {
        return shop.resolve("shop.yaml");
    }

    @BeforeAll
    static void train() throws IOException {
        assertThat(
                        run(
                                "simulate",
                                "--preset",
                                "coupon",
                                "--users",
                                "400",
                                "--seed",
                                "5",
                                "--out",
                                shop.toString()))
                .as(err())
                .isZero();
        String yaml = Files.readString(config());
        Files.writeString(
                config(), yaml.replace("epochs: 6", "epochs: 1").replace("width: 32", "width: 16"));
        assertThat(run("prepare", "--config", config().toString())).as(err()).isZero();
        assertThat(run("train", "--config", config().toString())).as(err()).isZero();
    }

    /** Rows by column, in order. */
    private static List<Map<String, String>> rows(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.get(0).split(",", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < names.length; i++) {
                row.put(names[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static double sum(List<Map<String, String>> rows, String column) {
        return rows.stream().mapToDouble(row -> Double.parseDouble(row.get(column))).sum();
    }

    private static List<Map<String, String>> contacted(List<Map<String, String>> rows) {
        return rows.stream().filter(row -> row.get("group").equals("contact")).toList();
    }

    @Test
    void anAudienceIsTheLikeliestOfItsSizeAndItsLiftIsMeasuredFromTheLog() throws IOException {
        Path list = shop.resolve("audience.csv");
        Path page = shop.resolve("pages/audience.html");
        int code =
                campaign(
                        config(),
                        "audience",
                        "--at",
                        SENT,
                        "--size",
                        "100",
                        "--holdout",
                        "0.3",
                        "--out",
                        list.toString(),
                        "--page",
                        page.toString());
        assertThat(code).as(err()).isZero();
        List<Map<String, String>> rows = rows(list);
        assertThat(contacted(rows)).hasSize(100);
        assertThat(rows).hasSizeBetween(120, 175);
        assertThat(rows).isSortedAccordingTo((a, b) -> Double.compare(p(b), p(a)));
        assertThat(rows).allMatch(row -> row.get("reason").contains("times the average"));
        assertThat(err()).contains("the interval knows chance alone");
        assertThat(page).content().contains("Expected buyers by how many are contacted");

        assertThat(campaign(config(), "measure", list.toString())).as(err()).isZero();
        List<String> buyers = new ArrayList<>();
        for (String line : Files.readAllLines(shop.resolve("events.csv"))) {
            String[] cells = line.split(",", -1);
            if (cells[2].equals("purchase")
                    && cells[3].compareTo(SENT) >= 0
                    && cells[3].compareTo(LATER) < 0) {
                buyers.add(cells[0]);
            }
        }
        long bought = contacted(rows).stream().filter(r -> buyers.contains(r.get("user"))).count();
        assertThat(out()).contains("%.2f %% of 100 contacted".formatted((double) bought));
        List<Map<String, String>> alone =
                rows.stream().filter(row -> row.get("group").equals("holdout")).toList();
        long boughtAlone = alone.stream().filter(r -> buyers.contains(r.get("user"))).count();
        assertThat(out())
                .contains(
                        "%.2f %% of %d held out"
                                .formatted(100.0 * boughtAlone / alone.size(), alone.size()));
        assertThat(campaign(config(), "measure", list.toString(), "--horizon", "60d")).isEqualTo(3);
        assertThat(err()).contains("prepare a log that holds what came");

        Path few =
                Files.writeString(
                        shop.resolve("few.yaml"),
                        Files.readString(config()) + "privacy: {k: 200}\n");
        assertThat(campaign(few, "measure", list.toString())).isEqualTo(3);
        assertThat(err()).contains("the outcome came to fewer than 200 of those contacted");
        String other = shop.resolve("other.csv").toString();
        assertThat(campaign(few, "audience", "--size", "50", "--out", other)).isEqualTo(3);
        assertThat(err()).contains("fewer than 200 shoppers, which privacy.k forbids");
        assertThat(Path.of(other)).doesNotExist();
    }

    private static double p(Map<String, String> row) {
        return Double.parseDouble(row.get("expected"));
    }

    @Test
    void aBudgetBuysContactsAndTheSameSeedDrawsTheSameHoldout() throws IOException {
        Path one = shop.resolve("one.csv");
        Path two = shop.resolve("two.csv");
        Path page = shop.resolve("pages/two.html");
        for (Path list : List.of(one, two)) {
            int code =
                    campaign(
                            config(),
                            "audience",
                            "--category",
                            "outlet",
                            "--budget",
                            "20",
                            "--contact-cost",
                            "0.5",
                            "--out",
                            list.toString(),
                            "--page",
                            page.toString());
            assertThat(code).as(err()).isZero();
            assertThat(err()).contains("asked the same at the start of the test (14.0 days)");
            assertThat(page).content().contains("Gain at the start of the test");
        }
        assertThat(contacted(rows(one))).hasSize(40);
        assertThat(rows(one)).allMatch(row -> row.get("of").equals("category outlet"));
        assertThat(one).hasSameTextualContentAs(two);
        assertThat(campaign(config(), "audience", "--budget", "20", "--out", one.toString()))
                .isEqualTo(2);
        assertThat(err()).contains("--budget: expected a --contact-cost");
        assertThat(campaign(config(), "audience", "--holdout", "1", "--out", one.toString()))
                .isEqualTo(2);
        assertThat(err()).contains("--holdout: expected within [0, 1), found 1.0");
    }

    @Test
    void thoseToWinBackHaveAReasonAnOfferAndADay() throws IOException {
        Path list = shop.resolve("winback.csv");
        int code = campaign(config(), "winback", "--size", "30", "--out", list.toString());
        assertThat(code).as(err()).isZero();
        List<Map<String, String>> rows = rows(list);
        assertThat(contacted(rows)).hasSize(30);
        for (Map<String, String> row : rows) {
            assertThat(Double.parseDouble(row.get("churn"))).isBetween(0.5, 1.0);
            assertThat(Double.parseDouble(row.get("value_at_risk")))
                    .isCloseTo(
                            Double.parseDouble(row.get("churn"))
                                    * Double.parseDouble(row.get("value")),
                            within(1e-9));
            assertThat(row.get("offer").split(" ")).hasSize(3);
            assertThat(row.get("contact_on")).isGreaterThanOrEqualTo("2025-03-21");
            assertThat(row.get("reason")).contains("likely no purchase within 14 days; bought");
        }
        assertThat(campaign(config(), "winback", "--churn", "1", "--out", list.toString()))
                .isEqualTo(3);
        assertThat(err()).contains("buyers is missed");
    }

    @Test
    void whatComesLaterChangesNoList() throws IOException {
        Path cut = Files.createDirectory(shop.resolve("cut"));
        List<String> lines = Files.readAllLines(shop.resolve("events.csv"));
        Files.write(
                cut.resolve("events.csv"),
                lines.stream()
                        .filter(
                                line ->
                                        line.startsWith("shopper")
                                                || line.split(",", -1)[3].compareTo(SENT) < 0)
                        .toList());
        Path config = Files.copy(config(), cut.resolve("shop.yaml"));
        assertThat(run("prepare", "--config", config.toString())).as(err()).isZero();
        for (String kind : List.of("audience", "winback")) {
            Path whole = shop.resolve(kind + "-whole.csv");
            Path before = shop.resolve(kind + "-before.csv");
            String model = shop.resolve("work/models/coupon/1").toString();
            for (Path list : List.of(whole, before)) {
                int code =
                        campaign(
                                list == whole ? config() : config,
                                kind,
                                "--at",
                                SENT,
                                "--size",
                                "50",
                                "--model",
                                model,
                                "--out",
                                list.toString());
                assertThat(code).as(err()).isZero();
            }
            assertThat(whole).hasSameTextualContentAs(before);
        }
    }

    @Test
    void aCouponGoesToThoseItMovesWithinItsBudget() throws IOException {
        Path list = shop.resolve("coupons.csv");
        Path json = shop.resolve("coupons.json");
        Path page = shop.resolve("coupons.html");
        int code =
                campaign(
                        config(),
                        "coupon",
                        "--log",
                        CouponTruth.campaign(shop).toString(),
                        "--margin",
                        "20",
                        "--coupon",
                        "4",
                        "--contact-cost",
                        "0.2",
                        "--budget",
                        "60",
                        "--out",
                        list.toString(),
                        "--json",
                        json.toString(),
                        "--page",
                        page.toString());
        assertThat(code).as(err()).isZero();
        List<Map<String, String>> rows = rows(list);
        assertThat(sum(contacted(rows), "cost")).isBetween(50.0, 60.0);
        assertThat(rows).allMatch(row -> Double.parseDouble(row.get("gain")) > 0);
        assertThat(rows).allMatch(row -> p(row) >= 0 && p(row) <= 1);
        assertThat(out())
                .contains("by chance as far as the features tell", "dr-learner, trees", "chosen")
                .contains("what the model makes of their histories");
        assertThat(json).content().contains("\"qini_less_intent\"", "\"curve_of_intent\"");
        assertThat(page).content().contains("Qini curve", "What it gains in all");
        // 400 shoppers say little, but more than nothing
        Map<String, CouponTruth.OfShopper> truth = CouponTruth.open(shop).shoppers();
        double effect =
                rows.stream()
                        .filter(row -> truth.containsKey(row.get("user")))
                        .mapToDouble(row -> truth.get(row.get("user")).effect())
                        .average()
                        .orElseThrow();
        double ofAll =
                truth.values().stream()
                        .mapToDouble(CouponTruth.OfShopper::effect)
                        .average()
                        .orElseThrow();
        assertThat(effect).isGreaterThan(ofAll + 0.03);
    }

    @Test
    void aModelThatKnowsTheOutcomesIsNotRead() throws IOException {
        Path config = shop.resolve("late.yaml");
        Files.writeString(config, Files.readString(config()).replace("test: 15d", "test: 3d"));
        int code =
                campaign(
                        config,
                        "coupon",
                        "--log",
                        CouponTruth.campaign(shop).toString(),
                        "--out",
                        shop.resolve("late.csv").toString());
        assertThat(code).as(err()).isZero();
        assertThat(out()).contains("the model learned from events after the campaign began");
    }

    @Test
    void outcomesAfterTheNewCampaignAreNotLearnedFrom() {
        int code =
                campaign(
                        config(),
                        "coupon",
                        "--log",
                        CouponTruth.campaign(shop).toString(),
                        "--at",
                        "2025-03-14T00:00:00Z",
                        "--out",
                        shop.resolve("early.csv").toString());
        assertThat(code).isEqualTo(3);
        assertThat(err()).contains("whose horizon ends after the log, or after --at");
    }

    @Test
    void withoutChanceInTheLogOnlyIntentRanks() throws IOException {
        Map<String, CouponTruth.OfShopper> truth = CouponTruth.open(shop).shoppers();
        StringBuilder log = new StringBuilder("customer,sent,got\n");
        truth.forEach(
                (user, of) ->
                        log.append(user)
                                .append(",2025-03-07 00:00:00,")
                                .append(of.without() > 0.2 ? "yes" : "no")
                                .append('\n'));
        Path file = Files.writeString(shop.resolve("rule.csv"), log);
        Path list = shop.resolve("intent.jsonl");
        int code =
                campaign(
                        config(),
                        "coupon",
                        "--log",
                        file.toString(),
                        "--columns",
                        "user=customer,time=sent,treated=got",
                        "--without-model",
                        "--out",
                        list.toString());
        assertThat(code).as(err()).isZero();
        assertThat(out())
                .contains("it was no draw", "the list is by intent alone")
                .doesNotContain("Qini");
        assertThat(Files.readAllLines(list).get(0))
                .contains("\"by\":\"intent\"", "whom the coupon moves is not known")
                .doesNotContain("uplift");
    }

    @Test
    void aListWithAHoldoutIsTheLogOfTheNext() {
        Path list = shop.resolve("list.parquet");
        int code =
                campaign(
                        config(),
                        "audience",
                        "--at",
                        SENT,
                        "--holdout",
                        "0.5",
                        "--out",
                        list.toString());
        assertThat(code).as(err()).isZero();
        code =
                campaign(
                        config(),
                        "coupon",
                        "--log",
                        list.toString(),
                        "--without-model",
                        "--out",
                        shop.resolve("next.csv").toString());
        assertThat(code).as(err()).isZero();
        assertThat(out()).contains("were contacted, by chance as far as the features tell");
    }

    @Test
    void whatCannotBeReadIsNamedWithItsLine() throws IOException {
        Path file =
                Files.writeString(
                        shop.resolve("bad.csv"),
                        """
                        user,time,treated
                        s10001,2025-03-07T00:00:00Z,1
                        s10002,2025-03-07T00:00:00Z,maybe
                        """);
        String out = shop.resolve("x.csv").toString();
        assertThat(campaign(config(), "coupon", "--log", file.toString(), "--out", out))
                .isEqualTo(3);
        assertThat(err()).contains("bad.csv, line 3: treated is 'maybe'");
        assertThat(campaign(config(), "coupon", "--log", "none.csv", "--out", out)).isEqualTo(3);
        assertThat(err()).contains("there is no file none.csv");
        assertThat(campaign(config(), "measure", shop.resolve("bad.csv").toString())).isEqualTo(3);
        assertThat(err()).contains("is no list of `nextact campaign`");
        assertThat(
                        campaign(
                                config(),
                                "coupon",
                                "--log",
                                file.toString(),
                                "--columns",
                                "usr=user",
                                "--out",
                                out))
                .isEqualTo(2);
        assertThat(err()).contains("'usr' is no field");
    }
}
