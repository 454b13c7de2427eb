package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.serve.live.Deployment;
import dev.nextact.serve.live.LiveModels;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Which versions are served, and how that changes. */
final class ModelRoutes {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final LiveModels models;
    private final AuditLog audit;
    private final Path importance;

    /**
     * @param importance the file that {@code nextact explain --global} writes
     */
    ModelRoutes(LiveModels models, AuditLog audit, Path importance) {
        this.models = models;
        this.audit = audit;
        this.importance = importance;
    }

    List<Route> routes() {
        Map<String, Object> version = Schema.whole("of the model", 1, Integer.MAX_VALUE);
        Map<String, Object> one = Schema.object("version*", version);
        Map<String, Object> share =
                Schema.object(
                        "version*", version, "share*", Schema.number("of the shoppers, up to 1"));
        return List.of(
                route(
                        HandlerType.GET,
                        "/v1/models",
                        "models",
                        "What is served, and what there is",
                        Optional.empty(),
                        this::show),
                route(
                        HandlerType.GET,
                        "/v1/models/importance",
                        "importance",
                        "What matters on the whole, as `nextact explain --global` last found it",
                        Optional.empty(),
                        this::showImportance),
                route(
                        HandlerType.POST,
                        "/v1/models/promote",
                        "promote",
                        "Another version becomes the champion",
                        Optional.of(one),
                        ctx -> change(ctx, now -> now.promote(parse(ctx).version()))),
                route(
                        HandlerType.POST,
                        "/v1/models/rollback",
                        "rollback",
                        "The champion before answers again",
                        Optional.empty(),
                        ctx -> change(ctx, Deployment::rollback)),
                route(
                        HandlerType.PUT,
                        "/v1/models/challenger",
                        "setChallenger",
                        "A version answers a share of the shoppers",
                        Optional.of(share),
                        ctx -> change(ctx, now -> now.withChallenger(parse(ctx).challenger()))),
                route(
                        HandlerType.DELETE,
                        "/v1/models/challenger",
                        "removeChallenger",
                        "The champion answers all",
                        Optional.empty(),
                        ctx -> change(ctx, now -> now.withChallenger(null))),
                route(
                        HandlerType.PUT,
                        "/v1/models/shadow",
                        "setShadow",
                        "A version is asked everything, and only compared",
                        Optional.of(one),
                        ctx -> change(ctx, now -> now.withShadow(parse(ctx).version()))),
                route(
                        HandlerType.DELETE,
                        "/v1/models/shadow",
                        "removeShadow",
                        "No version is compared",
                        Optional.empty(),
                        ctx -> change(ctx, now -> now.withShadow(null))));
    }

    private static Route route(
            HandlerType method,
            String path,
            String name,
            String summary,
            Optional<Map<String, Object>> request,
            Handler handler) {
        return new Route(
                method,
                path,
                Scope.ADMIN,
                Route.Door.ADMIN,
                name,
                summary,
                request,
                200,
                Optional.of(Map.of("type", "object")),
                handler);
    }

    private record Wanted(int version, OptionalDouble share) {
        Deployment.Challenger challenger() {
            return new Deployment.Challenger(
                    version, share.orElseThrow(() -> Problem.badRequest("/share: is missing")));
        }
    }

    private static Wanted parse(Context ctx) {
        OptionalInt[] version = {OptionalInt.empty()};
        OptionalDouble[] share = {OptionalDouble.empty()};
        JsonRequest.read(
                ctx.bodyAsBytes(),
                List.of("version", "share"),
                json ->
                        name -> {
                            if (name.equals("version")) {
                                version[0] = OptionalInt.of(json.whole(1, Integer.MAX_VALUE));
                            } else if (name.equals("share")) {
                                share[0] = OptionalDouble.of(json.decimal(0, 1));
                            } else {
                                return false;
                            }
                            return true;
                        });
        return new Wanted(
                version[0].orElseThrow(() -> Problem.badRequest("/version: is missing")), share[0]);
    }

    private void change(Context ctx, UnaryOperator<Deployment> how) {
        models.changeForGood(how.apply(models.deployment()));
        audit.add(Guard.caller(ctx), "serve", models.deployment().toString());
        show(ctx);
    }

    private void showImportance(Context ctx) {
        if (!Files.exists(importance)) {
            throw Problem.of(
                    404, "Not found", "Nobody has looked yet: `nextact explain --global` does");
        }
        try {
            ctx.contentType("application/json").result(Files.readString(importance));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INTERNAL,
                    "cannot read " + importance + ": " + e.getMessage(),
                    e);
        }
    }

    private void show(Context ctx) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("served", models.deployment());
        models.failure().ifPresent(failure -> tree.put("refused", failure));
        tree.put("versions", models.versions());
        try {
            ctx.contentType("application/json").result(JSON.writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new NextactException(
                    NextactException.Category.INTERNAL, "cannot write JSON: " + e.getMessage(), e);
        }
    }
}
