package dev.nextact.serve.http;

import dev.nextact.core.Messages;
import dev.nextact.core.ServeConfig.Limits;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.explain.ExplainPrediction;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.ExplanationTree;
import dev.nextact.predict.explain.Outcome;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.Task;
import dev.nextact.predict.explain.SimilarShoppers;
import dev.nextact.serve.history.HistoryStore;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.LiveModels.Held;
import dev.nextact.serve.live.LogDesk;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/explain}: a shopper, or a history handed in → which events moved a prediction. It
 * answers as {@code nextact explain} does.
 */
final class ExplainRoutes {

    private static final List<String> FIELDS =
            List.of(
                    "user",
                    "history",
                    "facts",
                    "task",
                    "item",
                    "behaviour",
                    "horizon",
                    "at",
                    "shapley",
                    "flip",
                    "similar",
                    "threshold",
                    "language");

    /** Pairs of orders; more would hold others up. */
    private static final int MOST_PAIRS = 32;

    /** One after the other, and some ask the model a thousand times. */
    private static final long LEAST_MILLIS = 10_000;

    private static final long SEED = 42;

    /** Some thousand shoppers are compared in a second. */
    private static final int RETRY_SECONDS = 10;

    private final LiveModels models;
    private final HistoryStore store;
    private final EventRoutes.BehaviourNames behaviours;
    private final PredictRoutes next;
    private final OutlookRoutes outlooks;
    private final LogDesk log;
    private final ShopConfig shop;
    private final Limits limits;
    private final ServeMetrics metrics;

    /**
     * @param next reads histories
     * @param outlooks knows the moment asked about
     * @param log knows similar shoppers
     */
    ExplainRoutes(
            LiveModels models,
            HistoryStore store,
            EventRoutes.BehaviourNames behaviours,
            PredictRoutes next,
            OutlookRoutes outlooks,
            LogDesk log,
            ShopConfig shop,
            ServeMetrics metrics) {
        this.models = models;
        this.store = store;
        this.behaviours = behaviours;
        this.next = next;
        this.outlooks = outlooks;
        this.log = log;
        this.shop = shop;
        this.limits = shop.serve().limits();
        this.metrics = metrics;
    }

    /** What a body says. */
    private static final class Asked {
        private @Nullable String user;
        private @Nullable List<PastEvent> history;
        private Map<String, String> facts = Map.of();
        private Task task = Task.NEXT_ITEMS;
        private @Nullable String item;
        private @Nullable String behaviour;
        private @Nullable Duration horizon;
        private OptionalLong at = OptionalLong.empty();
        private int pairs;
        private boolean flip;
        private boolean similar;
        private double threshold = 0.5;
        private Locale language = Locale.ENGLISH;
    }

