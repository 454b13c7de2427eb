package dev.nextact.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpDoorIT {

    private static final Route ROUTE =
            new Route(
                    HandlerType.POST,
                    "/any",
                    Scope.PUBLIC,
                    Route.Door.MAIN,
                    "any",
                    "Says ok",
                    Optional.empty(),
                    200,
                    Optional.empty(),
                    ctx -> ctx.result("ok"));

    @Test
    void whoNeverEndsARequestDoesNotKeepItOpen() throws Exception {
        try (ServeMetrics metrics = new ServeMetrics()) {
            Guard guard =
                    new Guard(
                            Optional.empty(),
                            new RateLimit(0, System::nanoTime),
                            metrics,
                            new ServeLog(
                                    new PrintStream(new ByteArrayOutputStream()),
                                    Clock.systemUTC()));
            HttpDoor door =
                    HttpDoor.open(
                            new HttpDoor.Settings("127.0.0.1", 0, 4, 1000, 300, Optional.empty()),
                            List.of(ROUTE),
                            guard);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
                socket.getOutputStream()
                        .write(
                                """
                                POST /any HTTP/1.1
                                Host: x
                                Content-Length: 100

                                half\
                                """
                                        .replace("\n", new String(new char[] {13, 10}))
                                        .getBytes(StandardCharsets.US_ASCII));
                // it is at work when others are answered
                assertThat(new TestClient(door.port()).post("/any", "").body()).isEqualTo("ok");
                door.close();

                // an end, or a refusal and an end; whatever was there is closed now
                socket.setSoTimeout(5000);
                socket.getInputStream().readAllBytes();
            }
        }
    }
}
