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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presets of other domains, small, from simulation to predictions by the config they write. */
class DomainsIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private void run(String... args) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        100,
                        Map.of());
        assertThat(Main.run(terminal, args))
                .as(() -> err.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "bank, 300, m\\d+",
        "clinic, 500, [DPR]\\d+",
        "social, 150, t\\d+",
        "regions, 300, i\\d+"
    })
    void aPresetRunsByItsConfigAloneAndBeatsPopularity(String preset, String users, String item)
            throws IOException {
        run("simulate", "--preset", preset, "--users", users, "--out", directory.toString());
        String config = directory.resolve("shop.yaml").toString();
        run("prepare", "-c", config);
        run("train", "-c", config);
        Path json = directory.resolve("evaluation.json");
        run("evaluate", "-c", config, "--baselines", "--json", json.toString());
        Path predictions = directory.resolve("next.csv");
        run("predict", "next", "-c", config, "--out", predictions.toString());

        Map<String, Double> ndcg = new HashMap<>();
        for (JsonNode result :
                JsonMapper.builder().build().readTree(json.toFile()).get("results")) {
            ndcg.put(result.get("model").asText(), result.get("metrics").get("ndcg@10").asDouble());
        }
        assertThat(ndcg.get("gru")).isGreaterThan(ndcg.get("popularity"));
        List<String> rows = Files.readAllLines(predictions);
        assertThat(rows).hasSizeGreaterThan(10 * Integer.parseInt(users) / 2);
        assertThat(rows.get(1).split(",", -1)[2]).matches(item);
    }
}
