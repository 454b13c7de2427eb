package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.TrainingPrivacy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private training, and a shopper forgotten, as a person would. */
class PrivacyCommandsIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static final String MODEL = "model: {family: gru, width: 8, layers: 1, length: 10}\n";

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

    private String config(String name, String more) throws IOException {
        return Files.writeString(
                        shop.resolve(name),
                        """
                        sources:
                          - path: events.csv
                            columns: {user: user_id, item: item_id, behaviour: event_type, time: event_time}
                        behaviours: {view: [view], cart: [cart], purchase: [purchase]}
                        split: {valid: 3d, test: 3d}
                        """
                                + (more.contains("model:") ? "" : MODEL)
                                + more)
                .toString();
    }

    private static JsonNode read(Path json) throws IOException {
        return JsonMapper.builder().build().readTree(json.toFile());
    }

    @BeforeEach
    void simulate() {
        assertThat(run("simulate", "--users", "600", "--days", "14", "--out", shop.toString()))
                .isZero();
    }

    @Test
    void aPrivateTrainingStatesItsBudget() throws IOException {
        String config =
                config(
                        "private.yaml",
                        "train: {epochs: 2, batch: 100, negatives: 16, privacy: {epsilon: 8}}\n");
        Path json = shop.resolve("result.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config, "--json", json.toString())).as(err()).isZero();

        Bundle bundle = Bundle.open(Path.of(read(json).get("bundle").asText()));
        TrainingPrivacy privacy = bundle.manifest().promise().orElseThrow();
        assertThat(privacy.epsilon()).isBetween(7.9, 8.0);
        assertThat(privacy.delta()).isEqualTo(1.0 / privacy.users());
        assertThat(privacy.rate()).isEqualTo(100.0 / privacy.users());
        assertThat(bundle.directory().resolve("card.md"))
                .content()
                .contains("(ε, δ) = (8.00, ")
                .contains("Outside of this budget: which items there are");
        assertThat(run("evaluate", "-c", config)).as(err()).isZero();

        for (String wrong :
                new String[] {
                    "model.positions=relative",
                    "tasks.learn=[next-items, churn]",
                    "train.sampling=popularity",
                    "train.loss=gbce"
                }) {
            int equals = wrong.indexOf('=');
            String key = wrong.substring(0, equals);
            String more = section(key, wrong.substring(equals + 1));
            assertThat(run("train", "-c", config("wrong.yaml", more))).as(wrong).isEqualTo(3);
            assertThat(err()).contains("train.privacy: with it " + key + " must be");
        }
    }

    private static String section(String key, String value) {
        String own = key.substring(key.indexOf('.') + 1) + ": " + value;
        String train =
                "train: {privacy: {epsilon: 8}"
                        + (key.startsWith("train.") ? ", " + own : "")
                        + "}\n";
        return switch (key.substring(0, key.indexOf('.'))) {
            case "tasks" -> train + "tasks: {" + own + "}\n";
            case "model" -> train + "model: {family: transformer, " + own + "}\n";
            default -> train;
        };
    }

    @Test
    void whoIsForgottenIsGoneEverywhere() throws IOException {
        String config = config("shop.yaml", "train: {epochs: 1, negatives: 16}\n");
        String first = Files.readAllLines(shop.resolve("events.csv")).get(1);
        String user = first.substring(0, first.indexOf(','));
        Path json = shop.resolve("result.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config)).as(err()).isZero();
        assertThat(run("export-user", "--user", user, "-c", config, "--json", json.toString()))
                .as(err())
                .isZero();
        assertThat(read(json).get("staged")).isNotEmpty();
        assertThat(read(json).get("prepared")).isNotEmpty();

        assertThat(run("forget", "--user", user, "-c", config, "--json", json.toString()))
                .as(err())
                .isZero();

        JsonNode forgotten = read(json);
        assertThat(forgotten.at("/erased/staged").asLong()).isPositive();
        assertThat(forgotten.at("/receipts/0/signature").asText()).hasSize(64);
        assertThat(forgotten.get("retrain_due")).hasSize(1);
        try (Stream<Path> files = Files.walk(shop.resolve("work"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(user);
            }
        }
        assertThat(run("export-user", "--user", user, "-c", config, "--json", json.toString()))
                .isZero();
        assertThat(read(json).get("staged")).isEmpty();
        assertThat(read(json).get("prepared")).isEmpty();
        out.reset();
        assertThat(run("models", "list", "-c", config)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("retrain due: default 1, since ");
        assertThat(run("audit", "verify", "-c", config)).as(err()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("3 entries");
        Path log = shop.resolve("work/privacy/audit.jsonl");
        Files.writeString(log, Files.readString(log).replace("forget", "forgot"));
        assertThat(run("audit", "verify", "-c", config)).isEqualTo(3);
        assertThat(err()).contains("line 2: does not follow from the line before");
    }
}
