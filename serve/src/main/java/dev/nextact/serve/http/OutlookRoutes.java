package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.EventSequence;
import dev.nextact.core.ServeConfig.Limits;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Spans;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.HorizonAnswer;
import dev.nextact.predict.Moment;
import dev.nextact.predict.PredictHorizon.Question;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.Shoppers;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.LiveModels.Held;
import dev.nextact.serve.live.LiveOutlook;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/predict/events}, {@code intent} and {@code churn}: a shopper, or a history handed
 * in → the next events, or how likely a behaviour comes or stays away. They answer as the commands
 * of these names do.
 */
final class OutlookRoutes {

    private static final int MOST_EVENTS = 100;

    /** To live many futures takes longer than to rank items once. */
    private static final long LEAST_EVENTS_MILLIS = 10_000;

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final List<String> EVENTS_FIELDS = List.of("user", "history", "facts", "k");

    private static final List<String> HORIZON_FIELDS =
            List.of("user", "history", "facts", "behaviour", "horizon", "at");

    private final LiveModels models;
    private final HistoryStore store;
    private final EventRoutes.BehaviourNames behaviours;
    private final PredictRoutes next;
    private final ShopConfig shop;
    private final Limits limits;
    private final LongSupplier nowMicros;
    private final ServeMetrics metrics;

    /**
     * @param next reads and numbers histories
     * @param nowMicros the moment asked about where none is named
     */
    OutlookRoutes(
            LiveModels models,
            HistoryStore store,
            EventRoutes.BehaviourNames behaviours,
            PredictRoutes next,
            ShopConfig shop,
            LongSupplier nowMicros,
            ServeMetrics metrics) {
        this.models = models;
        this.store = store;
        this.behaviours = behaviours;
        this.next = next;
        this.shop = shop;
        this.limits = shop.serve().limits();
        this.nowMicros = nowMicros;
        this.metrics = metrics;
    }

    /** What a body says. */
    private static final class Asked {
        private @Nullable String user;
        private @Nullable List<PastEvent> history;
        private Map<String, String> facts = Map.of();
        private OptionalInt k = OptionalInt.empty();
        private @Nullable String behaviour;
        private @Nullable Duration horizon;
        private OptionalLong at = OptionalLong.empty();
    }

    List<Route> routes() {
        return List.of(
                route(
                        "events",
                        "The next events of a shopper: when, and of which behaviour",
                        Schema.object(
                                "user",
                                user(),
                                "history",
                                history(),
                                "facts",
                                PredictRoutes.facts(),
                                "k",
                                Schema.whole("events wanted; else the config's", 1, MOST_EVENTS)),
                        "events*",
                        Schema.list(
                                "the soonest first",
                                MOST_EVENTS,
                                Schema.object(
                                        "seconds*",
                                        Schema.number("since the last event, with even odds"),
                                        "low_seconds*",
                                        Schema.number("with 10 % odds it comes before"),
                                        "high_seconds*",
                                        Schema.number("with 10 % odds it comes later"),
                                        "behaviour*",
                                        Schema.text("the likeliest"),
                                        "probability*",
                                        Schema.number("of that behaviour"))),
                        this::events),
                horizonRoute(
                        Question.INTENT,
                        "How likely a shopper buys, or does another thing, within a horizon"),
                horizonRoute(
                        Question.CHURN,
                        "How likely a shopper buys nothing, or does not do another thing, within a"
                                + " horizon"));
    }

    static Map<String, Object> user() {
        return Schema.text(
                "whose kept history is read; give this or history", ShopperEvent.LONGEST_ID);
    }

    Map<String, Object> history() {
        return Schema.list(
                "what a shopper did, oldest first; nothing of it is kept",
                limits.batch(),
                Schema.object(
                        "item*",
                        Schema.text("an item", ShopperEvent.LONGEST_ID),
                        "behaviour",
                        Schema.choice("what was done; else the first", behaviours.accepted()),
                        "time",
                        Schema.time("when; not before the event above"),
                        "fields",
                        EventRoutes.fields()));
    }

