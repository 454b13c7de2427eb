package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.model.bundle.Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop of red and of blue things, whose shoppers like the one or the other. */
class NewItemsIT {

    private static final String HEADER = "user,item,time,colour,price\n";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int DAYS = 30;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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

    /** A visit of four things of the shopper's colour every fifth day. */
    private static String log() {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder log = new StringBuilder(HEADER);
        for (int user = 0; user < 60; user++) {
            String colour = user % 2 == 0 ? "red" : "blue";
            for (int day = user % 5; day < DAYS; day += 5) {
                for (int i = 0; i < 4; i++) {
                    int item = 1 + random.nextInt(10);
                    log.append(
                            "u%d,%s%d,%s,%s,\n"
                                    .formatted(
                                            user,
                                            colour,
                                            item,
                                            START.plusSeconds(day * 86_400L + i * 60L),
                                            colour));
                }
            }
        }
        return log.toString();
    }

    private String config(String model) throws IOException {
        return Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, time: time, category: colour, price: price}
                        items: [{path: items.csv, columns: {item: id, category: colour, weight: weight}}]
                        clean: {min_item_events: 2}
                        split: {valid: 5d, test: 5d}
                        model: {family: gru, width: 16, layers: 1, length: 10, item_fields: [category], %s}
                        train: {epochs: 8, patience: 8, learning_rate: 0.01, loss: full-softmax, batch: 16, workers: 1}
                        """
                                .formatted(model))
                .toString();
    }

    private Bundle learned(String config) {
        run(0, "prepare", "-c", config);
        run(0, "train", "-c", config);
        return newest();
    }

    private Bundle newest() {
        return Bundle.newest(shop.resolve("work/models"), "default");
    }

    /** What requests may choose by. */
    private static List<String> facts(Bundle bundle) {
        List<String> facts = new ArrayList<>();
        bundle.readItemFacts(
                (item, field, value) ->
                        facts.add(bundle.catalog().id(item) + " " + field + " " + value));
        return facts;
    }

    /** The items recommended after a history, best first. */
    private List<String> next(String config, String history, int k) {
        out.reset();
        run(0, "predict", "next", "-c", config, "--history", history, "--k", "" + k);
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().split("\\s+", -1)[2])
                .toList();
    }

    @BeforeEach
    void open() throws IOException {
        Files.writeString(shop.resolve("log.csv"), log());
        Files.writeString(
                shop.resolve("items.csv"),
                "id,colour,weight\nred11,red,3\nblue11,blue,5\nred1,red,4\nodd,green,\n");
    }

    @Test
    void aNewItemIsRecommendedToThoseWhoLikeItsKind() throws IOException {
        String config = config("item_numbers: [weight], new_items: true");
        Bundle bundle = learned(config);

        assertThat(bundle.catalog().ids()).contains("red11", "blue11").doesNotContain("odd");
        assertThat(bundle.trainEvents(bundle.catalog().indexOf("red11"))).isZero();
        assertThat(next(config, "red1,red2,red3", 11)).contains("red11").doesNotContain("blue11");
        assertThat(next(config, "blue1,blue2,blue3", 11))
                .contains("blue11")
                .doesNotContain("red11");
        // it is read in a history, too
        assertThat(next(config, "red11", 5)).allMatch(item -> item.startsWith("red"));
        run(0, "evaluate", "-c", config);
    }

    @Test
    void itemsThatComeLaterNeedNoTraining() throws IOException {
        String config = config("new_items: true");
        Bundle before = learned(config);
        Files.writeString(shop.resolve("items.csv"), "id,colour,weight\nred11,red,\nred12,red,\n");
        run(0, "prepare", "-c", config);

        run(0, "items", "refresh", "-c", config);

        Bundle after = newest();
        assertThat(after.manifest().version()).isEqualTo(2);
        assertThat(after.weights()).isEqualTo(before.weights());
        assertThat(after.catalog().ids()).contains("red12").doesNotContain("blue11");
        assertThat(facts(before)).contains("blue11 category blue", "red3 category red");
        assertThat(facts(after))
                .contains("red12 category red", "red3 category red")
                .doesNotContain("blue11 category blue");
        assertThat(before.behaviourEvents()).hasSize(1).isEqualTo(after.behaviourEvents());
        assertThat(before.behaviourEvents().get(0)).isPositive();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("20 learned items and 2 new ones: 1 added, 1 gone");
        assertThat(next(config, "red1,red2,red3", 12)).contains("red11", "red12");
        run(0, "items", "refresh", "-c", config);
        assertThat(newest().manifest().version()).isEqualTo(2);
        run(3, "evaluate", "-c", config);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("newer than the cut-off");
    }

    @Test
    void whatIsKnownOfItemsAfterTheCutOffChangesNothing() throws IOException {
        String config = config("new_items: true");
        Bundle before = learned(config);
        String later = START.plusSeconds(DAYS * 86_400L - 3600).toString();
        Files.writeString(
                shop.resolve("log.csv"),
                log()
                        + "u1,red1,%s,blue,9\nu1,late,%s,red,9\nu1,late,%s,red,9\n"
                                .formatted(later, later, later));

        Bundle after = learned(config);

        assertThat(after.catalog().ids()).isEqualTo(before.catalog().ids());
        assertThat(after.weights()).isEqualTo(before.weights());
        assertThat(
                        Arrays.equals(
                                Files.readAllBytes(after.onnx()),
                                Files.readAllBytes(before.onnx())))
                .isTrue();
    }

    @Test
    void aModelWithoutNewItemsKnowsThoseOfTheTrainingPartAlone() throws IOException {
        String config = config("dropout: 0.1");
        Bundle bundle = learned(config);

        assertThat(bundle.catalog().ids()).hasSize(20).doesNotContain("red11");
        assertThat(bundle.directory().resolve("item_codings.json")).doesNotExist();
        run(3, "items", "refresh", "-c", config);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("model.new_items: true");
    }
}
