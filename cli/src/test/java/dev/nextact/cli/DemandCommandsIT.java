package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What will sell, from a raw log to forecasts and stock advice. */
class DemandCommandsIT {

    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final int DAYS = 98;
    private static final int ITEMS = 12;

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

    private static String err() {
        return ERR.toString(StandardCharsets.UTF_8);
    }

    private static String config() {
        return shop.resolve("shop.yaml").toString();
    }

    /** Item i sells about i units a week. */
    @BeforeAll
    static void train() throws IOException {
        Random random = new Random(11);
        StringBuilder log = new StringBuilder("user,item,act,time,price,category\n");
        for (int day = 0; day < DAYS; day++) {
            for (int item = 0; item < ITEMS; item++) {
                if (random.nextInt(7 * ITEMS) < item * ITEMS / 4) {
                    log.append(
                            "u%d,i%02d,buy,%s,%d,c%d%n"
                                    .formatted(
                                            random.nextInt(50),
                                            item,
                                            START.plus(day, ChronoUnit.DAYS)
                                                    .plusSeconds(random.nextInt(80_000)),
                                            2 + item,
                                            item % 3));
                }
            }
        }
        Files.writeString(shop.resolve("log.csv"), log);
        Files.writeString(shop.resolve("items.csv"), "id,cat\nbrandnew,c1\n");
        Files.writeString(
                shop.resolve("shop.yaml"),
                """
                sources:
                  - path: log.csv
                    columns: {user: user, item: item, behaviour: act, time: time, price: price,
                              category: category}
                items: [{path: items.csv, columns: {item: id, category: cat}}]
                behaviours: {purchase: [buy]}
                tasks: {demand: {horizon: 14d, period: week}}
                """);
        assertThat(run("prepare", "--config", config())).as(err()).isZero();
        assertThat(run("predict", "demand", "--config", config(), "--out", "x.csv")).isEqualTo(4);
        assertThat(err()).contains("Run `nextact train --demand` first");
        assertThat(run("train", "--demand", "--config", config())).as(err()).isZero();
    }

