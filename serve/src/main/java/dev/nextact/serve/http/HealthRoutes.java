package dev.nextact.serve.http;

import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Whether the server lives, whether it is ready, what it counts, and what it can. */
final class HealthRoutes {

    private final BooleanSupplier ready;
    private final ServeMetrics metrics;
    private final Supplier<String> openApi;

    /**
     * @param openApi the document of the door
     */
    HealthRoutes(BooleanSupplier ready, ServeMetrics metrics, Supplier<String> openApi) {
        this.ready = ready;
        this.metrics = metrics;
        this.openApi = openApi;
    }

    List<Route> routes(Route.Door door) {
        Optional<Map<String, Object>> status =
                Optional.of(Schema.object("status*", Schema.text("up or ready")));
        Route live =
                new Route(
                        HandlerType.GET,
                        "/health/live",
                        Scope.PUBLIC,
                        door,
                        "live",
                        "The process answers",
                        Optional.empty(),
                        200,
                        status,
                        ctx -> ctx.contentType("application/json").result("{\"status\":\"up\"}"));
        Route readiness =
                new Route(
                        HandlerType.GET,
                        "/health/ready",
                        Scope.PUBLIC,
                        door,
                        "ready",
                        "Warm, the store open, not shutting down; else 503",
                        Optional.empty(),
                        200,
                        status,
                        ctx -> {
                            if (!ready.getAsBoolean()) {
                                throw Problem.retry(
                                        503, "Not ready", "Starting, ending, or no store", 1);
                            }
                            ctx.contentType("application/json").result("{\"status\":\"ready\"}");
                        });
        Route document =
                new Route(
                        HandlerType.GET,
                        "/openapi.json",
                        Scope.PUBLIC,
                        door,
                        "openApi",
                        "This document",
                        Optional.empty(),
                        200,
                        Optional.of(Map.of("type", "object")),
                        ctx -> ctx.contentType("application/json").result(openApi.get()));
        if (door == Route.Door.MAIN) {
            return List.of(live, readiness, document);
        }
        Route counted =
                new Route(
                        HandlerType.GET,
                        "/metrics",
                        Scope.PUBLIC,
                        door,
                        "metrics",
                        "What the server counts, for Prometheus",
                        Optional.empty(),
                        200,
                        Optional.empty(),
                        ctx ->
                                ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                                        .result(metrics.toText()));
        return List.of(live, readiness, document, counted);
    }
}