    List<Route> routes() {
        Map<String, Object> request =
                Schema.object(
                        "user",
                        OutlookRoutes.user(),
                        "history",
                        outlooks.history(),
                        "facts",
                        PredictRoutes.facts(),
                        "task",
                        Schema.choice("what is explained; else next-items", Task.labels()),
                        "item",
                        Schema.text(
                                "for next-items: whose place; else the first's",
                                ShopperEvent.LONGEST_ID),
                        "behaviour",
                        Schema.choice(
                                "for the other tasks; else the config's target",
                                behaviours.accepted()),
                        "horizon",
                        Schema.text("for intent and churn: such as 24h; else the config's"),
                        "at",
                        Schema.time("the moment asked about; else now"),
                        "shapley",
                        Schema.whole(
                                "pairs of orders of the events for Shapley values; else none are"
                                        + " made",
                                2,
                                MOST_PAIRS),
                        "flip",
                        Schema.truth("whether to search for what would turn the decision"),
                        "similar",
                        Schema.truth("whether to tell what similar shoppers did next"),
                        "threshold",
                        Schema.number("for flip: above which a probability is a yes; else 0.5"),
                        "language",
                        Schema.choice("of the sentences; else en", tags()));
        Map<String, Object> effect =
                Schema.object(
                        "kind*",
                        Schema.choice(
                                "what is left out",
                                List.of("event", "earlier", "session", "alike")),
                        "event",
                        Schema.whole("its number in the history", 1, Integer.MAX_VALUE),
                        "events",
                        Schema.list(
                                "their numbers",
                                Integer.MAX_VALUE,
                                Schema.whole("in the history", 1, Integer.MAX_VALUE)),
                        "item",
                        Schema.text("its own; - for one the model does not know"),
                        "behaviour",
                        Schema.text("its own"),
                        "time",
                        Schema.text("its own; - where it is not known"),
                        "without*",
                        Schema.number("the value without it"),
                        "rank_without",
                        Schema.whole("the item's rank without it", 1, Integer.MAX_VALUE),
                        "effect*",
                        Schema.number("value less without"),
                        "shapley",
                        Schema.number("its Shapley value"),
                        "standard_error",
                        Schema.number("of the Shapley value"));
        Map<String, Object> answer =
                Schema.object(
                        "unit*",
                        Schema.choice(
                                "of all values; log-share: the logarithm of the item's share, the"
                                        + " softmax of the scores; log-rate: that of one over the"
                                        + " seconds until the next event, with even odds",
                                List.of("probability", "log-share", "log-rate")),
                        "item",
                        Schema.text("whose place is explained"),
                        "value*",
                        Schema.number("of the whole history"),
                        "rank",
                        Schema.whole("of the item", 1, Integer.MAX_VALUE),
                        "newcomer*",
                        Schema.number(
                                "the value for one of whom nothing is known but an event with a"
                                        + " popular item, on the mean over such items"),
                        "sentences*",
                        Schema.list(
                                "the same in words", 100, Schema.text("in the language asked for")),
                        "events*",
                        Schema.list("oldest first", Integer.MAX_VALUE, effect),
                        "groups*",
                        Schema.list(
                                "sessions, and events that are alike", Integer.MAX_VALUE, effect),
                        "together*",
                        Schema.list(
                                "the events that moved it most together, a tenth of all",
                                Integer.MAX_VALUE,
                                Schema.object(
                                        "event*",
                                        Schema.whole("its number", 1, Integer.MAX_VALUE),
                                        "without*",
                                        Schema.number("the value without it and those before it"),
                                        "rank_without",
                                        Schema.whole(
                                                "the item's rank then", 1, Integer.MAX_VALUE))),
                        "similar",
                        Schema.object(
                                "shoppers*",
                                Schema.whole("those most like this one", 0, Integer.MAX_VALUE),
                                "horizon_seconds*",
                                Schema.number(
                                        "before the end of the log, from which they are seen"),
                                "came*",
                                Schema.number("the share who came back within it"),
                                "median_seconds",
                                Schema.number("until the first event of those who came"),
                                "acts*",
                                Schema.byName(
                                        "shares of who did it, by behaviour",
                                        Integer.MAX_VALUE,
                                        Schema.number("of one")),
                                "items*",
                                Schema.list(
                                        "the most frequent first",
                                        Integer.MAX_VALUE,
                                        Schema.object(
                                                "item*",
                                                Schema.text("its id"),
                                                "shoppers*",
                                                Schema.whole(
                                                        "who did anything with it",
                                                        1,
                                                        Integer.MAX_VALUE)))),
                        "flip",
                        Schema.object(
                                "found*",
                                Schema.truth("whether leaving out a few turns the decision"),
                                "without_events*",
                                Schema.list(
                                        "their numbers",
                                        Integer.MAX_VALUE,
                                        Schema.whole("in the history", 1, Integer.MAX_VALUE)),
                                "value",
                                Schema.number("then"),
                                "rank",
                                Schema.whole("then", 1, Integer.MAX_VALUE)));
        return List.of(
                new Route(
                        HandlerType.POST,
                        "/v1/explain",
                        Scope.READ,
                        Route.Door.MAIN,
                        "explain",
                        "Which past events moved a prediction, and how much",
                        Optional.of(request),
                        200,
                        Optional.of(OutlookRoutes.response("explanation*", answer)),
                        this::explain));
    }

    private static List<String> tags() {
        return Messages.LANGUAGES.stream().map(Locale::toLanguageTag).toList();
    }

