package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.serve.history.StoreOverloaded;
import dev.nextact.serve.live.Overloaded;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * A request that cannot be answered, told to the caller as problem JSON (RFC 9457). Nothing of the
 * server's inside is in it.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final String CONTENT_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final int status;
    private final String title;
    private final OptionalInt retryAfterSeconds;

    private Problem(int status, String title, String detail, OptionalInt retryAfterSeconds) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, OptionalInt.empty());
    }

    /** The body says something that cannot be. */
    static Problem badRequest(String detail) {
        return of(400, "Bad request", detail);
    }

    /** Later it may go. */
    static Problem retry(int status, String title, String detail, int seconds) {
        return new Problem(status, title, detail, OptionalInt.of(seconds));
    }

    /** What a failure is to the caller; the only place that says so. */
    public static Problem of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof Problem problem) {
            return problem;
        }
        if (cause instanceof Overloaded overloaded) {
            return retry(
                    503,
                    "Overloaded",
                    "More is asked than can be answered in time: " + overloaded.getMessage(),
                    Math.max(1, (int) overloaded.retryAfter().toSeconds()));
        }
        if (cause instanceof StoreOverloaded) {
            return retry(503, "Overloaded", String.valueOf(cause.getMessage()), 1);
        }
        if (cause instanceof HttpResponseException http) {
            return of(http.getStatus(), title(http.getStatus()), detail(http.getStatus()));
        }
        if (cause instanceof HttpException http) {
            return of(http.getCode(), title(http.getCode()), detail(http.getCode()));
        }
        if (cause instanceof IOException || cause instanceof TimeoutException) {
            // nobody may be there any more to read it
            return of(400, "Bad request", "The body did not come whole");
        }
        if (cause instanceof NextactException known) {
            return switch (known.category()) {
                case USAGE, INPUT, QUALITY -> badRequest(String.valueOf(known.getMessage()));
                case BUNDLE -> of(422, "Model refused", String.valueOf(known.getMessage()));
                case CAPACITY -> retry(503, "Out of capacity", "The store cannot be used now", 5);
                case INTERNAL -> internal();
            };
        }
        return internal();
    }

    private static Problem internal() {
        return of(500, "Internal error", "It is in the server's log under this request's id");
    }

    private static String title(int status) {
        return switch (status) {
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 413 -> "Too large";
            default -> "Request refused";
        };
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "There is no such route; /openapi.json lists all";
            case 405 -> "The route takes other methods; /openapi.json lists them";
            case 413 -> "The body is longer than serve.limits.body_bytes";
            default -> "Status " + status;
        };
    }

    public int status() {
        return status;
    }

    OptionalInt retryAfterSeconds() {
        return retryAfterSeconds;
    }

    String toJson(String requestId) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", "about:blank");
        tree.put("title", title);
        tree.put("status", status);
        tree.put("detail", String.valueOf(getMessage()));
        tree.put("request_id", requestId);
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