    private Route horizonRoute(Question question, String summary) {
        return route(
                name(question),
                summary,
                Schema.object(
                        "user",
                        user(),
                        "history",
                        history(),
                        "facts",
                        PredictRoutes.facts(),
                        "behaviour",
                        Schema.choice("of which; else the config's target", behaviours.accepted()),
                        "horizon",
                        Schema.text("such as 24h or 30d; else the config's"),
                        "at",
                        Schema.time("the moment asked about; else now")),
                "answer*",
                Schema.object(
                        "behaviour*",
                        Schema.text("asked about"),
                        "now*",
                        Schema.text("the moment asked about; - for a history without times"),
                        "horizon_seconds*",
                        Schema.number("from then on"),
                        "probability*",
                        Schema.number("that it does"),
                        "median_seconds*",
                        Schema.number(
                                "by when it comes with even odds; -1 beyond what the model sees,"
                                        + " or where it tells of one horizon alone")),
                ctx -> horizon(ctx, question));
    }

    private static Route route(
            String name,
            String summary,
            Map<String, Object> request,
            String answerName,
            Map<String, Object> answer,
            Handler handler) {
        return new Route(
                HandlerType.POST,
                "/v1/predict/" + name,
                Scope.READ,
                Route.Door.MAIN,
                "predict" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                summary,
                Optional.of(request),
                200,
                Optional.of(response(answerName, answer)),
                handler);
    }

    static Map<String, Object> response(String answerName, Map<String, Object> answer) {
        return Schema.object(
                "task*",
                Schema.text("what was asked"),
                "model*",
                Schema.text("its name"),
                "version*",
                Schema.whole("of the model", 1, Integer.MAX_VALUE),
                "variant*",
                Schema.choice("who answered", List.of("champion", "challenger")),
                "events_read*",
                Schema.whole("of known items", 0, Integer.MAX_VALUE),
                "unknown_events*",
                Schema.whole("left out", 0, Integer.MAX_VALUE),
                answerName,
                answer);
    }

    private static String name(Question question) {
        return question.name().toLowerCase(Locale.ROOT);
    }

    private void events(Context ctx) {
        Asked asked = parse(ctx.bodyAsBytes(), EVENTS_FIELDS);
        int k = asked.k.orElse(Math.min(shop.tasks().nextEvents().k(), MOST_EVENTS));
        long millis = Math.max(limits.timeoutMillis(), LEAST_EVENTS_MILLIS);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        answer(
                ctx,
                asked,
                "next-events",
                "events",
                (outlook, history) ->
                        outlook.events(id(asked), history, k, deadline)
                                .thenApply(events -> events.stream().map(this::tree).toList()));
    }