    private void explain(Context ctx) {
        Asked asked = parse(ctx.bodyAsBytes());
        long millis = Math.max(limits.timeoutMillis(), LEAST_MILLIS);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<PastEvent> history =
                asked.user == null
                        ? Optional.ofNullable(asked.history).orElse(List.of())
                        : store.last(asked.user, shop.serve().history().events());
        Held held = models.hold(Optional.ofNullable(asked.user));
        CompletableFuture<Explanation> answer;
        NumberedHistory numbered;
        Moment moment;
        Optional<SimilarShoppers.Found> similar;
        try {
            numbered = NumberedHistory.of(held.model(), history, asked.facts);
            if (!numbered.isKnown()) {
                throw OutlookRoutes.nothingKnown();
            }
            moment = outlooks.moment(numbered.events(), asked.at);
            similar = asked.similar ? similar(held, moment) : Optional.empty();
            answer =
                    held.model()
                            .explain(
                                    new Explainer.Question(
                                            moment,
                                            outcome(held, asked, moment),
                                            asked.pairs,
                                            asked.flip,
                                            asked.threshold,
                                            SEED),
                                    deadline);
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
        Guard.answer(
                ctx,
                answer.whenComplete((found, failure) -> held.close()),
                found -> {
                    Map<String, Object> tree =
                            OutlookRoutes.head(held, asked.task.label(), numbered);
                    Bundle bundle = held.model().bundle();
                    Map<String, Object> explanation =
                            new LinkedHashMap<>(
                                    ExplanationTree.of(
                                            bundle,
                                            moment,
                                            found,
                                            ExplainPrediction.text(
                                                            bundle,
                                                            held.model().attributes(),
                                                            asked.language)
                                                    .sentences(moment, found)));
                    similar.ifPresent(of -> explanation.put("similar", of.toTree(bundle)));
                    tree.put("explanation", explanation);
                    ctx.contentType("application/json").result(OutlookRoutes.json(tree));
                    metrics.predicted(held.variant(), held.model().manifest().model() + "/explain");
                });
    }

    private Optional<SimilarShoppers.Found> similar(Held held, Moment moment) {
        Optional<SimilarShoppers.Found> found = log.similar(held.model(), moment);
        if (found.isEmpty()) {
            throw Problem.retry(
                    503,
                    "Not ready",
                    "The prepared log is being looked into for similar shoppers",
                    RETRY_SECONDS);
        }
        return found;
    }

    private Outcome outcome(Held held, Asked asked, Moment moment) {
        int item = asked.item == null ? 0 : held.model().bundle().catalog().indexOf(asked.item);
        if (asked.item != null && item == 0) {
            throw Problem.badRequest("/item: the model knows no item " + asked.item);
        }
        NextItem place = new NextItem(item, held.model().question(moment.history(), 1).rule());
        String behaviour = asked.behaviour == null ? shop.target() : asked.behaviour;
        int index = held.model().manifest().behaviours().indexOf(behaviour);
        boolean isOfBehaviour = asked.task != Task.NEXT_ITEMS && asked.task != Task.TIME;
        if (isOfBehaviour && index < 0) {
            throw Problem.of(
                    422, "Model refused", "the model served knows no behaviour " + behaviour);
        }
        Duration configured =
                asked.task == Task.CHURN
                        ? shop.tasks().churnHorizon()
                        : shop.tasks().intentHorizon();
        Duration horizon = asked.horizon == null ? configured : asked.horizon;
        return Outcome.of(asked.task, place, index, horizon.toMillis() / 1e3);
    }

    private Asked parse(byte[] body) {
        Asked asked = new Asked();
        JsonRequest.read(body, FIELDS, json -> name -> read(asked, json, name));
        PredictRoutes.mustBeOne(asked.user, asked.history);
        return asked;
    }

    private boolean read(Asked asked, JsonRequest json, String name) throws IOException {
        switch (name) {
            case "user" -> asked.user = json.id();
            case "history" -> asked.history = next.history(json);
            case "facts" -> asked.facts = json.fields();
            case "task" -> asked.task = task(json);
            case "item" -> asked.item = json.id();
            case "behaviour" -> asked.behaviour = behaviours.read(json);
            case "at" -> asked.at = OptionalLong.of(json.timeMicros());
            case "horizon" -> asked.horizon = OutlookRoutes.horizon(json);
            case "shapley" -> asked.pairs = json.whole(2, MOST_PAIRS);
            case "flip" -> asked.flip = json.truth();
            case "similar" -> asked.similar = json.truth();
            case "threshold" -> asked.threshold = json.decimal(0, 1);
            case "language" -> asked.language = language(json);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Task task(JsonRequest json) throws IOException {
        Optional<Task> task = Task.of(json.text());
        if (task.isEmpty()) {
            throw json.wrong("one of " + String.join(", ", Task.labels()));
        }
        return task.get();
    }

    private static Locale language(JsonRequest json) throws IOException {
        if (!tags().contains(json.text())) {
            throw json.wrong("one of " + String.join(", ", tags()));
        }
        return Messages.language(json.text());
    }
}
