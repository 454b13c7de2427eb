package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.nextact.core.EventSequence;
import dev.nextact.core.ServeConfig.Limits;
import dev.nextact.core.ShopConfig.NextItems;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.predict.NextItemAnswer;
import dev.nextact.predict.NextItemQuestion;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.LiveModels.Held;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/predict/next}: a shopper, or a history handed in → the next items. */
final class PredictRoutes {

    /** The most items of an answer. */
    private static final int MOST_ITEMS = 1000;

    private static final List<String> FIELDS =
            List.of(
                    "user", "history", "facts", "k", "seen", "exclude", "among", "where",
                    "at_most");

    private static final List<String> EVENT_FIELDS = List.of("item", "behaviour", "time", "fields");

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

    private final LiveModels models;
    private final HistoryStore store;
    private final EventRoutes.BehaviourNames behaviours;
    private final NextItems defaults;
    private final Limits limits;
    private final int historyEvents;
    private final ServeMetrics metrics;
    private final Drift drift;

    PredictRoutes(
            LiveModels models,
            HistoryStore store,
            EventRoutes.BehaviourNames behaviours,
            NextItems defaults,
            Limits limits,
            int historyEvents,
            ServeMetrics metrics,
            Drift drift) {
        this.models = models;
        this.store = store;
        this.behaviours = behaviours;
        this.defaults = defaults;
        this.limits = limits;
        this.historyEvents = historyEvents;
        this.metrics = metrics;
        this.drift = drift;
    }

    /**
     * @param history of the shopper that is asked about, where {@code user} is absent
     * @param facts about the shopper, by field
     * @param choice of items
     */
    record Asked(
            Optional<String> user,
            List<PastEvent> history,
            Map<String, String> facts,
            int k,
            ItemChoice choice) {}

    List<Route> routes() {
        Map<String, Object> item = Schema.text("an item", ShopperEvent.LONGEST_ID);
        Map<String, Object> event =
                Schema.object(
                        "item*",
                        item,
                        "behaviour",
                        Schema.choice("what was done; else the first", behaviours.accepted()),
                        "time",
                        Schema.time("when; not before the event above"),
                        "fields",
                        EventRoutes.fields());
        Map<String, Object> request =
                Schema.object(
                        "user",
                        Schema.text(
                                "whose kept history is read; give this or history",
                                ShopperEvent.LONGEST_ID),
                        "history",
                        Schema.list(
                                "what a shopper did, oldest first; nothing of it is kept",
                                limits.batch(),
                                event),
                        "facts",
                        facts(),
                        "k",
                        Schema.whole("items wanted; else the config's", 1, MOST_ITEMS),
                        "seen",
                        Schema.choice(
                                "items of the history; else as the model was trained",
                                List.of("keep", "remove")),
                        "exclude",
                        Schema.list("items never to answer", limits.batch(), item),
                        "among",
                        Schema.list("the only items to answer", limits.batch(), item),
                        "where",
                        ItemChoice.whereSchema(limits.batch()),
                        "at_most",
                        ItemChoice.atMostSchema(MOST_ITEMS));
        Map<String, Object> response =
                Schema.object(
                        "task*",
                        Schema.text("next-items"),
                        "model*",
                        Schema.text("its name"),
                        "version*",
                        Schema.whole("of the model", 1, Integer.MAX_VALUE),
                        "variant*",
                        Schema.choice("who answered", List.of("champion", "challenger")),
                        "basis*",
                        Schema.text("the model's family, or popularity where nothing is known"),
                        "events*",
                        Schema.whole("of known items in the history", 0, Integer.MAX_VALUE),
                        "unknown_events*",
                        Schema.whole("left out", 0, Integer.MAX_VALUE),
                        "items*",
                        Schema.list(
                                "the likeliest first",
                                MOST_ITEMS,
                                Schema.object(
                                        "item*",
                                        Schema.text("its id"),
                                        "score*",
                                        Schema.number(
                                                "the higher, the likelier; no probability"))));
        return List.of(
                new Route(
                        HandlerType.POST,
                        "/v1/predict/next",
                        Scope.READ,
                        Route.Door.MAIN,
                        "predictNext",
                        "The next items of a shopper",
                        Optional.of(request),
                        200,
                        Optional.of(response),
                        this::predict));
    }

