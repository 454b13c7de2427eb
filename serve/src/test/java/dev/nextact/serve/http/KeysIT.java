package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysIT {

    /** All that is answered without a key; of these, metrics only on the admin port. */
    private static final Set<String> PUBLIC =
            Set.of("/health/live", "/health/ready", "/openapi.json", "/metrics");

    @TempDir private Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private RunningServer serve(String more) {
        TestShop shop = new TestShop(directory);
        shop.addModel(1);
        return new ServeModel(Clock.systemUTC())
                .run(
                        shop.config(more),
                        new ServeLog(
                                new PrintStream(log, true, StandardCharsets.UTF_8),
                                Clock.systemUTC()));
    }

    private static HttpRequest.Builder authorized(HttpRequest.Builder request, String key) {
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    /** A route that asks for a key. */
    private record Guarded(TestClient door, String method, String path, String scope) {

        int status(String key) {
            return door.send(
                            authorized(door.to(path.replaceAll("\\{\\w+}", "u")), key)
                                    .method(method, BodyPublishers.noBody()))
                    .statusCode();
        }
    }

    private static List<Guarded> guarded(TestClient door) {
        List<Guarded> routes = new ArrayList<>();
        TestClient.tree(door.get("/openapi.json"))
                .path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation -> {
                                                    JsonNode security =
                                                            operation.getValue().path("security");
                                                    if (security.isEmpty()) {
                                                        assertThat(PUBLIC).contains(path.getKey());
                                                    } else {
                                                        routes.add(
                                                                new Guarded(
                                                                        door,
                                                                        operation
                                                                                .getKey()
                                                                                .toUpperCase(
                                                                                        Locale
                                                                                                .ROOT),
                                                                        path.getKey(),
                                                                        security.path(0)
                                                                                .path("key")
                                                                                .path(0)
                                                                                .asText()));
                                                    }
                                                }));
        return routes;
    }

    @Test
    void noRouteAnswersWithoutItsKeyAndAKeyOpensOnlyItsScope() throws Exception {
        SecureRandom random = new SecureRandom();
        String read = ApiKeys.create(random);
        String write = ApiKeys.create(random);
        String admin = ApiKeys.create(random);
        Path file = directory.resolve("keys");
        Files.write(
                file,
                List.of(
                        "# of the tests",
                        ApiKeys.line("shop", Set.of(Scope.READ), read),
                        ApiKeys.line("tracker", Set.of(Scope.WRITE), write),
                        ApiKeys.line("ops", Set.of(Scope.ADMIN), admin)));
        try (RunningServer server = serve(", keys: keys")) {
            List<Guarded> routes = new ArrayList<>(guarded(new TestClient(server.port())));
            routes.addAll(guarded(new TestClient(server.adminPort())));
            assertThat(routes).hasSize(16);
            for (Guarded route : routes) {
                assertThat(route.status("")).as(route.toString()).isEqualTo(401);
                assertThat(route.status("na_wrong")).as(route.toString()).isEqualTo(401);
                for (String key : List.of(read, write, admin)) {
                    boolean mine =
                            key.equals(
                                    switch (route.scope()) {
                                        case "read" -> read;
                                        case "write" -> write;
                                        default -> admin;
                                    });
                    int status = route.status(key);
                    if (mine) {
                        assertThat(status).as(route.toString()).isNotIn(401, 403, 500);
                    } else {
                        assertThat(status).as(route.toString()).isEqualTo(403);
                    }
                }
            }

            // rotation: the old key goes, a new one comes, the server runs on
            String next = ApiKeys.create(random);
            Files.write(file, List.of(ApiKeys.line("shop", Set.of(Scope.READ), next)));
            Guarded predict =
                    routes.stream().filter(r -> r.path().contains("predict")).findFirst().get();
            Thread.sleep(1100);
            assertThat(predict.status(read)).isEqualTo(401);
            assertThat(predict.status(next)).isEqualTo(415);
            Files.writeString(file, "nonsense");
            Thread.sleep(1100);
            assertThat(predict.status(next)).isEqualTo(415);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("the API keys stay as they were")
                    .doesNotContain(read)
                    .doesNotContain(next);
        }
    }

    @Test
    void aKeyFileWithAMistakeNamesItsLine() throws Exception {
        Files.writeString(directory.resolve("keys"), "shop reed " + "0".repeat(64));

        assertThatThrownBy(() -> serve(", keys: keys"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("line 1: no scope is named 'reed'");
    }

    @Test
    void aCallerOverItsRateIsToldWhenToComeBack() {
        try (RunningServer server =
                serve(", limits: {requests_per_second: 5, timeout_millis: 20000}")) {
            TestClient client = new TestClient(server.port());
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                HttpResponse<String> response = client.post("/v1/predict/next", "{\"user\":\"a\"}");
                statuses.add(response.statusCode());
                if (response.statusCode() == 429) {
                    assertThat(response.headers().firstValue("Retry-After")).contains("1");
                }
            }
            assertThat(statuses).contains(200, 429);
            assertThat(statuses.get(0)).isEqualTo(200);
            assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tlsIsSpokenWhereThereIsACertificate() throws Exception {
        Path keystore = directory.resolve("tls.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keystore",
                                keystore.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "test-password",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost")
                        .redirectErrorStream(true)
                        .start();
        assertThat(keytool.waitFor()).isZero();
        Files.writeString(directory.resolve("password"), "test-password\n");
        try (RunningServer server = serve(", tls: {keystore: tls.p12, password_file: password}")) {
            KeyStore trusted =
                    KeyStore.getInstance(keystore.toFile(), "test-password".toCharArray());
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            HttpClient http = HttpClient.newBuilder().sslContext(context).build();
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://localhost:"
                                                            + server.port()
                                                            + "/health/ready"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }
}
