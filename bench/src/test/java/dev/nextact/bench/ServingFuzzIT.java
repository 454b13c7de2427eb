package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.http.ServeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingFuzzIT {

    private static final int BODY_BYTES = 65_536;

    @TempDir private Path directory;

    @Test
    void nothingThatIsSentMakesTheServerFailOrGrow() throws IOException {
        Path file =
                new ServingShop(directory, 600)
                        .write(", limits: {body_bytes: " + BODY_BYTES + ", timeout_millis: 10000}");
        // or each request that promotes it, and back, warms a model for seconds
        AtomicFiles.deleteTree(directory.resolve("work/models/m600/1"));
        ShopConfig config = ShopConfigReader.read(file, Map.of());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (RunningServer server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                config,
                                new ServeLog(
                                        new PrintStream(log, true, StandardCharsets.UTF_8),
                                        Clock.systemUTC()))) {
            ApiFuzz.Result result =
                    new ApiFuzz(server.port(), server.adminPort(), BODY_BYTES, System::gc)
                            .run(3000, 8);

            // what the documents say is understood: each operation did its work at least once, but
            // those that this model has not learned
            assertThat(result.operations()).hasSize(20);
            assertThat(result.answered())
                    .contains(
                            "POST /v1/events",
                            "POST /v1/predict/next",
                            "DELETE /v1/users/{user}",
                            "GET /metrics");
            assertThat(result.statuses().get("DEEP")).containsKey(400);
            assertThat(result.statuses().get("LONG")).containsKey(413);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"level\":\"error\"");
    }
}