    static Map<String, Object> facts() {
        return Schema.fields(
                "what is known of the shopper, by the names that columns: of the config's users"
                        + " give; what the model does not read is passed over",
                ShopperEvent.MOST_FIELDS);
    }

    private void predict(Context ctx) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeoutMillis());
        models.refuseIfTooLate(deadline);
        Asked asked = parse(ctx.bodyAsBytes());
        List<PastEvent> history =
                asked.user().map(user -> store.last(user, historyEvents)).orElse(asked.history());
        Held held = models.hold(asked.user());
        CompletableFuture<NextItemAnswer> answer;
        NumberedHistory numbered;
        try {
            numbered = NumberedHistory.of(held.model(), history, asked.facts());
            refuseClassifier(held);
            answer =
                    held.model()
                            .ask(
                                    asked.choice()
                                            .question(held.model(), numbered.events(), asked.k()),
                                    deadline);
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
        Guard.answer(
                ctx,
                answer.whenComplete((found, failure) -> held.close()),
                found -> {
                    ctx.contentType("application/json")
                            .result(json(Optional.empty(), held, numbered, found));
                    metrics.predicted(
                            held.variant(),
                            found.byPopularity() ? "popularity" : held.model().manifest().model());
                    if (held.variant() == LiveModels.Variant.CHAMPION && !found.byPopularity()) {
                        drift.answered(held.model(), found.items());
                    }
                    metrics.read(numbered.known(), numbered.unknown());
                    shadow(asked, history, held, found, deadline);
                });
    }

    /**
     * What is next for a shopper whose history is kept, for one who did not ask by HTTP.
     *
     * @return JSON as of the route, with {@code user}
     */
    CompletableFuture<byte[]> next(String user, long deadlineNanos) {
        List<PastEvent> history = store.last(user, historyEvents);
        Held held = models.hold(Optional.of(user));
        try {
            NumberedHistory numbered = NumberedHistory.of(held.model(), history, Map.of());
            refuseClassifier(held);
            int k = Math.min(defaults.k(), MOST_ITEMS);
            return held.model()
                    .ask(ItemChoice.ANY.question(held.model(), numbered.events(), k), deadlineNanos)
                    .whenComplete((found, failure) -> held.close())
                    .thenApply(found -> json(Optional.of(user), held, numbered, found));
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    private static void refuseClassifier(Held held) {
        if (held.model().outlook().map(o -> o.model().heads().classifies()).orElse(false)) {
            throw Problem.of(
                    422,
                    "Model refused",
                    "the model served is a classifier and has not learned next-items: name it in"
                            + " tasks.learn of the config, with tasks.intent.way: hazard, train and"
                            + " promote");
        }
    }

    private static byte[] json(
            Optional<String> user, Held held, NumberedHistory numbered, NextItemAnswer answer) {
        Manifest manifest = held.model().manifest();
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(64 + 48 * answer.items().length);
                JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (user.isPresent()) {
                json.writeStringField("user", user.get());
            }
            json.writeStringField("task", "next-items");
            json.writeStringField("model", manifest.name());
            json.writeNumberField("version", manifest.version());
            json.writeStringField(
                    "variant",
                    held.variant() == LiveModels.Variant.CHALLENGER ? "challenger" : "champion");
            json.writeStringField("basis", answer.byPopularity() ? "popularity" : manifest.model());
            json.writeNumberField("events", numbered.known());
            json.writeNumberField("unknown_events", numbered.unknown());
            json.writeArrayFieldStart("items");
            for (int rank = 0; rank < answer.items().length; rank++) {
                json.writeStartObject();
                json.writeFieldName("item");
                json.writeString(held.model().id(answer.items()[rank]));
                json.writeNumberField("score", answer.scores()[rank]);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the shadow the same, where there is one and nobody waits. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a comparison
    private void shadow(
            Asked asked,
            List<PastEvent> history,
            Held answered,
            NextItemAnswer answer,
            long deadline) {
        if (models.waiting() > 0) {
            return;
        }
        Optional<Held> shadow = models.holdShadow();
        if (shadow.isEmpty()) {
            return;
        }
        LiveModel model = shadow.get().model();
        Set<String> ids = new HashSet<>();
        Arrays.stream(answer.items())
                .forEach(item -> ids.add(answered.model().bundle().catalog().id(item)));
        NextItemQuestion question;
        try {
            EventSequence events = NumberedHistory.of(model, history, asked.facts()).events();
            question = asked.choice().question(model, events, asked.k());
        } catch (Problem itCannotChooseSo) {
            shadow.get().close();
            return;
        }
        model.ask(question, deadline)
                .whenComplete(
                        (found, failure) -> {
                            shadow.get().close();
                            if (found != null && !ids.isEmpty()) {
                                long same =
                                        Arrays.stream(found.items())
                                                .filter(
                                                        item ->
                                                                ids.contains(
                                                                        model.bundle()
                                                                                .catalog()
                                                                                .id(item)))
                                                .count();
                                metrics.compared((double) same / ids.size());
                            }
                        });
    }

    Asked parse(byte[] body) {
        Draft draft = new Draft();
        JsonRequest.read(
                body,
                FIELDS,
                json ->
                        name -> {
                            switch (name) {
                                case "user" -> draft.user = json.id();
                                case "history" -> draft.history = history(json);
                                case "facts" -> draft.facts = json.fields();
                                case "k" -> draft.k = OptionalInt.of(json.whole(1, MOST_ITEMS));
                                case "seen" -> draft.seen = Optional.of(seen(json));
                                case "where" ->
                                        draft.where = ItemChoice.where(json, limits.batch());
                                case "at_most" ->
                                        draft.atMost = ItemChoice.atMost(json, MOST_ITEMS);
                                case "exclude" ->
                                        draft.exclude = json.list(limits.batch(), json::id);
                                case "among" ->
                                        draft.among =
                                                Optional.of(json.list(limits.batch(), json::id));
                                default -> {
                                    return false;
                                }
                            }
                            return true;
                        });
        mustBeOne(draft.user, draft.history);
        return new Asked(
                Optional.ofNullable(draft.user),
                draft.history == null ? List.of() : draft.history,
                draft.facts,
                draft.k.orElse(Math.min(defaults.k(), MOST_ITEMS)),
                new ItemChoice(draft.seen, draft.exclude, draft.among, draft.where, draft.atMost));
    }

    /** A question is about a shopper who is known, or about a history handed in. */
    static void mustBeOne(@Nullable String user, @Nullable List<PastEvent> history) {
        if ((user == null) == (history == null)) {
            throw Problem.badRequest(
                    "expected either user or history, found "
                            + (user == null ? "neither" : "both"));
        }
    }

    private static SeenItems seen(JsonRequest json) throws IOException {
        return switch (json.text()) {
            case "keep" -> SeenItems.KEEP;
            case "remove" -> SeenItems.REMOVE;
            default -> throw json.wrong("keep or remove");
        };
    }

    List<PastEvent> history(JsonRequest json) throws IOException {
        List<PastEvent> history = new ArrayList<>();
        long[] before = {Long.MIN_VALUE};
        json.list(
                limits.batch(),
                () -> {
                    EventDraft event = new EventDraft();
                    event.timeMicros = Math.max(0, before[0]);
                    json.object(
                            EVENT_FIELDS,
                            name -> {
                                switch (name) {
                                    case "item" -> event.item = json.id();
                                    case "behaviour" -> event.behaviour = behaviours.read(json);
                                    case "time" -> event.timeMicros = json.timeMicros();
                                    case "fields" -> event.fields = json.fields();
                                    default -> {
                                        return false;
                                    }
                                }
                                return true;
                            });
                    if (event.item == null) {
                        throw json.wrong("an item in every event");
                    }
                    if (event.timeMicros < before[0]) {
                        throw json.wrong("events in the order of their times, oldest first");
                    }
                    before[0] = event.timeMicros;
                    return history.add(
                            new PastEvent(
                                    0,
                                    event.item,
                                    event.behaviour == null ? behaviours.first() : event.behaviour,
                                    event.timeMicros,
                                    event.fields));
                });
        return history;
    }

    private static final class Draft {
        private @Nullable String user;
        private @Nullable List<PastEvent> history;
        private Map<String, String> facts = Map.of();
        private OptionalInt k = OptionalInt.empty();
        private Optional<SeenItems> seen = Optional.empty();
        private List<String> exclude = List.of();
        private Optional<List<String>> among = Optional.empty();
        private Map<String, ItemChoice.Condition> where = Map.of();
        private Map<String, Integer> atMost = Map.of();
    }

    private static final class EventDraft {
        private @Nullable String item;
        private @Nullable String behaviour;
        private long timeMicros;
        private Map<String, String> fields = Map.of();
    }
}
