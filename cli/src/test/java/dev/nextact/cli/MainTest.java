package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nextact.core.Catalog;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private final Terminal terminal =
            new Terminal(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false,
                    100,
                    Map.of());

    private int run(String... args) {
        return Main.run(terminal, args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out())
                .contains("Usage: nextact [-hV] COMMAND")
                .contains(
                        "demo",
                        "simulate",
                        "inspect",
                        "plan",
                        "prepare",
                        "train",
                        "tune",
                        "evaluate",
                        "cross-validate",
                        "predict",
                        "serve",
                        "models",
                        "items",
                        "keys",
                        "config")
                .contains("Exit codes: 0 ok, 1 internal error, 2 wrong usage, 3 input or data");
    }

    @Test
    void everyCommandHasHelp() {
        for (String command :
                new String[] {
                    "demo",
                    "simulate",
                    "inspect",
                    "plan",
                    "prepare",
                    "train",
                    "tune",
                    "evaluate",
                    "cross-validate",
                    "config"
                }) {
            assertThat(run(command, "--help")).as(command).isZero();
        }
        assertThat(run("predict", "next", "--help")).isZero();
        assertThat(run("models", "list", "--help")).isZero();
        assertThat(run("models", "promote", "--help")).isZero();
        assertThat(run("items", "refresh", "--help")).isZero();
        assertThat(run("serve", "--help")).isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    void sparkIsNotOnTheClassPathUnlessItIsAskedFor() {
        assertThat(run("prepare", "--engine", "spark", "--config", "shop.yaml")).isEqualTo(2);
        assertThat(err())
                .contains("--engine spark needs the module spark")
                .contains("mvn package -DskipTests -pl spark -am");
        assertThat(run("train", "--engine", "spark", "--machines", "2")).isEqualTo(2);
        assertThat(err()).containsPattern("(?s)needs the module spark.*needs the module spark");
    }

    @Test
    void howManyMachinesTrainMustBeSaid() {
        assertThat(run("train", "--engine", "spark")).isEqualTo(2);
        assertThat(run("train", "--engine", "spark", "--machines", "2", "--demand")).isEqualTo(2);
        assertThat(err())
                .hasLineCount(2)
                .contains("--engine spark needs --machines")
                .contains("--demand takes none of");
    }

    @Test
    void aClusterAsksAllShoppersAndNeedsAPlaceForTheirAnswers() {
        assertThat(run("predict", "next", "--engine", "spark", "--history", "i1", "--out", "x"))
                .isEqualTo(2);
        assertThat(err()).hasLineCount(1).contains("leave out --user and --history, or --engine");
        assertThat(run("predict", "next", "--engine", "spark")).isEqualTo(2);
        assertThat(err()).hasLineCount(2).contains("--engine spark needs --out");
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out()).startsWith("nextact ");
    }

    @Test
    void aWrongOptionIsAUsageErrorOfOneLine() {
        assertThat(run("train", "--resum")).isEqualTo(2);
        assertThat(err()).hasLineCount(1).contains("--resum").contains("--resume");
    }

    @Test
    void valuesOutOfRangeAreUsageErrorsOfOneLine() {
        assertThat(run("predict", "next", "--k", "0", "--history", "a")).isEqualTo(2);
        assertThat(run("simulate", "--users", "0", "--out", directory.toString())).isEqualTo(2);
        assertThat(run("demo", "--users", "0", "--dir", directory.toString())).isEqualTo(2);
        assertThat(run("simulate", "--preset", "zoo", "--out", directory.toString())).isEqualTo(2);
        assertThat(err())
                .hasLineCount(4)
                .contains("--k: expected at least 1, found 0")
                .contains("--users: expected")
                .contains("--preset: expected shop, bank, clinic");
    }

    @Test
    void aShopperIsEitherOfTheLogOrUnseen() {
        assertThat(run("predict", "next", "--user", "u", "--history", "a")).isEqualTo(2);
        assertThat(err()).hasLineCount(1).contains("give one of them");
    }

    @Test
    void aKeyIsPrintedOnceAndOnlyItsHashIsKept() throws IOException {
        Path config = directory.resolve("shop.yaml");
        Files.writeString(
                config,
                "sources: [{path: a.csv, columns: {user: u, item: i}}]\nserve: {keys: keys}\n");
        String[] add = {"keys", "add", "web", "--scopes", "read,write", "--config", "" + config};

        assertThat(run(add)).isZero();
        assertThat(Files.readString(directory.resolve("keys")))
                .matches("web read,write [0-9a-f]{64}\n")
                .doesNotContain(out().strip());
        assertThat(run("keys", "add", "a b", "--scopes", "read", "--config", "" + config))
                .isEqualTo(2);
        assertThat(run("keys", "add", "web", "--scopes", "reed", "--config", "" + config))
                .isEqualTo(2);
        assertThat(run("models", "rollback", "--config", "" + config)).isEqualTo(4);
        assertThat(err()).hasLineCount(3);
    }

    @Test
    void aBundleOfAnotherFormatDoesNotHideTheOthers() throws IOException {
        Path config = directory.resolve("shop.yaml");
        Files.writeString(config, "sources: [{path: a.csv, columns: {user: u, item: i}}]\n");
        Path models = directory.resolve("work/models");
        Path old = Files.createDirectories(models.resolve("default/1"));
        Files.writeString(old.resolve("manifest.json"), "{\"format\": 1}");
        new BundleWriter(Clock.systemUTC())
                .write(
                        models,
                        new BundleContent(
                                "default",
                                "gru",
                                10,
                                List.of("view"),
                                "keep",
                                42,
                                new Manifest.Data("f00d", 1, 1, 1, 1, "time"),
                                Map.of("valid ndcg@10", 0.25),
                                Map.of(),
                                Catalog.of(List.of("a")),
                                new int[] {0, 5},
                                Map.of("w", new FloatTensor(new int[] {1}, new float[] {1})),
                                new byte[] {1}));
        Path json = directory.resolve("models.json");

        assertThat(run("models", "list", "--config", "" + config, "--json", "" + json)).isZero();
        assertThat(out())
                .contains("ndcg@10 0.2500", "next-items")
                .contains("cannot be used: ")
                .contains("of bundle format 1")
                .contains("Train the model anew");
        JsonNode list = new ObjectMapper().readTree(json.toFile()).get("models");
        assertThat(list).hasSize(2);
        assertThat(list.get(0).get("error").asText()).contains("of bundle format 1");
        assertThat(list.get(1).get("version").asInt()).isEqualTo(2);
    }

    @Test
    void runningOutOfMemoryIsOneLineAlsoWhereAWorkerDid() {
        Failures failures = new Failures(terminal);

        assertThat(failures.handle(new OutOfMemoryError("Java heap space"))).isEqualTo(6);
        assertThat(failures.handle(new IllegalStateException(new OutOfMemoryError("native"))))
                .isEqualTo(6);
        assertThat(err())
                .hasLineCount(2)
                .contains("out of memory (Java heap space)")
                .contains("out of memory (native)")
                .contains("NEXTACT_JAVA_OPTS");
    }

    @Test
    void aMissingConfigIsAnInputErrorOfOneLine() {
        assertThat(run("prepare", "--config", directory.resolve("no.yaml").toString()))
                .isEqualTo(3);
        assertThat(err()).hasLineCount(1).startsWith("nextact: there is no config file");
    }

    @Test
    void aMissingModelIsABundleError() {
        assertThat(run("predict", "next", "--model", directory.toString(), "--history", "a"))
                .isEqualTo(4);
        assertThat(err()).hasLineCount(1).contains("is no model bundle");
    }

    @Test
    void configPrintsEveryDefault() throws IOException {
        Path shop =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        "sources: [{path: '${where}.csv', columns: {user: u, item: i}}]\n");

        assertThat(run("config", "--print", "--config", shop.toString(), "--set", "where=log"))
                .isZero();
        assertThat(out()).contains("log.csv").contains("learning_rate: 0.001");
    }

    @Test
    void aVariableThatTheConfigHasNotIsAUsageError() throws IOException {
        Path shop =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        "sources: [{path: '${where:log}.csv', columns: {user: u, item: i}}]\n");

        assertThat(run("config", "--print", "--config", shop.toString(), "--set", "were=x"))
                .isEqualTo(2);
        assertThat(err())
                .hasLineCount(1)
                .contains("--set were")
                .contains("has no ${were}; did you mean 'where'?");
    }

    @Test
    void aProtocolThatIsNoneIsAUsageErrorOfOneLine() throws IOException {
        Path config =
                Files.writeString(
                        directory.resolve("shop.yaml"),
                        "sources: [{path: log.csv, columns: {user: u, item: i}}]\n");

        assertThat(run("evaluate", "--config", config.toString(), "--protocol", "random"))
                .isEqualTo(2);
        assertThat(err())
                .hasLineCount(1)
                .contains(
                        "--protocol: expected one of [time, leave-one-out, ratio, k-fold,"
                                + " user-holdout, rolling-origin], found random");
    }

    @Test
    void aShopIsSimulatedAndPrepared() {
        Path shop = directory.resolve("shop");
        Path json = directory.resolve("prepare.json");

        assertThat(run("simulate", "--users", "20", "--days", "20", "--out", shop.toString()))
                .as("%s", err())
                .isZero();
        assertThat(
                        run(
                                "prepare",
                                "--config",
                                shop.resolve("shop.yaml").toString(),
                                "--json",
                                json.toString()))
                .as("%s", err())
                .isZero();
        assertThat(out()).contains("events of 20 users");
        assertThat(json).content().contains("\"sha256\"");
    }
}
