package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop where everybody asks once and gets what the area of the question and the shopper's club
 * decide: of nine answers, three fit the area alone and one fits both.
 */
class FieldsIT {

    private static final List<String> AREAS = List.of("north", "south", "east");
    private static final List<String> CLUBS = List.of("gold", "silver", "new");
    private static final int SHOPPERS = 600;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path shop;

    @BeforeEach
    void log() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder events = new StringBuilder("user,item,time,area\n");
        StringBuilder users = new StringBuilder("user,club\n");
        for (int i = 0; i < SHOPPERS; i++) {
            long time = 1_700_000_000L + i * 30L * 86_400 / SHOPPERS;
            String area = AREAS.get(random.nextInt(3));
            String club = CLUBS.get(random.nextInt(3));
            String asks = "u%d,q%d,%d,%s\n".formatted(i, random.nextInt(5), time, area);
            String gets = "u%d,%s-%s,%d,\n".formatted(i, area, club, time + 60);
            events.append(asks).append(gets);
            users.append("u%d,%s\n".formatted(i, club));
        }
        Files.writeString(shop.resolve("events.csv"), events);
        Files.writeString(shop.resolve("users.csv"), users);
    }

    private int run(String... args) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        100,
                        Map.of());
        return Main.run(terminal, args);
    }

    private String config(String name, String fields) throws IOException {
        return Files.writeString(
                        shop.resolve(name + ".yaml"),
                        """
                        sources:
                          - path: events.csv
                            columns: {user: user, item: item, time: time, area: area}
                        users: [{path: users.csv, columns: {user: user, club: club}}]
                        split: {valid: 5d, test: 5d}
                        model: {name: %s, family: gru, width: 16, layers: 1, length: 5, dropout: 0%s}
                        train: {epochs: 30, patience: 30, batch: 64, learning_rate: 0.01,
                                loss: full-softmax, workers: 1}
                        """
                                .formatted(name, fields))
                .toString();
    }

    /** Of the next item, on the test. */
    private double ndcg(String config) throws IOException {
        Path json = shop.resolve("result.json");
        assertThat(run("train", "-c", config)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(run("evaluate", "-c", config, "--json", json.toString())).isZero();
        JsonNode results = JsonMapper.builder().build().readTree(json.toFile()).path("results");
        for (JsonNode result : results) {
            if (result.path("model").asText().equals("gru")) {
                return result.path("metrics").path("ndcg@10").asDouble();
            }
        }
        throw new AssertionError("no result of the network");
    }

    @Test
    void whatDecidesTheNextItemIsLearnedFromItsField() throws IOException {
        String plain = config("plain", "");
        String area = config("area", ", event_fields: [area]");
        String both = config("both", ", event_fields: {area: category}, user_fields: [club]");
        assertThat(run("prepare", "-c", plain)).as(err.toString(StandardCharsets.UTF_8)).isZero();

        // nine equally likely answers give 0.47 at best, three 0.71, one 1
        assertThat(ndcg(plain)).isBetween(0.35, 0.6);
        assertThat(ndcg(area)).isBetween(0.6, 0.85);
        assertThat(ndcg(both)).isGreaterThan(0.95);

        assertThat(first(both, "q1?area=south", "club=gold")).isEqualTo("south-gold");
        assertThat(first(both, "q2?area=north", "club=new")).isEqualTo("north-new");
        assertThat(first(both, "q2?area=nowhere", "age=7")).isNotEmpty();
        assertThat(run("predict", "next", "-c", both, "--history", "q1?region=south")).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("'region=south' is no field=value that the model reads. Known: area");
    }

    private String first(String config, String event, String fact) throws IOException {
        Path file = shop.resolve("next.csv");
        assertThat(
                        run(
                                "predict",
                                "next",
                                "-c",
                                config,
                                "--history",
                                event,
                                "--fact",
                                fact,
                                "--out",
                                file.toString()))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return Files.readAllLines(file).get(1).split(",", -1)[2];
    }
}
