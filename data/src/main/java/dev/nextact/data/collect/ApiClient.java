package dev.nextact.data.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import dev.nextact.core.Remote.HttpApi;
import dev.nextact.core.Remote.Retry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets JSON from an API. What may pass by itself (no connection, no answer in time, 408, 429, 5xx,
 * an answer cut short) is tried again after a wait that doubles, or as long as the answer asks for.
 * Redirects are not followed: they could carry the headers to another host. Confined to one thread.
 */
final class ApiClient {

    /** An answer that was JSON. */
    record Answer(JsonNode body, List<String> linkHeaders) {}

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final int SHOWN = 120;

    private final HttpApi api;
    private final Secrets secrets;
    private final Waits waits;
    private final Clock clock;
    private final Progress progress;
    private final HttpClient client;

    ApiClient(HttpApi api, Secrets secrets, Waits waits, Clock clock, Progress progress) {
        this.api = api;
        this.secrets = secrets;
        this.waits = waits;
        this.clock = clock;
        this.progress = progress;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(api.retry().timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /** What one try came to: an answer, or what went wrong and may pass. */
    private record Try(Optional<Answer> answer, String problem, Optional<Duration> askedWait) {
        static Try failed(String problem) {
            return new Try(Optional.empty(), problem, Optional.empty());
        }
    }

    /**
     * @throws NextactException when the API refuses, or fails more often than the config allows
     */
    Answer get(URI uri) {
        HttpRequest request = request(uri);
        Retry retry = api.retry();
        Duration wait = retry.firstWait();
        for (int tries = 1; ; tries++) {
            Try result = attempt(request);
            if (result.answer().isPresent()) {
                return result.answer().get();
            }
            if (tries > retry.times()) {
                throw NextactException.input(
                        "%s: no page after %d tries; the last: %s. What was collected is kept: run"
                                + " `nextact collect` again to go on",
                        uri, tries, result.problem());
            }
            Duration pause = shorter(result.askedWait().orElse(wait), LONGEST_WAIT);
            progress.say(
                    String.format(
                            "%s: %s; again in %.1f s (%d of %d)",
                            api.name(),
                            result.problem(),
                            pause.toMillis() / 1000.0,
                            tries,
                            retry.times()));
            pause(pause);
            wait = shorter(wait.multipliedBy(2), LONGEST_WAIT);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private HttpRequest request(URI uri) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri).header("Accept", "application/json");
        api.headers()
                .forEach(
                        (name, value) -> {
                            String where = "the header " + name + " of the source " + api.name();
                            String filled = secrets.fill(value, where);
                            try {
                                builder.setHeader(name, filled);
                            } catch (IllegalArgumentException e) {
                                // its message would show the value, which may be a secret
                                throw NextactException.input(
                                        "%s cannot be sent: its name or value is none that HTTP"
                                                + " allows",
                                        where);
                            }
                        });
        return builder.build();
    }

    private Try attempt(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> future =
                client.sendAsync(request, BodyHandlers.ofByteArray());
        Duration timeout = api.retry().timeout();
        try {
            return judge(future.get(timeout.toMillis(), TimeUnit.MILLISECONDS), request.uri());
        } catch (TimeoutException e) {
            future.cancel(true);
            return Try.failed("no whole answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                return Try.failed("no connection (" + reason(failure) + ")");
            }
            throw new NextactException(Category.INTERNAL, request.uri() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            future.cancel(true);
            throw interrupted(e);
        }
    }

    /** The client tells a closed port and an unknown host by the type of the cause alone. */
    private static String reason(IOException failure) {
        if (failure.getCause() instanceof ConnectException connect
                && connect.getCause() instanceof UnresolvedAddressException) {
            return "unknown host";
        }
        String message = failure.getMessage();
        return message == null
                ? failure instanceof ConnectException ? "refused, or unknown host" : "broken off"
                : message;
    }

    private Try judge(HttpResponse<byte[]> response, URI uri) {
        int status = response.statusCode();
        if (status == 200) {
            return json(response);
        }
        String body = shown(response.body());
        if (status == 408 || status == 429 || status >= 500) {
            return new Try(
                    Optional.empty(),
                    "answered " + status + (body.isEmpty() ? "" : ": " + body),
                    response.headers().firstValue("Retry-After").flatMap(this::askedWait));
        }
        throw NextactException.input(
                "%s answered %d%s. %s",
                uri, status, body.isEmpty() ? "" : ": " + body, advice(response));
    }

    private static String advice(HttpResponse<byte[]> response) {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 ->
                    "Put the address it points to in the config: "
                            + response.headers().firstValue("Location").orElse("it names none");
            case 401, 403 -> "Check headers: in the config and the variables it names";
            case 404, 410 -> "Check the address in the config";
            default -> "Check the address and the parameters in the config";
        };
    }

    private static Try json(HttpResponse<byte[]> response) {
        try {
            // strictly: a JSON parser would take a broken character for a question mark
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(response.body()))
                            .toString();
            JsonNode body = JsonRow.JSON.readTree(text);
            if (body.isMissingNode()) {
                return Try.failed("the answer is empty");
            }
            return new Try(
                    Optional.of(new Answer(body, response.headers().allValues("Link"))),
                    "",
                    Optional.empty());
        } catch (JsonProcessingException e) {
            return Try.failed("the answer is no JSON: " + shown(response.body()));
        } catch (CharacterCodingException e) {
            return Try.failed("the answer is no UTF-8: " + shown(response.body()));
        }
    }

    private static String shown(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** Seconds, or a date (RFC 9110, section 10.2.3). */
    private Optional<Duration> askedWait(String header) {
        try {
            if (header.strip().matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())));
            }
            Instant until =
                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip()));
            Duration wait = Duration.between(clock.instant(), until);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void pause(Duration time) {
        try {
            waits.pause(time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static NextactException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new NextactException(Category.INTERNAL, "interrupted while collecting", e);
    }
}
