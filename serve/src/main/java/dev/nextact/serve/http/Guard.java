package dev.nextact.serve.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every route: gives the request an id, asks for the key, holds callers to their
 * rate, wants JSON where a body is read, and turns every failure into a {@link Problem}.
 * Thread-safe.
 */
final class Guard {

    private static final String STATE = "nextact.request";
    private static final String CALLER = "nextact.caller";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String BEARER = "Bearer ";

    private final Optional<ApiKeys> keys;
    private final RateLimit rate;
    private final ServeMetrics metrics;
    private final ServeLog log;
    private final SecureRandom random = new SecureRandom();
    private final long salt = random.nextLong();
    private final AtomicLong requests = new AtomicLong();

    /** What is known of a request under way. */
    private record State(Guard guard, Route route, String id, long startNanos) {}

    Guard(Optional<ApiKeys> keys, RateLimit rate, ServeMetrics metrics, ServeLog log) {
        this.keys = keys;
        this.rate = rate;
        this.metrics = metrics;
        this.log = log;
    }

    /** The route's handler, guarded. */
    Handler before(Route route) {
        return ctx -> handle(route, ctx);
    }

    private void handle(Route route, Context ctx) {
        State state = new State(this, route, requestId(ctx), System.nanoTime());
        ctx.attribute(STATE, state);
        headers(ctx, state.id());
        try {
            check(route, ctx);
            route.handler().handle(ctx);
        } catch (Exception | Error failure) {
            fail(ctx, state.id(), failure);
            if (failure instanceof VirtualMachineError) {
                log.error("the virtual machine is in trouble", failure);
            }
        }
        if (ctx.attribute(STATE) != null) {
            count(ctx, state);
        }
    }

    private void count(Context ctx, State state) {
        metrics.request(state.route(), ctx.statusCode(), System.nanoTime() - state.startNanos());
    }

    /** The caller's own id of the request, where it is a plain one, or a new one. */
    private String requestId(Context ctx) {
        String given = ctx.header("X-Request-Id");
        return given != null && ID.matcher(given).matches()
                ? given
                : HexFormat.of()
                        .toHexDigits(salt + requests.incrementAndGet() * 0x9E3779B97F4A7C15L);
    }

    private static void headers(Context ctx, String requestId) {
        ctx.header("X-Request-Id", requestId);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Cache-Control", "no-store");
        ctx.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (ctx.req().isSecure()) {
            ctx.header("Strict-Transport-Security", "max-age=31536000");
        }
    }

    private void check(Route route, Context ctx) {
        String caller = ctx.ip();
        if (route.scope() != Scope.PUBLIC) {
            if (keys.isPresent()) {
                caller = owner(route, ctx, keys.get()).id();
                ctx.attribute(CALLER, caller);
            }
            if (!rate.allows(caller)) {
                throw Problem.retry(
                        429,
                        "Too many requests",
                        "This caller may send serve.limits.requests_per_second requests a second",
                        1);
            }
        }
        if (route.request().isPresent() && !isJson(ctx.contentType())) {
            throw Problem.of(415, "Unsupported media type", "Send Content-Type: application/json");
        }
    }

    /** Whose key a request came with, for the audit log; {@code http} where there are no keys. */
    static String caller(Context ctx) {
        String caller = ctx.attribute(CALLER);
        return caller == null ? "http" : caller;
    }

    private static ApiKeys.Owner owner(Route route, Context ctx, ApiKeys keys) {
        String header = ctx.header("Authorization");
        if (header == null || !header.startsWith(BEARER)) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw Problem.of(401, "Unauthorized", "Send Authorization: Bearer KEY");
        }
        ApiKeys.Owner owner =
                keys.owner(header.substring(BEARER.length()).strip())
                        .orElseThrow(
                                () -> {
                                    ctx.header("WWW-Authenticate", "Bearer");
                                    return Problem.of(401, "Unauthorized", "The key is not known");
                                });
        if (!owner.scopes().contains(route.scope())) {
            throw Problem.of(403, "Forbidden", "The key lacks the scope " + route.scope().lower());
        }
        return owner;
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().equalsIgnoreCase("application/json");
    }

    /**
     * Answers a request when a future is done; at once, on this thread, where it is done already.
     *
     * @param write writes the answer
     */
    static <T> void answer(Context ctx, CompletableFuture<T> future, Consumer<T> write) {
        State state = ctx.attribute(STATE);
        if (state == null) {
            throw new IllegalStateException("the request was answered already");
        }
        if (future.isDone()) {
            finish(ctx, state, future, write);
        } else {
            ctx.attribute(STATE, null); // whoever finishes it, counts it
            ctx.future(
                    () ->
                            future.handle(
                                    (done, failure) -> {
                                        finish(ctx, state, future, write);
                                        state.guard().count(ctx, state);
                                        return done;
                                    }));
        }
    }

    private static <T> void finish(
            Context ctx, State state, CompletableFuture<T> done, Consumer<T> write) {
        try {
            write.accept(done.join());
        } catch (RuntimeException | Error failure) {
            state.guard().fail(ctx, state.id(), failure);
        }
    }

    /** For a request that met no route. */
    void noRoute(Context ctx, Exception failure) {
        String id = requestId(ctx);
        headers(ctx, id);
        fail(ctx, id, failure);
        metrics.refused("no route");
    }

    private void fail(Context ctx, String requestId, Throwable failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() == 500) {
            log.error("a request failed", failure, "request_id", requestId);
        }
        drain(ctx);
        problem.retryAfterSeconds()
                .ifPresent(seconds -> ctx.header("Retry-After", Integer.toString(seconds)));
        ctx.status(problem.status())
                .contentType(Problem.CONTENT_TYPE)
                .result(problem.toJson(requestId));
    }

    /** A body that nobody read would make Jetty close the connection; it is in memory already. */
    private static void drain(Context ctx) {
        try {
            ctx.req().getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException | IllegalStateException gone) {
            // then the connection ends, which is right for a caller that broke off
        }
    }
}
