package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.model.bundle.Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shop where everybody asks, calls and gets one of two answers: which one, the time between the
 * question and the call decides.
 */
class TimeBiasIT {

    private static final int SHOPPERS = 600;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path shop;

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

    private void log() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder events = new StringBuilder("user,item,time\n");
        for (int i = 0; i < SHOPPERS; i++) {
            long time = 1_700_000_000L + i * 30L * 86_400 / SHOPPERS;
            boolean quick = random.nextBoolean();
            long call = time + (quick ? 1 + random.nextInt(60) : 3_600 + random.nextInt(7_200));
            events.append("u%d,q%d,%d\n".formatted(i, random.nextInt(5), time))
                    .append("u%d,call,%d\n".formatted(i, call))
                    .append("u%d,%s,%d\n".formatted(i, quick ? "quick" : "slow", call + 30));
        }
        Files.writeString(shop.resolve("events.csv"), events);
    }

    private String config(String family, boolean timeBias) throws IOException {
        return Files.writeString(
                        shop.resolve(family + timeBias + ".yaml"),
                        """
                        sources: [{path: events.csv, columns: {user: user, item: item, time: time}}]
                        split: {valid: 5d, test: 5d}
                        clean: {min_item_events: 1}
                        model: {name: %s-%s, family: %s, time_bias: %s, width: 16, layers: 1, heads: 2,
                                length: 5, dropout: 0}
                        train: {epochs: 40, patience: 40, batch: 64, learning_rate: 0.01,
                                loss: full-softmax, workers: 1}
                        """
                                .formatted(family, timeBias, family, timeBias))
                .toString();
    }

    /** Of the next item, on the test, by the bundle's graph. */
    private double ndcg(String config) throws IOException {
        Path json = shop.resolve("result.json");
        assertThat(run("train", "-c", config)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(run("evaluate", "-c", config, "--json", json.toString())).isZero();
        JsonNode results = JsonMapper.builder().build().readTree(json.toFile()).path("results");
        for (JsonNode result : results) {
            if (result.path("model").asText().matches("transformer|hstu")) {
                return result.path("metrics").path("ndcg@10").asDouble();
            }
        }
        throw new AssertionError("no result of the network");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transformer", "hstu"})
    void theTimeBetweenTwoEventsDecidesWhatComesNext(String family) throws IOException {
        log();
        String plain = config(family, false);
        String biased = config(family, true);
        assertThat(run("prepare", "-c", plain)).as(err.toString(StandardCharsets.UTF_8)).isZero();

        // after a question comes a call, 1; then one of two, 0.82 at best, or the right one, 1
        assertThat(ndcg(plain)).isBetween(0.8, 0.95);
        assertThat(ndcg(biased)).isGreaterThan(0.98);

        Bundle bundle =
                Bundle.newest(
                        ShopConfigReader.read(Path.of(biased), Map.of()).modelsDirectory(),
                        family + "-true");
        assertThat(bundle.weights()).containsKey("encoder.0.attention.time");
    }

    @Test
    void aLogWithoutTimesIsRefused() throws IOException {
        Path config =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources: [{path: a.csv, columns: {user: u, item: i}}]
                        model: {time_bias: true}
                        """);

        assertThat(run("prepare", "-c", config.toString())).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("model.time_bias found 'true'")
                .contains("expected a column for 'time' in every source");
    }
}
