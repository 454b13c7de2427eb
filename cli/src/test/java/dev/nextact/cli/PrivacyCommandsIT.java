package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.data.FindTraces;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.TrainingPrivacy;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.history.HistoryFiles;
import dev.nextact.serve.http.ServeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    private void simulate(int users) {
        assertThat(
                        run(
                                "simulate",
                                "--users",
                                Integer.toString(users),
                                "--days",
                                "14",
                                "--out",
                                shop.toString()))
                .isZero();
    }

    @Test
    void aPrivateTrainingStatesItsBudget() throws IOException {
        simulate(600); // an item of ten shoppers is learned
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
    void whoIsForgottenIsGoneEverywhere() throws Exception {
        simulate(60);
        Files.createDirectory(shop.resolve("backup"));
        String config =
                config(
                        "shop.yaml",
                        """
                        train: {epochs: 1, negatives: 16}
                        serve: {port: 0, admin_port: 0}
                        privacy: {backups: [backup]}
                        """);
        String first = Files.readAllLines(shop.resolve("events.csv")).get(1);
        String user = first.substring(0, first.indexOf(','));
        String item = first.split(",", -1)[1];
        Path json = shop.resolve("result.json");
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("features", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config)).as(err()).isZero();
        assertThat(run("evaluate", "-c", config)).as(err()).isZero();
        serveEvents(ShopConfigReader.read(Path.of(config), Map.of()), user, item);
        copy(shop.resolve("work"), shop.resolve("backup"));
        assertThat(run("export-user", "--user", user, "-c", config, "--json", json.toString()))
                .as(err())
                .isZero();
        assertThat(read(json).get("staged")).isNotEmpty();
        assertThat(read(json).get("prepared")).isNotEmpty();
        Files.delete(json);
        List<byte[]> traces = new ArrayList<>(List.of(user.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < 3; i++) {
            byte[] id = eventId(i).getBytes(StandardCharsets.UTF_8);
            traces.add(id);
            // as an event's id is kept in a history
            traces.add(Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(id), Long.BYTES));
        }
        List<Path> places = List.of(shop.resolve("work"), shop.resolve("backup"));
        for (Path place : places) {
            List<String> before =
                    holding(place, traces.subList(0, 1)).stream()
                            .map(place::relativize)
                            .map(file -> file.getName(0).toString())
                            .distinct()
                            .toList();
            assertThat(before).contains("staged", "prepared", "history");
            assertThat(holding(place, traces.subList(2, 3))).isNotEmpty();
        }

        assertThat(
                        run(
                                "forget",
                                "--user",
                                user,
                                "--verify",
                                "-c",
                                config,
                                "--json",
                                json.toString()))
                .as(err())
                .isZero();

        JsonNode forgotten = read(json);
        assertThat(forgotten.at("/erased/staged").asLong()).isPositive();
        assertThat(forgotten.at("/receipts/0/signature").asText()).hasSize(64);
        assertThat(forgotten.get("retrain_due")).hasSize(1);
        assertThat(forgotten.get("found_in")).isEmpty();
        for (Path place : places) {
            assertThat(holding(place, traces)).isEmpty();
            assertThat(place.resolve("features")).doesNotExist();
            assertThat(holding(place, List.of(item.getBytes(StandardCharsets.UTF_8)))).isNotEmpty();
        }
        assertThat(shop.resolve("serve.log")).content().contains("serving").doesNotContain(user);
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

    private static String eventId(int number) {
        return "order-47110815-" + number;
    }

    /** Files with one of these in them, or in what they hold. */
    private static List<Path> holding(Path place, List<byte[]> wanted) throws IOException {
        return new FindTraces(Map.of(HistoryFiles.ENDING, HistoryFiles::forEach))
                .run(place, wanted);
    }

    /** The shopper's events reach a server, who is then asked about. */
    private void serveEvents(ShopConfig config, String user, String item) throws Exception {
        try (PrintStream log =
                        new PrintStream(
                                Files.newOutputStream(shop.resolve("serve.log")),
                                true,
                                StandardCharsets.UTF_8);
                RunningServer server =
                        new ServeModel(Clock.systemUTC())
                                .run(config, new ServeLog(log, Clock.systemUTC()))) {
            log.println("serving");
            HttpClient http = HttpClient.newHttpClient();
            for (String[] asked :
                    new String[][] {
                        {"/v1/events", "{\"events\":[" + events(user, item) + "]}"},
                        {"/v1/predict/next", "{\"user\":\"" + user + "\"}"},
                        {"/v1/predict/next", "{\"user\":\"" + user + "\", \"wrong\": 1}"}
                    }) {
                HttpRequest request =
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.port() + asked[0]))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(asked[1]))
                                .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                        .isEqualTo(asked[1].contains("wrong") ? 400 : 200);
            }
        }
    }

    private static String events(String user, String item) {
        return IntStream.range(0, 3)
                .mapToObj(
                        i ->
                                String.format(
                                        "{\"id\":\"%s\",\"user\":\"%s\",\"item\":\"%s\"}",
                                        eventId(i), user, item))
                .collect(Collectors.joining(","));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copied = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
    }

    @Test
    void aBackupThatIsNotThereIsRefusedBeforeAnythingIsForgotten() throws IOException {
        simulate(60);
        String config = config("shop.yaml", "privacy: {backups: [gone]}\n");
        assertThat(run("forget", "--user", "u1000001", "-c", config)).isEqualTo(3);
        assertThat(err()).contains("privacy.backups: ").contains("nobody has been forgotten yet");
        assertThat(shop.resolve("work/privacy")).doesNotExist();
    }

    /** As logs of its own make them: the id, and the pseudonym. */
    @Test
    void aShopperWithAPseudonymIsAskedForByEither() throws IOException {
        simulate(60);
        Files.writeString(shop.resolve("keys"), "01".repeat(32) + "\n");
        String config =
                config(
                        "shop.yaml",
                        """
                        train: {epochs: 1, negatives: 16}
                        privacy: {pseudonyms: {key: {file: keys}}}
                        """);
        String first = Files.readAllLines(shop.resolve("events.csv")).get(1);
        String user = first.substring(0, first.indexOf(','));
        String pseudonym =
                Pseudonyms.of(ShopConfigReader.read(Path.of(config), Map.of())).ofUser(user);
        assertThat(run("prepare", "-c", config)).as(err()).isZero();
        assertThat(run("train", "-c", config)).as(err()).isZero();

        out.reset();
        assertThat(run("predict", "next", "--user", user, "-c", config)).as(err()).isZero();
        String byId = out.toString(StandardCharsets.UTF_8);
        out.reset();
        assertThat(run("predict", "next", "--user", pseudonym, "-c", config)).as(err()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(byId)
                .contains(pseudonym)
                .doesNotContain(user);
    }
}