    private static List<String[]> csv(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).map(line -> line.split(",")).toList();
    }

    private static double sum(List<String[]> rows, String level, int step) {
        return rows.stream()
                .filter(row -> row[0].equals(level) && Integer.parseInt(row[2]) == step)
                .mapToDouble(row -> Double.parseDouble(row[4]))
                .sum();
    }

    @Test
    void whatMovedAnItemsDemandIsTold() throws IOException {
        Path json = shop.resolve("why.json");
        assertThat(
                        run(
                                "explain",
                                "--config",
                                config(),
                                "--task",
                                "demand",
                                "--item",
                                "i03",
                                "--json",
                                json.toString()))
                .as(err())
                .isZero();
        assertThat(Files.readString(json)).contains("\"periods\"", "\"of\" : \"sales\"");
        assertThat(run("explain", "--config", config(), "--task", "demand")).isEqualTo(2);
        assertThat(err()).contains("expected an --item");
        assertThat(run("explain", "--config", config(), "--task", "demand", "--item", "none"))
                .isEqualTo(3);
    }

    @Test
    void itemsAddUpToCategoriesAndTheTotal() throws IOException {
        Path out = shop.resolve("demand.csv");
        Path page = shop.resolve("pages/demand.html");
        assertThat(
                        run(
                                "predict",
                                "demand",
                                "--config",
                                config(),
                                "--out",
                                out.toString(),
                                "--page",
                                page.toString()))
                .as(err())
                .isZero();
        List<String[]> rows = csv(out);
        assertThat(rows).anyMatch(row -> row[1].equals("brandnew"));
        for (int step = 1; step <= 2; step++) {
            double total = sum(rows, "total", step);
            assertThat(sum(rows, "item", step)).isCloseTo(total, within(1e-6));
            assertThat(sum(rows, "category", step)).isCloseTo(total, within(1e-6));
            assertThat(total).isBetween(8.0, 28.0); // Σ i / 4 for 12 items is 16.5
        }
        assertThat(rows.get(0)[3]).isEqualTo("2024-04-08");
        assertThat(page).content().contains("What will sell", "All items");
    }

    @Test
    void stockAdviceIsMoreForAHigherServiceLevel() throws IOException {
        Path low = shop.resolve("low.csv");
        Path high = shop.resolve("high.jsonl");
        String out = shop.resolve("d.csv").toString();
        assertThat(
                        run(
                                "predict",
                                "demand",
                                "--config",
                                config(),
                                "--out",
                                out,
                                "--stock",
                                low.toString(),
                                "--lead-time",
                                "7d",
                                "--margin",
                                "1",
                                "--cost",
                                "1"))
                .as(err())
                .isZero();
        assertThat(
                        run(
                                "predict",
                                "demand",
                                "--config",
                                config(),
                                "--out",
                                out,
                                "--stock",
                                high.toString(),
                                "--service-level",
                                "0.99"))
                .as(err())
                .isZero();
        List<String[]> median = csv(low);
        assertThat(median).hasSizeGreaterThan(ITEMS - 2);
        assertThat(median).allMatch(row -> row[1].equals("1") && row[4].equals("0.5"));
        assertThat(Files.readAllLines(high).get(0))
                .contains("\"periods\":2", "\"service_level\":0.99", "\"expected_shortage\":");
    }

    /** Beside the shop, with a model of shoppers that learned until four weeks before the end. */
    private static String withShoppers(String test, String family) throws IOException {
        Path file = shop.resolve("shoppers-" + test + ".yaml");
        String base =
                Files.readString(shop.resolve("shop.yaml"))
                        .replace("tasks: {demand:", "tasks: {learn: [next-items, intent], demand:")
                        .replace("period: week", "period: week, family: " + family);
        Files.writeString(
                file,
                base
                        + """
                        split: {valid: 14d, test: %s}
                        model: {name: shoppers, family: gru, width: 8, layers: 1, length: 10}
                        train: {epochs: 1, batch: 64, learning_rate: 0.01}
                        """
                                .formatted(test));
        return file.toString();
    }

    @Test
    void theShoppersModelIsASecondSourceOfWhichItIsSaidHowMuchItCounts() throws IOException {
        String heard = withShoppers("28d", "gru");
        assertThat(run("train", "--config", heard)).as(err()).isZero();
        assertThat(run("train", "--demand", "--config", heard)).as(err()).isZero();
        assertThat(err()).contains("the shoppers' predicted purchases: weight ");
        String out = shop.resolve("s.csv").toString();
        assertThat(run("predict", "demand", "--config", heard, "--out", out)).as(err()).isZero();
        // by another split nobody knows what it has seen
        String unheard = withShoppers("7d", "transformer");
        assertThat(run("train", "--demand", "--config", unheard)).as(err()).isZero();
        assertThat(err()).contains("not heard", "was trained by another split");
        assertThat(OUT.toString(StandardCharsets.UTF_8)).contains(" s, transformer, ");
        assertThat(run("predict", "demand", "--config", unheard, "--out", out)).as(err()).isZero();
    }

    @Test
    void whatCannotBeAnsweredIsRefused() throws IOException {
        String out = shop.resolve("e.csv").toString();
        assertThat(run("predict", "demand", "--config", config(), "--out", out, "--horizon", "9w"))
                .isEqualTo(2);
        assertThat(err()).contains("sees 2 weeks ahead, asked for 9");
        assertThat(run("predict", "demand", "--config", config(), "--out", out, "--margin", "2"))
                .isEqualTo(2);
        assertThat(err()).contains("--stock FILE");
        assertThat(run("train", "--demand", "--resume", "--config", config())).isEqualTo(2);
        Path model = shop.resolve("work/demand/default/1/demand.json");
        String settings = Files.readString(model);
        Files.writeString(model, settings.replace("\"horizon\" : 2", "\"horizon\" : 3"));
        assertThat(run("predict", "demand", "--config", config(), "--out", out)).isEqualTo(4);
        assertThat(err()).contains("demand.json is damaged: its SHA-256");
        Files.writeString(model, settings);
    }
}
