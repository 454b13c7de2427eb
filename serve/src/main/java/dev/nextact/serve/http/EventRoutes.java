package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.Behaviours;
import dev.nextact.core.ServeConfig.Limits;
import dev.nextact.core.privacy.Receipt;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.ShopActivity;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Events in, and shoppers forgotten. */
final class EventRoutes {

    private static final List<String> FIELDS =
            List.of("id", "user", "item", "behaviour", "time", "fields");

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final HistoryStore store;
    private final Forgetting forgetting;
    private final BehaviourNames behaviours;
    private final Limits limits;
    private final LongSupplier nowMicros;
    private final ServeMetrics metrics;
    private final Drift drift;
    private final ShopActivity activity;

    /**
     * @param nowMicros the time of an event that tells none
     */
    EventRoutes(
            HistoryStore store,
            Forgetting forgetting,
            BehaviourNames behaviours,
            Limits limits,
            LongSupplier nowMicros,
            ServeMetrics metrics,
            Drift drift,
            ShopActivity activity) {
        this.store = store;
        this.forgetting = forgetting;
        this.behaviours = behaviours;
        this.limits = limits;
        this.nowMicros = nowMicros;
        this.metrics = metrics;
        this.drift = drift;
        this.activity = activity;
    }

    List<Route> routes() {
        Map<String, Object> event =
                Schema.object(
                        "id",
                        Schema.text(
                                "names the event: sent again it counts once. Without it, an event"
                                        + " sent again counts again",
                                ShopperEvent.LONGEST_ID),
                        "user*",
                        Schema.text("the shopper", ShopperEvent.LONGEST_ID),
                        "item*",
                        Schema.text("the item", ShopperEvent.LONGEST_ID),
                        "behaviour",
                        Schema.choice("what was done; else the first", behaviours.accepted()),
                        "time",
                        Schema.time("when; else now"),
                        "fields",
                        fields());
        return List.of(
                new Route(
                        HandlerType.POST,
                        "/v1/events",
                        Scope.WRITE,
                        Route.Door.MAIN,
                        "appendEvents",
                        "Keeps events. The answer comes when they are safe from a crash; all are"
                                + " kept, or none",
                        Optional.of(
                                Schema.object(
                                        "events*",
                                        Schema.list("any order", limits.batch(), event))),
                        200,
                        Optional.of(
                                Schema.object(
                                        "accepted*",
                                        Schema.whole("events kept", 0, limits.batch()))),
                        this::append),
                new Route(
                        HandlerType.DELETE,
                        "/v1/users/{user}",
                        Scope.WRITE,
                        Route.Door.MAIN,
                        "forgetUser",
                        "Forgets a shopper for good, also one who was never known: later events of"
                                + " theirs are passed over. The answer is a signed receipt",
                        Optional.empty(),
                        200,
                        Optional.of(
                                Schema.object(
                                        "tombstone*",
                                        Schema.text("what is left: a keyed hash of the id"),
                                        "forgotten_at*",
                                        Schema.text("when"),
                                        "key*",
                                        Schema.text("the key's id"),
                                        "signature*",
                                        Schema.text("HMAC-SHA-256 of the others"))),
                        this::forget));
    }

    static Map<String, Object> fields() {
        return Schema.fields(
                "what else is known of it, by the names that columns: of the config's sources give;"
                        + " what the model does not read is passed over",
                ShopperEvent.MOST_FIELDS);
    }

    private void append(Context ctx) {
        List<ShopperEvent> events = parse(ctx.bodyAsBytes());
        Guard.answer(
                ctx,
                store.append(events),
                done -> {
                    count(events);
                    ctx.contentType("application/json")
                            .result("{\"accepted\":" + events.size() + "}");
                });
    }

    void count(List<ShopperEvent> events) {
        Map<String, Integer> counts = new TreeMap<>();
        events.forEach(event -> counts.merge(event.behaviour(), 1, Integer::sum));
        counts.forEach(metrics::kept);
        drift.kept(events);
        activity.kept(forgetting.named(events));
    }

