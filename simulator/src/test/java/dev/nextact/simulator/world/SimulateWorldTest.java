package dev.nextact.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.simulator.SimulationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateWorldTest {

    private static final List<Preset> WORLDS =
            Arrays.stream(Preset.values()).filter(preset -> preset != Preset.SHOP).toList();

    @TempDir private Path directory;

    private Path simulate(Preset preset, SimulationSettings settings, String name) {
        Path out = directory.resolve(name);
        new SimulateWorld().run(preset, settings, out, Progress.silent());
        return out;
    }

    /** Rows of the log, column to cell, in the order of the file. */
    private List<Map<String, String>> log(Preset preset, int users) throws IOException {
        SimulationSettings settings = preset.defaults().withUsers(users);
        Path out = simulate(preset, settings, preset.toString());
        return table(out.resolve(preset.world(settings.withUsers(1)).log()));
    }

    private static List<Map<String, String>> table(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.get(0).split(",", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", names.length);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < names.length; i++) {
                row.put(names[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    /** Each row with the next of the same person. */
    private static List<List<Map<String, String>>> pairs(
            List<Map<String, String>> log, String person) {
        Map<String, Map<String, String>> last = new HashMap<>();
        List<List<Map<String, String>>> pairs = new ArrayList<>();
        for (Map<String, String> row : log) {
            Map<String, String> before = last.put(row.get(person), row);
            if (before != null) {
                pairs.add(List.of(before, row));
            }
        }
        return pairs;
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        for (Preset preset : WORLDS) {
            SimulationSettings settings = preset.defaults().withUsers(60).withDays(21);
            Path one = simulate(preset, settings, preset + "-one");
            Path two = simulate(preset, settings, preset + "-two");
            Path other = simulate(preset, settings.withSeed(7), preset + "-other");
            String log = preset.world(settings).log();
            try (var files = Files.list(one)) {
                for (Path file : files.toList()) {
                    assertThat(file).hasSameBinaryContentAs(two.resolve(file.getFileName()));
                }
            }
            assertThat(Files.readString(one.resolve(log)))
                    .as("%s", preset)
                    .isNotEqualTo(Files.readString(other.resolve(log)));
        }
    }

    @Test
    void rowsAreInTheOrderOfTimeAndWithinTheDays() throws IOException {
        for (Preset preset : WORLDS) {
            List<Instant> times =
                    log(preset, 80).stream().map(row -> Instant.parse(row.get("time"))).toList();
            assertThat(times).as("%s", preset).isNotEmpty().isSorted();
            assertThat(times.get(0)).isAfterOrEqualTo(SimulateWorld.START);
            assertThat(times.get(times.size() - 1))
                    .isBefore(SimulateWorld.START.plus(Duration.ofDays(preset.defaults().days())));
        }
    }

    @Test
    void theConfigNamesTheFilesAndTheirColumns() throws IOException {
        for (Preset preset : WORLDS) {
            SimulationSettings settings = preset.defaults().withUsers(40).withSeed(7);
            Path out = simulate(preset, settings, preset.toString());
            JsonNode config = new YAMLMapper().readTree(out.resolve("shop.yaml").toFile());
            for (String section : List.of("sources", "items", "users")) {
                for (JsonNode table : config.path(section)) {
                    Path file = out.resolve(table.path("path").asText());
                    String header = Files.readAllLines(file).get(0);
                    table.path("columns")
                            .forEach(
                                    column ->
                                            assertThat(List.of(header.split(",", -1)))
                                                    .as("%s", file)
                                                    .contains(column.asText()));
                }
            }
            assertThat(config.at("/train/seed").asLong()).isEqualTo(7);
        }
    }

    @Test
    void countryAndAmountDecideTheNextCategoryAtTheBank() throws IOException {
        int pairs = 0;
        int afterJapan = 0;
        int cash = 0;
        int afterLarge = 0;
        int transfers = 0;
        for (List<Map<String, String>> pair : pairs(log(Preset.BANK, 1500), "card")) {
            pairs++;
            String next = pair.get(1).get("merchant_category");
            if (pair.get(0).get("country").equals("JP")) {
                afterJapan++;
                cash += next.equals("cash-machines") ? 1 : 0;
            }
            if (Double.parseDouble(pair.get(0).get("amount")) >= 300) {
                afterLarge++;
                transfers += next.equals("payees") ? 1 : 0;
            }
            assertThat(pair.get(1).get("kind").equals("withdraw"))
                    .isEqualTo(next.equals("cash-machines"));
        }
        assertThat(pairs).isGreaterThan(30_000);
        // by the law, and now and then by the card's own categories: 0.2 / 9
        assertThat((double) cash / afterJapan).isCloseTo(Bank.BY_COUNTRY + 0.022, within(0.02));
        assertThat((double) transfers / afterLarge).isCloseTo(Bank.BY_AMOUNT + 0.022, within(0.02));
    }

    @Test
    void diagnosisAndAgeDecideTheProcedureAndTheWaitAtTheClinic() throws IOException {
        List<Map<String, String>> log = log(Preset.CLINIC, 3000);
        Map<String, String> ages = new HashMap<>();
        for (Map<String, String> patient : table(directory.resolve("clinic/patients.csv"))) {
            ages.put(patient.get("patient"), patient.get("age_group"));
        }
        Map<String, Map<String, Integer>> procedures = new HashMap<>();
        Map<String, List<Long>> waits = new HashMap<>();
        Map<String, Map<String, String>> lastDiagnosis = new HashMap<>();
        for (List<Map<String, String>> pair : pairs(log, "patient")) {
            if (pair.get(0).get("kind").equals("diagnosis")) {
                assertThat(pair.get(1).get("time")).isEqualTo(pair.get(0).get("time"));
                procedures
                        .computeIfAbsent(
                                pair.get(0).get("code") + ages.get(pair.get(0).get("patient")),
                                key -> new HashMap<>())
                        .merge(pair.get(1).get("code"), 1, Integer::sum);
            }
        }
        for (Map<String, String> row : log) {
            if (row.get("kind").equals("diagnosis")) {
                Map<String, String> before = lastDiagnosis.put(row.get("patient"), row);
                if (before != null && before.get("code").equals("D102")) {
                    waits.computeIfAbsent(ages.get(row.get("patient")), age -> new ArrayList<>())
                            .add(
                                    Duration.between(
                                                    Instant.parse(before.get("time")),
                                                    Instant.parse(row.get("time")))
                                            .toDays());
                }
            }
        }
        assertThat(procedures).hasSize(Clinic.DIAGNOSES * 3);
        int most = 0;
        int all = 0;
        for (Map<String, Integer> codes : procedures.values()) {
            most += codes.values().stream().mapToInt(n -> n).max().orElseThrow();
            all += codes.values().stream().mapToInt(n -> n).sum();
        }
        // and a quarter of the others by chance
        assertThat((double) most / all)
                .isCloseTo(Clinic.BY_AGE + (1 - Clinic.BY_AGE) / 4, within(0.02));
        assertThat(mean(waits, "child") * 2).isCloseTo(mean(waits, "adult"), within(1.5));
        assertThat(mean(waits, "adult") * 2).isCloseTo(mean(waits, "senior"), within(1.5));
    }

    private static double mean(Map<String, List<Long>> waits, String age) {
        return waits.getOrDefault(age, List.of()).stream()
                .mapToLong(days -> days)
                .average()
                .orElseThrow();
    }

    /** Who follows whom and since when stands in the table; all else in the log. */
    @Test
    void whatFolloweesPostedLastDecidesTheNextActOnTheSocialSite() throws IOException {
        List<Map<String, String>> log = log(Preset.SOCIAL, 1000);
        Map<String, Map<String, Instant>> follows = new HashMap<>();
        for (Map<String, String> follow : table(directory.resolve("social/follows.csv"))) {
            follows.computeIfAbsent(follow.get("follower"), from -> new HashMap<>())
                    .put(follow.get("followed"), Instant.parse(follow.get("since")));
        }
        Map<String, String> newest = new HashMap<>();
        int acts = 0;
        int ofFollowees = 0;
        for (Map<String, String> row : log.subList(log.size() / 4, log.size())) {
            Instant time = Instant.parse(row.get("time"));
            if (follows.containsKey(row.get("account"))) {
                acts++;
                Set<String> topics = new HashSet<>();
                follows.get(row.get("account"))
                        .forEach(
                                (writer, since) -> {
                                    if (!since.isAfter(time)) {
                                        topics.add(newest.getOrDefault(writer, ""));
                                    }
                                });
                ofFollowees += topics.contains(row.get("topic")) ? 1 : 0;
            } else {
                newest.put(row.get("account"), row.get("topic"));
            }
        }
        assertThat(acts).isGreaterThan(10_000);
        // long visits run through all the writers followed; now and then an own topic is theirs too
        assertThat((double) ofFollowees / acts).isBetween(SocialSite.BY_FOLLOWEES - 0.15, 0.85);
    }

    @Test
    void theMoodOfAReviewDecidesTheNextCategory() throws IOException {
        int good = 0;
        int stayed = 0;
        for (List<Map<String, String>> pair : pairs(log(Preset.REVIEWS, 2000), "shopper")) {
            if (pair.get(0).get("review").contains("is wonderful")) {
                good++;
                stayed += pair.get(0).get("category").equals(pair.get(1).get("category")) ? 1 : 0;
            }
        }
        assertThat((double) stayed / good)
                .isCloseTo(ReviewShop.BY_MOOD + (1 - ReviewShop.BY_MOOD) / 12, within(0.03));
    }

    @Test
    void reviewsOfTheLastDaysAreOfPhrasesNeverUsedBefore() throws IOException {
        Set<String> before = new HashSet<>();
        Set<String> after = new HashSet<>();
        Instant heldOutFrom =
                SimulateWorld.START.plus(
                        Duration.ofDays(
                                Preset.REVIEWS.defaults().days() - ReviewShop.HELD_OUT_DAYS));
        for (Map<String, String> row : log(Preset.REVIEWS, 1000)) {
            String end = row.get("review").replaceAll(".*\\. ", "");
            (Instant.parse(row.get("time")).isBefore(heldOutFrom) ? before : after).add(end);
        }
        assertThat(before).hasSizeGreaterThan(5);
        assertThat(after).hasSizeGreaterThan(4).doesNotContainAnyElementsOf(before);
    }

    @Test
    void placeAndReferralDecideTheNextCategory() throws IOException {
        int fromOslo = 0;
        int skis = 0;
        int bySearch = 0;
        int books = 0;
        for (List<Map<String, String>> pair : pairs(log(Preset.REGIONS, 2000), "visitor")) {
            String next = pair.get(1).get("category");
            if (Double.parseDouble(pair.get(0).get("latitude")) > 59) {
                fromOslo++;
                skis += next.equals("skis") ? 1 : 0;
            }
            if (pair.get(0).get("referral").equals("search")) {
                bySearch++;
                books += next.equals("books") ? 1 : 0;
            }
        }
        assertThat((double) skis / fromOslo)
                .isCloseTo(RegionalShop.BY_PLACE + 0.2 / 12, within(0.02));
        assertThat((double) books / bySearch)
                .isCloseTo(RegionalShop.BY_REFERRAL + 0.2 / 12, within(0.02));
    }

    /** Of the promotions' shop, whose law says what leads what. */
    @Test
    void looksLeadPurchasesByDaysAndCutsPull() throws IOException {
        List<Map<String, String>> log = log(Preset.PROMOTIONS, 500);
        Map<String, Double> listed = new HashMap<>();
        for (Map<String, String> item : table(directory.resolve("promotions/items.csv"))) {
            listed.put(item.get("item"), Double.parseDouble(item.get("price")));
        }
        Map<String, Instant> looked = new HashMap<>();
        double days = 0;
        int purchases = 0;
        int views = 0;
        int carts = 0;
        int cutViews = 0;
        for (Map<String, String> row : log) {
            String pair = row.get("shopper") + row.get("item");
            Instant time = Instant.parse(row.get("time"));
            boolean isCut =
                    Double.parseDouble(row.get("price")) < 0.9 * listed.get(row.get("item"));
            switch (row.get("act")) {
                case "view" -> {
                    views++;
                    cutViews += isCut ? 1 : 0;
                    looked.put(pair, time);
                }
                case "cart" -> carts++;
                default -> {
                    purchases++;
                    days += Duration.between(looked.get(pair), time).toHours() / 24.0;
                }
            }
        }
        assertThat(carts / (double) views).isCloseTo(PromotedShop.CART, within(0.02));
        assertThat(purchases).isGreaterThan(3_000);
        // a second look before the purchase shortens the mean a little
        assertThat(days / purchases)
                .isCloseTo(
                        PromotedShop.LEAST_DELAY_DAYS + PromotedShop.MEAN_DELAY_DAYS, within(1.2));
        // cuts hold in about a fifth of the time and pull by 1 + 7 · 0.3
        assertThat(cutViews / (double) views).isBetween(0.3, 0.6);
        assertThat(listed)
                .hasSizeGreaterThan(
                        (int) log.stream().map(row -> row.get("item")).distinct().count());
    }

    @Test
    void halfTheCutsAreAnnouncedWeeksBefore() throws IOException {
        log(Preset.PROMOTIONS, 20);
        List<Map<String, String>> plan = table(directory.resolve("promotions/promotions.csv"));
        assertThat(plan).hasSizeGreaterThan(240);
        for (Map<String, String> row : plan) {
            Instant from = Instant.parse(row.get("from") + "T00:00:00Z");
            Instant told = Instant.parse(row.get("announced") + "T00:00:00Z");
            assertThat(Duration.between(told, from).toDays())
                    .isEqualTo(PromotedShop.ANNOUNCED_DAYS);
            assertThat(row.get("to")).isGreaterThan(row.get("from"));
        }
    }

    @Test
    void theCouponMovesEachKindOfShopperAsItsTruthTells() throws IOException {
        List<Map<String, String>> log = log(Preset.COUPON, 6000);
        Path shop = directory.resolve("coupon");
        Map<String, CouponTruth.OfShopper> truth = CouponTruth.open(shop).shoppers();
        List<Map<String, String>> campaign = table(CouponTruth.campaign(shop));
        Instant sent = Instant.parse(campaign.get(0).get("time"));
        Instant until = sent.plus(Duration.ofDays(CouponTruth.horizonDays()));
        Map<String, Integer> bought = new HashMap<>();
        for (Map<String, String> row : log) {
            Instant time = Instant.parse(row.get("time"));
            if (row.get("act").equals("purchase") && !time.isBefore(sent) && time.isBefore(until)) {
                bought.merge(row.get("shopper"), 1, Integer::sum);
            }
        }
        assertThat(bought.values()).allMatch(times -> times == 1);
        Map<String, double[]> groups = new HashMap<>(); // shoppers, buyers, expected buyers
        for (Map<String, String> row : campaign) {
            CouponTruth.OfShopper of = truth.get(row.get("user"));
            boolean treated = row.get("treated").equals("1");
            double[] group = groups.computeIfAbsent(of.kind() + treated, key -> new double[3]);
            group[0]++;
            group[1] += bought.containsKey(row.get("user")) ? 1 : 0;
            group[2] += treated ? of.with() : of.without();
        }
        assertThat(groups).hasSize(8);
        groups.forEach(
                (kind, of) ->
                        assertThat(of[1] / of[0])
                                .as(kind)
                                .isCloseTo(of[2] / of[0], within(4 * 0.5 / Math.sqrt(of[0]))));
        double[] moved = groups.getOrDefault("persuadabletrue", new double[3]);
        double[] alone = groups.getOrDefault("persuadablefalse", new double[3]);
        assertThat(moved[1] / moved[0]).isGreaterThan(alone[1] / alone[0] + 0.15);
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThatThrownBy(
                        () ->
                                new SimulateWorld()
                                        .run(
                                                Preset.BANK,
                                                Preset.BANK.defaults().withUsers(1),
                                                file,
                                                Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void anUnknownPresetIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Preset.of("zoo"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bank, clinic, social")
                .hasMessageContaining("zoo");
    }
}
