package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a log to the probability after each event, as a person types it. */
class ClassifierCommandsIT {

    private static final long START = 1_700_006_400L;
    private static final int DAY = 86_400;
    private static final int DAYS = 40;
    private static final int USERS = 60;

    @TempDir private Path directory;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Who carts buys two hours later, half of them; every shopper views each second day. */
    @BeforeEach
    void writeALog() throws Exception {
        StringBuilder log = new StringBuilder("user,item,act,time\n");
        for (int user = 0; user < USERS; user++) {
            for (int day = user % 2; day < DAYS; day += 2) {
                long second = START + (long) day * DAY + 1_000 + 60L * user;
                log.append("u%02d,%s,view,%d%n".formatted(user, item(user + day), second));
                if ((user * 7 + day / 2) % 5 == 0) {
                    log.append("u%02d,%s,cart,%d%n".formatted(user, item(user), second + 600));
                    if (user % 2 == 0) {
                        log.append("u%02d,%s,buy,%d%n".formatted(user, item(user), second + 7_800));
                    }
                }
            }
        }
        log.append("u00,a,view,%d%n".formatted(START + (long) DAYS * DAY - 1));
        Files.writeString(directory.resolve("log.csv"), log);
        Files.writeString(
                directory.resolve("shop.yaml"),
                """
                sources:
                  - path: log.csv
                    columns: {user: user, item: item, behaviour: act, time: time}
                behaviours: {view: [view], cart: [cart], buy: [buy]}
                clean: {min_item_events: 1}
                split: {protocol: time, valid: 7d, test: 7d}
                model: {name: shop, family: lstm, width: 8, layers: 2, length: 10}
                train: {epochs: 4, batch: 16, learning_rate: 0.02}
                tasks: {learn: [intent], intent: {horizon: 24h, way: classifier}}
                """);
    }

    private static char item(int place) {
        return "abcd".charAt(place % 4);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", directory.resolve("shop.yaml").toString()));
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        100,
                        Map.of());
        return Main.run(terminal, all.toArray(new String[0]));
    }

    @Test
    void trainEvaluateAndPredictAStepAtATime() throws Exception {
        assertThat(run("prepare")).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(run("train")).as(err.toString(StandardCharsets.UTF_8)).isZero();

        assertThat(run("evaluate", "--baselines"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Intent within 24 hours", "lstm", "base-rate");

        Path file = directory.resolve("intent.csv");
        assertThat(run("predict", "intent", "--out", file.toString())).isZero();
        assertThat(Files.readAllLines(file)).hasSize(1 + USERS);

        Path steps = directory.resolve("steps.csv");
        assertThat(run("predict", "intent", "--steps", "--user", "u02", "--out", steps.toString()))
                .isZero();
        List<String> lines = Files.readAllLines(steps);
        long events =
                Files.readAllLines(directory.resolve("log.csv")).stream()
                        .filter(line -> line.startsWith("u02,"))
                        .count();
        assertThat(lines).hasSize((int) events + 1);
        assertThat(lines.get(1)).startsWith("u02,1,").contains(",view,");
        assertThat(mean(lines, "cart")).isGreaterThan(mean(lines, "buy"));

        assertThat(run("predict", "intent", "--horizon", "7d")).isNotZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("within 24.0 hours");
        assertThat(run("predict", "intent", "--steps", "--item", "a")).isNotZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--steps");
        assertThat(run("predict", "next")).isNotZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("did not learn which item");
    }

    /** Of the probabilities after events of a behaviour. */
    private static double mean(List<String> lines, String behaviour) {
        return lines.stream()
                .map(line -> line.split(",", -1))
                .filter(cells -> cells[3].equals(behaviour))
                .mapToDouble(cells -> Double.parseDouble(cells[5]))
                .average()
                .orElseThrow();
    }
}