    private void forget(Context ctx) {
        String user = ctx.pathParam("user");
        Guard.answer(
                ctx,
                forgetting.forget(store, user, Guard.caller(ctx)),
                receipt -> ctx.contentType("application/json").result(json(receipt)));
    }

    private static byte[] json(Receipt receipt) {
        try {
            return JSON.writeValueAsBytes(receipt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    List<ShopperEvent> parse(byte[] body) {
        List<ShopperEvent> events = new ArrayList<>();
        boolean[] given = new boolean[1];
        JsonRequest.read(
                body,
                List.of("events"),
                json ->
                        name -> {
                            if (!name.equals("events")) {
                                return false;
                            }
                            events.addAll(json.list(limits.batch(), () -> event(json)));
                            given[0] = true;
                            return true;
                        });
        if (!given[0]) {
            throw Problem.badRequest("/events: is missing");
        }
        return events;
    }

    /**
     * An event that did not come by HTTP.
     *
     * @param id of an event that tells none
     * @param timeMicros of an event that tells none
     * @throws Problem 400 where it is none
     */
    ShopperEvent event(byte[] body, String id, long timeMicros) {
        Draft draft = new Draft();
        JsonRequest.read(body, FIELDS, json -> name -> field(json, draft, name));
        if (draft.user == null || draft.item == null) {
            throw Problem.badRequest("expected user and item");
        }
        return event(draft, id, timeMicros);
    }

    private ShopperEvent event(JsonRequest json) throws IOException {
        Draft draft = new Draft();
        json.object(FIELDS, name -> field(json, draft, name));
        if (draft.user == null || draft.item == null) {
            throw json.wrong("user and item in every event");
        }
        return event(
                draft,
                draft.id == null ? UUID.randomUUID().toString() : draft.id,
                draft.timeMicros < 0 ? nowMicros.getAsLong() : draft.timeMicros);
    }

    private boolean field(JsonRequest json, Draft draft, String name) throws IOException {
        switch (name) {
            case "id" -> draft.id = json.id();
            case "user" -> draft.user = json.id();
            case "item" -> draft.item = json.id();
            case "behaviour" -> draft.behaviour = behaviours.read(json);
            case "time" -> draft.timeMicros = json.timeMicros();
            case "fields" -> draft.fields = json.fields();
            default -> {
                return false;
            }
        }
        return true;
    }

    private ShopperEvent event(Draft draft, String id, long timeMicros) {
        return new ShopperEvent(
                draft.id == null ? id : draft.id,
                Objects.requireNonNull(draft.user),
                Objects.requireNonNull(draft.item),
                draft.behaviour == null ? behaviours.first() : draft.behaviour,
                draft.timeMicros < 0 ? timeMicros : draft.timeMicros,
                draft.fields);
    }

    private static final class Draft {
        private @Nullable String id;
        private @Nullable String user;
        private @Nullable String item;
        private @Nullable String behaviour;
        private long timeMicros = -1;
        private Map<String, String> fields = Map.of();
    }

    /** The behaviours of a shop by every name the config gives them. Immutable. */
    static final class BehaviourNames {

        private final Behaviours behaviours;
        private final Map<String, String> names = new HashMap<>();

        BehaviourNames(Behaviours behaviours) {
            this.behaviours = behaviours;
            behaviours
                    .list()
                    .forEach(
                            behaviour -> {
                                for (String raw : behaviour.rawNames()) {
                                    names.put(raw.toLowerCase(Locale.ROOT), behaviour.name());
                                }
                            });
            behaviours.list().forEach(behaviour -> names.put(behaviour.name(), behaviour.name()));
        }

        String first() {
            return behaviours.name(0);
        }

        List<String> accepted() {
            return names.keySet().stream().sorted().toList();
        }

        /** The shop's own name of a behaviour, by that or a raw name. */
        String read(JsonRequest json) throws IOException {
            String text = json.text();
            String name = names.get(text);
            if (name == null) {
                name = names.get(text.toLowerCase(Locale.ROOT));
            }
            if (name == null) {
                throw json.wrong("one of " + String.join(", ", accepted()));
            }
            return name;
        }
    }
}
