package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.model.bundle.Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Train, tune and cross-validate on a small simulated shop, as a person would. */
class TrainingCommandsIT {

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

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path config(String family, String train) throws IOException {
        return Files.writeString(
                shop.resolve(family + ".yaml"),
                """
                sources:
                  - path: events.csv
                    columns: {user: user_id, item: item_id, behaviour: event_type, time: event_time}
                behaviours: {view: [view], cart: [cart], purchase: [purchase]}
                clean: {min_item_events: 2}
                split: {valid: 3d, test: 3d}
                model: {family: %s, width: 8, layers: 1, length: 10}
                train: {epochs: 1, negatives: 16, behaviour_weights: {purchase: 3}%s}
                """
                        .formatted(family, train));
    }

    @BeforeEach
    void simulate() {
        assertThat(run("simulate", "--users", "60", "--days", "14", "--out", shop.toString()))
                .isZero();
    }

    private static JsonNode read(Path json) throws IOException {
        return JsonMapper.builder().build().readTree(json.toFile());
    }

    @Test
    void aModelIsTrainedOnFromTheOneBefore() throws IOException {
        String config = config("gru", "").toString();
        Path json = shop.resolve("result.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config, "--json", json.toString())).as(err()).isZero();
        String first = read(json).get("bundle").asText();

        assertThat(run("train", "-c", config, "--from", first, "--json", json.toString()))
                .as(err())
                .isZero();

        assertThat(err()).contains("items are known");
        Bundle second = Bundle.open(Path.of(read(json).get("bundle").asText()));
        assertThat(second.manifest().config())
                .containsEntry("from", Bundle.open(Path.of(first)).manifest().checksum());

        assertThat(run("train", "-c", config, "--memory", "100m")).isEqualTo(6);
        assertThat(err()).contains("--memory allows 100 MB");
        assertThat(run("train", "-c", config, "--device", "cuda")).isEqualTo(2);
        assertThat(err()).contains("finds no CUDA device");
        assertThat(run("train", "-c", config, "--resume")).isEqualTo(3);
        assertThat(err()).contains("there is no unfinished run");
    }

    @Test
    void theFamilyIsChosenAndTheManifestSaysWhy() throws IOException {
        String config = config("auto", ", family_budget: 1s").toString();
        Path json = shop.resolve("result.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config, "--json", json.toString())).as(err()).isZero();

        Bundle bundle = Bundle.open(Path.of(read(json).get("bundle").asText()));
        assertThat(read(json).get("family_because").asText())
                .contains("has the best validation score");
        assertThat(bundle.manifest().config().get("auto"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("family", bundle.manifest().model());
        assertThat(run("evaluate", "-c", config)).as(err()).isZero();
        assertThat(run("tune", "-c", config)).isEqualTo(3);
        assertThat(err()).contains("model.family is auto");
    }

    @Test
    void aTuningWritesAConfigToTrainWith() throws IOException {
        String config = config("gru", "").toString();
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("tune", "-c", config, "--trials", "2")).as(err()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("trial 0 is the config as it was");
        assertThat(run("train", "-c", shop.resolve("tuned.yaml").toString())).as(err()).isZero();
        assertThat(run("tune", "-c", config, "--trials", "0")).isEqualTo(2);
    }

    @Test
    void everyFoldIsTheTestOnce() throws IOException {
        String config = config("gru", "").toString();
        Path json = shop.resolve("folds.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("cross-validate", "-c", config, "--folds", "3", "--json", json.toString()))
                .as(err())
                .isZero();

        JsonNode ndcg = read(json).get("models").get("gru").get("ndcg@10");
        assertThat(ndcg.get("values")).hasSize(3);
        assertThat(ndcg.get("deviation").asDouble()).isPositive();
        for (int fold = 0; fold < 3; fold++) {
            Bundle bundle = Bundle.newest(shop.resolve("work/models"), "default-fold-" + fold);
            assertThat(bundle.manifest().config().get("split"))
                    .asString()
                    .contains("protocol=k-fold", "folds=3", "fold=" + fold);
        }
        assertThat(run("cross-validate", "-c", config, "--folds", "2")).isEqualTo(2);
        assertThat(err()).contains("--folds: expected 3");
    }
}