    private Map<String, Object> tree(PredictedEvent event) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seconds", event.seconds());
        tree.put("low_seconds", event.lowSeconds());
        tree.put("high_seconds", event.highSeconds());
        tree.put("behaviour", event.behaviour());
        tree.put("probability", event.probability());
        return tree;
    }

    private void horizon(Context ctx, Question question) {
        Asked asked = parse(ctx.bodyAsBytes(), HORIZON_FIELDS);
        Duration configured =
                question == Question.INTENT
                        ? shop.tasks().intentHorizon()
                        : shop.tasks().churnHorizon();
        Duration horizon = asked.horizon == null ? configured : asked.horizon;
        String behaviour = asked.behaviour == null ? shop.target() : asked.behaviour;
        double seconds = horizon.toMillis() / 1e3;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeoutMillis());
        answer(
                ctx,
                asked,
                name(question),
                "answer",
                (outlook, history) -> {
                    int index = outlook.model().bundle().manifest().behaviours().indexOf(behaviour);
                    if (index < 0) {
                        throw refused("the model served knows no behaviour " + behaviour);
                    }
                    outlook.model().refuseBeyond(index, seconds);
                    Moment moment = moment(history, asked.at);
                    return outlook.stays(moment, deadline)
                            .thenApply(
                                    stays ->
                                            tree(
                                                    HorizonAnswer.of(
                                                            id(asked),
                                                            question,
                                                            behaviour,
                                                            seconds,
                                                            moment,
                                                            stays.get(index))));
                });
    }

    private static Map<String, Object> tree(HorizonAnswer answer) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("behaviour", answer.behaviour());
        tree.put("now", answer.now());
        tree.put("horizon_seconds", answer.horizonSeconds());
        tree.put("probability", answer.probability());
        tree.put("median_seconds", answer.medianSeconds());
        return tree;
    }

    private static String id(Asked asked) {
        return asked.user == null ? Shoppers.UNSEEN : asked.user;
    }

    /**
     * What was not yet at that time is not seen. A history without times is asked just after it.
     */
    Moment moment(EventSequence history, OptionalLong at) {
        long last = history.timeMicros(history.size() - 1);
        if (last == 0) {
            return new Moment(history, at.orElse(0));
        }
        long now = at.orElse(Math.max(nowMicros.getAsLong(), last + 1));
        EventSequence before = history.prefix(history.countBefore(now));
        if (TokenBatch.knownEvents(before) == 0) {
            throw nothingKnown();
        }
        return new Moment(before, now);
    }

    /** Asks a model. */
    @FunctionalInterface
    private interface Answering {
        CompletableFuture<?> ask(LiveOutlook outlook, EventSequence history);
    }

    private void answer(Context ctx, Asked asked, String task, String field, Answering answering) {
        List<PastEvent> history =
                asked.user == null
                        ? Optional.ofNullable(asked.history).orElse(List.of())
                        : store.last(asked.user, shop.serve().history().events());
        Held held = models.hold(Optional.ofNullable(asked.user));
        CompletableFuture<?> answer;
        NumberedHistory numbered;
        try {
            LiveOutlook outlook = outlook(held, task);
            numbered = NumberedHistory.of(held.model(), history, asked.facts);
            if (!numbered.isKnown()) {
                throw nothingKnown();
            }
            answer = answering.ask(outlook, numbered.events());
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
        Guard.answer(
                ctx,
                answer.whenComplete((found, failure) -> held.close()),
                found -> {
                    ctx.contentType("application/json")
                            .result(json(held, task, numbered, field, found));
                    Manifest manifest = held.model().manifest();
                    metrics.predicted(held.variant(), manifest.model() + "/" + task);
                    metrics.read(numbered.known(), numbered.unknown());
                });
    }

    private static LiveOutlook outlook(Held held, String task) {
        if (!held.model().manifest().tasks().contains(task)) {
            throw refused(
                    "the model served has not learned "
                            + task
                            + ": name it in tasks.learn of the config, train and promote");
        }
        return held.model().outlook().orElseThrow();
    }

    private static Problem refused(String detail) {
        return Problem.of(422, "Model refused", detail);
    }

    static Problem nothingKnown() {
        return Problem.of(
                422,
                "Nothing known",
                "the history holds no event of an item that the model knows, so nothing can be"
                        + " foretold");
    }

    private static String json(
            Held held, String task, NumberedHistory numbered, String field, Object answer) {
        Map<String, Object> tree = head(held, task, numbered);
        tree.put(field, answer);
        return json(tree);
    }

    static String json(Map<String, Object> tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who answers what, and what was read for it. */
    static Map<String, Object> head(Held held, String task, NumberedHistory numbered) {
        Manifest manifest = held.model().manifest();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("task", task);
        tree.put("model", manifest.name());
        tree.put("version", manifest.version());
        tree.put(
                "variant",
                held.variant() == LiveModels.Variant.CHALLENGER ? "challenger" : "champion");
        tree.put("events_read", numbered.known());
        tree.put("unknown_events", numbered.unknown());
        return tree;
    }

    private Asked parse(byte[] body, List<String> fields) {
        Asked asked = new Asked();
        JsonRequest.read(
                body, fields, json -> name -> fields.contains(name) && read(asked, json, name));
        PredictRoutes.mustBeOne(asked.user, asked.history);
        return asked;
    }

    private boolean read(Asked asked, JsonRequest json, String name) throws IOException {
        switch (name) {
            case "user" -> asked.user = json.id();
            case "history" -> asked.history = next.history(json);
            case "facts" -> asked.facts = json.fields();
            case "k" -> asked.k = OptionalInt.of(json.whole(1, MOST_EVENTS));
            case "behaviour" -> asked.behaviour = behaviours.read(json);
            case "at" -> asked.at = OptionalLong.of(json.timeMicros());
            case "horizon" -> asked.horizon = horizon(json);
            default -> {
                return false;
            }
        }
        return true;
    }

    static Duration horizon(JsonRequest json) throws IOException {
        Optional<Duration> span = Spans.parse(json.text());
        if (span.isEmpty() || span.get().isZero()) {
            throw json.wrong("a length of time such as 24h or 30d");
        }
        return span.get();
    }
}
