package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {

    private static final int COLUMNS = 100;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private int run(String... more) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        COLUMNS,
                        Map.of());
        List<String> all = new ArrayList<>(List.of("plan"));
        all.addAll(List.of(more));
        return Main.run(terminal, all.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aBillionEventsArePlannedStageByStage() {
        assertThat(run("--events", "1e9", "--users", "50_000_000", "--items", "1000000")).isZero();

        assertThat(err()).isEmpty();
        assertThat(out())
                .startsWith("1,000,000,000 events of 50,000,000 shoppers, 1,000,000 items")
                .contains("\nprepare (1: DuckDB", "\ntrain (10 epochs", "\nscore (predict next")
                .contains("\nMeasured on ", "\nChecked: ")
                .doesNotContain("…");
        for (String line : out().lines().toList()) {
            if (line.startsWith("machines ") || line.matches("\\d+ .*")) {
                assertThat(line.length()).as(line).isLessThanOrEqualTo(COLUMNS);
            }
        }
        assertThat(out().lines().filter(line -> line.startsWith("16 "))).hasSize(3);
    }

    @Test
    void jsonTellsSecondsBytesAndCoefficients() throws IOException {
        Path json = directory.resolve("plan.json");

        assertThat(
                        run(
                                "--events",
                                "20000000",
                                "--users",
                                "341400",
                                "--items",
                                "288",
                                "--machines",
                                "1, 2",
                                "--json",
                                json.toString()))
                .as(err())
                .isZero();

        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/asked/events").asLong()).isEqualTo(20_000_000);
        assertThat(tree.path("estimates")).hasSize(6);
        JsonNode train = tree.path("estimates").get(3);
        assertThat(train.path("stage").asText()).isEqualTo("train");
        assertThat(train.path("machines").asInt()).isEqualTo(2);
        assertThat(train.path("seconds").asDouble())
                .isBetween(
                        train.path("least_seconds").asDouble(),
                        train.path("most_seconds").asDouble());
        assertThat(train.at("/step/sent_bytes_by_each_machine").asLong()).isPositive();
        assertThat(tree.at("/coefficients/prepare.event/how").asText()).contains("bench/run");
    }

    @Test
    void coefficientsArePrintedWithTheirSources() {
        assertThat(run("--events", "10", "--users", "2", "--items", "3", "--coefficients"))
                .isZero();
        assertThat(out()).contains("prepare.event", "processor microseconds an event");
    }

    @Test
    void aLogThatNoMachineHoldsIsSaidNotToFit() {
        assertThat(run("--events", "3e9", "--users", "5e7", "--items", "1e6")).isZero();
        assertThat(out()).contains("does not fit", "2,147,483,647 events");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 1 | 1 | 1 | --events: expected 1 to 10,000,000,000,000, found 0",
                "-5 | 1 | 1 | 1 | --events: expected 1 to 10,000,000,000,000, found -5",
                "many | 1 | 1 | 1 | --events: expected a whole number such as 20000000",
                "1.5 | 1 | 1 | 1 | --events: expected a whole number",
                "1e99 | 1 | 1 | 1 | --events: expected a whole number",
                "99999999999999999999 | 1 | 1 | 1 | --events: expected a whole number",
                "NaN | 1 | 1 | 1 | --events: expected a whole number",
                "10 | 11 | 1 | 1 | --users: expected at most one for each of 10 events, found 11",
                "10 | 1 | 3e9 | 1 | --items: expected 1 to 2,147,483,647, found 3,000,000,000",
                "10 | 1 | 1 | 1,,2 | --machines: expected a whole number",
                "10 | 1 | 1 | 2,0 | --machines: expected 1 to 10,000, found 0",
                "10 | 1 | 1 | 1e12 | --machines: expected at most 2,147,483,647, found '1e12'",
                "10 | 1 | 1 | 1;2 | --machines: expected a whole number",
            })
    void wrongInputIsAUsageErrorOfOneLine(
            String events, String users, String items, String machines, String said) {
        assertThat(
                        run(
                                "--events",
                                events,
                                "--users",
                                users,
                                "--items",
                                items,
                                "--machines",
                                machines))
                .isEqualTo(2);
        assertThat(err()).hasLineCount(1).startsWith("nextact: " + said).endsWith("--help)\n");
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--link,0,--link: expected 0.001 to",
        "--link,NaN,--link: expected 0.001 to",
        "--disk,-1,--disk: expected 1 to",
        "--cores,0,--cores: expected 1 to",
        "--cores,x,Invalid value for option '--cores'",
        "--width,0,--width: expected 1 to",
        "--batch,1e3,Invalid value for option '--batch'",
        "--epochs,0,--epochs: expected 1 to",
        "--k,0,--k: expected 1 to",
        "--memory,much,--memory: found 'much'",
        "--memory,1m,--memory: expected",
    })
    void aWrongOptionIsNamed(String option, String value, String said) {
        assertThat(run("--events", "10", "--users", "2", "--items", "3", option, value))
                .isEqualTo(2);
        assertThat(err()).hasLineCount(1).contains(said);
    }

    @Test
    void whatMustBeSaidIsAskedFor() {
        assertThat(run("--users", "2", "--items", "3")).isEqualTo(2);
        assertThat(err()).hasLineCount(1).contains("--events");
    }

    @Test
    void amountsAreInUnitsThatSuitThem() {
        assertThat(Amounts.time(0.0123)).isEqualTo("12 ms");
        assertThat(Amounts.time(90)).isEqualTo("90 s");
        assertThat(Amounts.time(60 * 90)).isEqualTo("90 min");
        assertThat(Amounts.time(3600 * 7.25)).isEqualTo("7.3 h");
        assertThat(Amounts.time(86_400 * 12.4)).isEqualTo("12 days");
        assertThat(Amounts.time(7200, 3600, 36_000)).isEqualTo("2.0 h (1.0 to 10)");
        assertThat(Amounts.bytes(0)).isEqualTo("-");
        assertThat(Amounts.bytes(999)).isEqualTo("999 B");
        assertThat(Amounts.bytes(999_999)).isEqualTo("1.0 MB");
        assertThat(Amounts.bytes(1.25e12)).isEqualTo("1.3 TB");
    }
}
