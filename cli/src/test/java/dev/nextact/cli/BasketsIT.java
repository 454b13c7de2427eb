package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.Grain;
import dev.nextact.model.bundle.Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop of red and of blue things, whose shoppers buy three of a colour, then of the other one.
 */
class BasketsIT {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SHOPPERS = 60;
    private static final int BASKET = 3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** The colour of each shopper's newest basket. */
    private final Map<String, String> newest = new HashMap<>();

    @TempDir private Path shop;

    private void run(int expected, String... args) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        100,
                        Map.of());
        assertThat(Main.run(terminal, args))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }

    /** Every shopper buys on eight days, the last of which is in the test. */
    @BeforeEach
    void log() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder log = new StringBuilder("user,item,time,colour\n");
        for (int user = 0; user < SHOPPERS; user++) {
            for (int visit = 0; visit < 8; visit++) {
                String colour = (user + visit) % 2 == 0 ? "red" : "blue";
                int first = random.nextInt(10);
                Instant time = START.plusSeconds((visit * 4L + user % 4) * 86_400);
                for (int i = 0; i < BASKET; i++) {
                    int item = (first + i * 3) % 10;
                    log.append("u%d,%s%d,%s,%s\n".formatted(user, colour, item, time, colour));
                }
                newest.put("u" + user, colour);
            }
        }
        Files.writeString(shop.resolve("log.csv"), log);
        Files.writeString(shop.resolve("items.csv"), "id,colour\nred11,red\nblue11,blue\n");
    }

    private String config(String name, String model) throws IOException {
        return Files.writeString(
                        shop.resolve(name + ".yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, time: time, category: colour}
                        items: [{path: items.csv, columns: {item: id, category: colour}}]
                        clean: {min_item_events: 1}
                        split: {valid: 4d, test: 4d}
                        model: {name: %s, width: 16, layers: 1, heads: 1, length: 4, dropout: 0%s}
                        train: {epochs: 25, patience: 25, learning_rate: 0.01, batch: 16, workers: 1}
                        """
                                .formatted(name, model))
                .toString();
    }

    /** The report on a bundle. */
    private JsonNode judged(String config, Path model) throws IOException {
        Path json = shop.resolve("result.json");
        run(0, "evaluate", "-c", config, "--model", model.toString(), "--json", json.toString());
        return JsonMapper.builder().build().readTree(json.toFile());
    }

    private static double ndcg(JsonNode report) {
        for (JsonNode result : report.path("results")) {
            if (result.path("model").asText().equals("transformer")) {
                return result.path("metrics").path("ndcg@10").asDouble();
            }
        }
        throw new AssertionError("no result of the network");
    }

    private Path learned(String config, String name) {
        run(0, "train", "-c", config);
        return Bundle.newest(shop.resolve("work/models"), name).directory();
    }

    @Test
    void theNextBasketIsLearnedFromThoseBefore() throws IOException {
        String baskets = config("baskets", ", baskets: true, item_fields: [category]");
        run(0, "prepare", "-c", baskets);
        Path model = learned(baskets, "baskets");
        assertThat(Bundle.open(model).grain()).isEqualTo(Grain.BASKET);

        JsonNode report = judged(baskets, model);
        assertThat(report.path("grain").asText()).isEqualTo("basket");
        assertThat(report.path("dataset").path("targets").asInt()).isEqualTo(SHOPPERS * BASKET);
        // ten equally likely items give 0.45, twenty 0.23
        assertThat(ndcg(report)).isBetween(0.36, 0.55);

        Path file = shop.resolve("next.csv");
        run(0, "predict", "next", "-c", baskets, "--k", "3", "--out", file.toString());
        List<String> rows = Files.readAllLines(file);
        assertThat(rows).hasSize(1 + SHOPPERS * 3);
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            String other = newest.get(cells[0]).equals("red") ? "blue" : "red";
            assertThat(cells[2]).as(row).startsWith(other);
        }
        run(0, "predict", "next", "-c", baskets, "--history", "red1,red4,red7");
    }

    @Test
    void aModelOfEventsIsJudgedAsTheConfigSays() throws IOException {
        String events = config("events", "");
        String baskets = config("baskets", ", baskets: true");
        run(0, "prepare", "-c", events);
        Path model = learned(events, "events");
        assertThat(Bundle.open(model).grain()).isEqualTo(Grain.EVENT);

        // it is told the first items of the basket whose others it is asked for, or it is not
        double told = ndcg(judged(events, model));
        double untold = ndcg(judged(baskets, model));

        assertThat(told).isGreaterThan(untold + 0.1);
    }

    @Test
    void newItemsAreKnownByTheirFactsInBasketsToo() throws IOException {
        String config = config("new", ", baskets: true, item_fields: [category], new_items: true");
        run(0, "prepare", "-c", config);

        Bundle bundle = Bundle.open(learned(config, "new"));

        assertThat(bundle.catalog().ids()).contains("red11", "blue11");
        Path file = shop.resolve("next.csv");
        for (String colour : List.of("red", "blue")) {
            String other = colour.equals("red") ? "blue" : "red";
            String seen = colour + "11," + colour + "11";
            run(
                    0,
                    "predict",
                    "next",
                    "-c",
                    config,
                    "--history",
                    seen,
                    "--k",
                    "11",
                    "--out",
                    file.toString());
            assertThat(Files.readString(file)).contains("," + other + "11,");
        }
    }
}
