package dev.nextact.serve.console;

import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.Moment;
import dev.nextact.predict.PredictedEvent;
import dev.nextact.predict.explain.Explainer;
import dev.nextact.predict.explain.Explanation;
import dev.nextact.predict.explain.Explanation.Effect;
import dev.nextact.predict.explain.ExplanationText;
import dev.nextact.predict.explain.Outcome;
import dev.nextact.predict.explain.Outcome.NextItem;
import dev.nextact.predict.explain.Outcome.Task;
import dev.nextact.predict.explain.SimilarText;
import dev.nextact.serve.console.Asking.Foretold;
import dev.nextact.serve.console.Asking.Ranked;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The shoppers there are; and one of them: what he did, what comes next, why, and what if. */
public final class ShopperPages {

    private static final int PAGE = 100;
    private static final int TIMELINE = 25;
    private static final int NEXT = 10;
    private static final int MOST_IN_FILE = 100_000;

    /** Pairs of orders of Shapley values; a page waits for them. */
    private static final int PAIRS = 16;

    /** Bars of an explanation. */
    private static final int BARS = 10;

    private static final int CURVE_POINTS = 40;

    private final Console console;
    private final ServerParts parts;
    private final Asking asking;

    /** One of the list. */
    public record Listed(String user, int events, String lastTime, String lastBehaviour) {}

    /**
     * One event of a history.
     *
     * @param number in the history, from 1
     * @param known whether the model knows the item
     */
    public record Done(
            int number, String time, String behaviour, String item, String title, boolean known) {}

    /**
     * One number of a shopper.
     *
     * @param label what it is of
     * @param value as it is written
     * @param number NaN where it cannot be compared
     */
    public record Figure(String label, String value, double number) {}

    /**
     * What the prediction would be without an event.
     *
     * @param shapley its value and error; empty where none was asked for
     */
    public record Moved(String what, String without, String effect, String shapley) {}

    /** A row of the comparison of what is with what would be. */
    public record Compared(String what, String now, String then, String direction) {}

    /** An event that is added in thought. */
    public record Added(String behaviour, String item, String title) {
        /** As the form sends it. */
        public String text() {
            return behaviour + ":" + item;
        }
    }

    ShopperPages(Console console, ServerParts parts, Asking asking) {
        this.console = console;
        this.parts = parts;
        this.asking = asking;
    }

    void add() {
        console.get("shoppers", Scope.READ, this::list);
        console.get("shoppers.csv", Scope.READ, this::listCsv);
        console.get("shopper", Scope.READ, this::shopper);
        console.get("shopper.csv", Scope.READ, this::shopperCsv);
        console.get("shopper/next.csv", Scope.READ, this::nextCsv);
        console.get("shopper/events", Scope.READ, this::events);
        console.get("shopper/why", Scope.READ, this::why);
        console.get("shopper/similar", Scope.READ, this::similar);
        console.get("shopper/what-if", Scope.READ, this::whatIf);
        console.post("shopper/forget", Scope.WRITE, this::forget);
    }

    static String required(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null || value.isEmpty()) {
            throw Problem.of(400, "Bad request", "the address lacks ?" + name + "=…");
        }
        return value;
    }

    private static String optional(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).orElse("");
    }

    private List<PastEvent> history(String user) {
        return parts.store().last(user, parts.shop().serve().history().events());
    }

    private void list(Context ctx, View view) {
        String prefix = optional(ctx, "prefix");
        List<String> users = parts.store().users(prefix, optional(ctx, "after"), PAGE + 1);
        List<Listed> rows = new ArrayList<>();
        for (String user : users.subList(0, Math.min(PAGE, users.size()))) {
            rows.add(listed(view, user));
        }
        console.show(
                ctx,
                view,
                "shoppers",
                Map.of(
                        "prefix",
                        prefix,
                        "rows",
                        rows,
                        "next",
                        users.size() > PAGE ? users.get(PAGE - 1) : ""));
    }

    private Listed listed(View view, String user) {
        List<PastEvent> events = history(user);
        return events.isEmpty()
                ? new Listed(user, 0, "–", "–")
                : new Listed(
                        user,
                        events.size(),
                        view.time(events.get(events.size() - 1).timeMicros()),
                        events.get(events.size() - 1).behaviour());
    }

    private void listCsv(Context ctx, View view) {
        Csv csv = new Csv("user", "events", "last_time", "last_behaviour");
        String after = "";
        for (int rows = 0; rows < MOST_IN_FILE; rows += PAGE) {
            List<String> users = parts.store().users(optional(ctx, "prefix"), after, PAGE);
            for (String user : users) {
                Listed one = listed(view, user);
                csv.row(one.user(), one.events(), one.lastTime(), one.lastBehaviour());
            }
            if (users.size() < PAGE) {
                break;
            }
            after = users.get(PAGE - 1);
        }
        csv.send(ctx, "shoppers");
    }

    private void shopper(Context ctx, View view) {
        String user = required(ctx, "id");
        List<PastEvent> history = history(user);
        if (history.isEmpty()) {
            ctx.status(404);
            console.show(ctx, view, "nobody", Map.of("user", user));
            return;
        }
        Foretold foretold = asking.foretell(user, history, NEXT, false);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("user", user);
        page.put("events", history.size());
        page.put("foretold", foretold);
        page.put("figures", figures(view, foretold));
        page.put("timeline", timeline(ctx, view, user, history));
        page.put("older", older(ctx, history.size()));
        page.put("newer", newer(ctx));
        page.put("hasEvents", foretold.numbered().isKnown() && tasks(user).contains("next-events"));
        page.put(
                "hasSimilar",
                foretold.numbered().isKnown()
                        && parts.prepared().log().canLook()
                        && asking.with(user, held -> held.model().outlook().isPresent()));
        page.put("curves", curves(view, foretold.stays()));
        page.put("tasks", tasks(user));
        page.put("behaviours", parts.behaviours());
        console.show(ctx, view, "shopper", page);
    }

    /** The next events: a part of the page that comes later, since futures may be lived for it. */
    private void events(Context ctx, View view) {
        String user = required(ctx, "id");
        List<PredictedEvent> events = asking.foretell(user, history(user), 1, true).events();
        console.show(
                ctx,
                view,
                "nextEvents",
                Map.of("events", events, "chart", nextChart(view, events)));
    }

    /** What others did who were like him: it comes later, since the log is looked into. */
    private void similar(Context ctx, View view) {
        String user = required(ctx, "id");
        Optional<List<String>> sentences =
                asking.with(
                        user,
                        held -> {
                            LiveModel model = held.model();
                            NumberedHistory numbered =
                                    NumberedHistory.of(model, history(user), Map.of());
                            if (!numbered.isKnown()) {
                                throw Problem.of(422, "Nothing known", view.t("why.nothing"));
                            }
                            SimilarText text =
                                    new SimilarText(
                                            view.messages().language(),
                                            item -> Asking.title(model, item),
                                            behaviour -> view.named("behaviour", behaviour));
                            return parts.prepared()
                                    .log()
                                    .similar(model, asking.moment(numbered.events()))
                                    .map(text::sentences);
                        });
        if (sentences.isEmpty()) {
            console.show(
                    ctx, view, "later", Map.of("again", View.path("shopper/similar", "id", user)));
        } else {
            console.show(ctx, view, "similar", Map.of("sentences", sentences.get()));
        }
    }

    /** What the model that answers him can explain. */
    private List<String> tasks(String user) {
        return asking.with(
                user,
                held ->
                        Arrays.stream(Task.values())
                                .filter(
                                        task ->
                                                held.model()
                                                        .manifest()
                                                        .tasks()
                                                        .contains(task.learned()))
                                .map(Task::label)
                                .toList());
    }

    static int page(Context ctx) {
        try {
            return Math.max(
                    0,
                    Integer.parseInt(
                            optional(ctx, "page").isEmpty() ? "0" : optional(ctx, "page")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int older(Context ctx, int events) {
        return (page(ctx) + 1) * TIMELINE < events ? page(ctx) + 1 : -1;
    }

    private static int newer(Context ctx) {
        return page(ctx) - 1;
    }

    /** The newest first. */
    private List<Done> timeline(Context ctx, View view, String user, List<PastEvent> history) {
        int to = Math.max(0, history.size() - page(ctx) * TIMELINE);
        return asking.with(user, held -> done(view, held.model(), history, to));
    }

    private static List<Done> done(View view, LiveModel model, List<PastEvent> history, int to) {
        List<Done> rows = new ArrayList<>();
        for (int event = to - 1; event >= Math.max(0, to - TIMELINE); event--) {
            PastEvent past = history.get(event);
            int item = model.bundle().catalog().indexOf(past.item());
            rows.add(
                    new Done(
                            event + 1,
                            view.time(past.timeMicros()),
                            past.behaviour(),
                            past.item(),
                            item == 0 ? past.item() : Asking.title(model, item),
                            item != 0));
        }
        return rows;
    }

    private List<Figure> figures(View view, Foretold foretold) {
        List<Figure> figures = new ArrayList<>();
        String target = parts.shop().target();
        HazardCurve curve = foretold.stays().get(target);
        if (curve != null) {
            double intent = parts.shop().tasks().intentHorizon().toMillis() / 1e3;
            double churn = parts.shop().tasks().churnHorizon().toMillis() / 1e3;
            figures.add(figure(view, "figure.comes", target, intent, curve, true));
            figures.add(figure(view, "figure.stays", target, churn, curve, false));
        }
        return figures;
    }

    private static Figure figure(
            View view, String key, String target, double asked, HazardCurve curve, boolean comes) {
        double seconds = Math.min(asked, curve.longestSeconds());
        double part = comes ? curve.came(seconds) : curve.survival(seconds);
        return new Figure(
                view.t(key, view.named("behaviour", target), view.span(seconds)),
                view.percent(part),
                part);
    }

    private static String nextChart(View view, List<PredictedEvent> events) {
        if (events.isEmpty()) {
            return "";
        }
        List<String> labels = new ArrayList<>();
        double[] low = new double[events.size()];
        double[] middle = new double[events.size()];
        double[] high = new double[events.size()];
        for (int i = 0; i < events.size(); i++) {
            PredictedEvent event = events.get(i);
            labels.add(event.rank() + ". " + view.named("behaviour", event.behaviour()));
            low[i] = event.lowSeconds() / 3600;
            middle[i] = event.seconds() / 3600;
            high[i] = event.highSeconds() / 3600;
        }
        return Chart.spans(view.t("next.x"), labels, low, middle, high).json();
    }

    private static String curves(View view, Map<String, HazardCurve> stays) {
        if (stays.isEmpty()) {
            return "";
        }
        Chart chart = Chart.lines(view.t("curves.x"), view.t("curves.y")).with("percent", true);
        stays.forEach(
                (behaviour, curve) -> {
                    List<double[]> points = new ArrayList<>();
                    for (int i = 0; i <= CURVE_POINTS; i++) {
                        double seconds = curve.longestSeconds() * i / CURVE_POINTS;
                        points.add(new double[] {seconds / 86_400, curve.came(seconds)});
                    }
                    chart.line(view.named("behaviour", behaviour), points);
                });
        return chart.json();
    }

    private void why(Context ctx, View view) {
        String user = required(ctx, "id");
        Task task = Task.of(optional(ctx, "task")).orElse(Task.NEXT_ITEMS);
        List<PastEvent> history = history(user);
        Map<String, Object> page =
                asking.with(
                        user,
                        held -> {
                            LiveModel model = held.model();
                            NumberedHistory numbered = NumberedHistory.of(model, history, Map.of());
                            if (!numbered.isKnown()) {
                                throw Problem.of(422, "Nothing known", view.t("why.nothing"));
                            }
                            Moment moment = asking.moment(numbered.events());
                            Explanation explanation =
                                    asking.explain(
                                            model,
                                            new Explainer.Question(
                                                    moment,
                                                    outcome(ctx, model, moment, task),
                                                    optional(ctx, "shapley").isEmpty() ? 0 : PAIRS,
                                                    !optional(ctx, "flip").isEmpty(),
                                                    0.5,
                                                    1));
                            return why(view, model, moment, explanation);
                        });
        console.show(ctx, view, "why", page);
    }

    private Outcome outcome(Context ctx, LiveModel model, Moment moment, Task task) {
        String item = optional(ctx, "item");
        int number = item.isEmpty() ? 0 : model.bundle().catalog().indexOf(item);
        if (!item.isEmpty() && number == 0) {
            throw Problem.of(422, "Nothing known", "the model knows no item " + item);
        }
        NextItem place = new NextItem(number, model.question(moment.history(), 1).rule());
        Duration horizon =
                task == Task.CHURN
                        ? parts.shop().tasks().churnHorizon()
                        : parts.shop().tasks().intentHorizon();
        int target = model.manifest().behaviours().indexOf(parts.shop().target());
        return Outcome.of(task, place, target, horizon.toMillis() / 1e3);
    }

    private static Map<String, Object> why(
            View view, LiveModel model, Moment moment, Explanation explanation) {
        ExplanationText text =
                new ExplanationText(
                        view.messages().language(),
                        item -> item == 0 ? view.t("item.unknown") : Asking.title(model, item),
                        item ->
                                Asking.facts(model, item)
                                        .getOrDefault("category", view.t("item.unknown")),
                        model.manifest().behaviours().stream()
                                .map(behaviour -> view.named("behaviour", behaviour))
                                .toList());
        Outcome outcome = explanation.outcome();
        List<Moved> rows = new ArrayList<>();
        List<Integer> strongest = new ArrayList<>();
        for (int i = 0; i < explanation.events().size(); i++) {
            strongest.add(i);
            Effect effect = explanation.events().get(i);
            int player = i;
            rows.add(
                    new Moved(
                            text.name(moment, effect.part()),
                            text.plain(outcome, effect.without().value()),
                            view.signed(explanation.effect(effect)),
                            explanation
                                    .shapley()
                                    .map(
                                            values ->
                                                    view.signed(values.values()[player])
                                                            + " ± "
                                                            + String.format(
                                                                    Locale.ROOT,
                                                                    "%.3f",
                                                                    values.standardErrors()[
                                                                            player]))
                                    .orElse("")));
        }
        strongest.sort(
                Comparator.comparingDouble(
                        i -> -Math.abs(explanation.effect(explanation.events().get(i)))));
        List<Integer> shown = strongest.subList(0, Math.min(BARS, strongest.size()));
        List<String> labels = new ArrayList<>();
        double[] values = new double[shown.size()];
        for (int i = 0; i < values.length; i++) {
            labels.add(text.label(moment, explanation.events().get(shown.get(i)).part()));
            values[i] = explanation.effect(explanation.events().get(shown.get(i)));
        }
        return Map.of(
                "sentences",
                text.sentences(moment, explanation),
                "rows",
                rows,
                "hasShapley",
                explanation.shapley().isPresent(),
                "chart",
                Chart.bars(view.t("why.x." + axis(outcome)), labels, values).json(),
                "bars",
                values.length);
    }

    private static String axis(Outcome outcome) {
        if (outcome instanceof Outcome.NextTime) {
            return "rate";
        }
        return outcome.isProbability() ? "probability" : "share";
    }

    private void whatIf(Context ctx, View view) {
        String user = required(ctx, "id");
        List<PastEvent> history = history(user);
        List<Added> added = added(ctx, user);
        List<PastEvent> longer = new ArrayList<>(history);
        long now = parts.nowMicros().getAsLong();
        for (Added event : added) {
            longer.add(new PastEvent(0, event.item(), event.behaviour(), now));
        }
        Foretold before = asking.foretell(user, history, NEXT, false);
        Foretold after = asking.foretell(user, longer, NEXT, false);
        console.show(
                ctx,
                view,
                "whatIf",
                Map.of(
                        "user",
                        user,
                        "added",
                        added,
                        "behaviours",
                        parts.behaviours(),
                        "items",
                        after.items(),
                        "figures",
                        compared(view, before, after),
                        "ranks",
                        ranks(before, after)));
    }

    private List<Added> added(Context ctx, String user) {
        List<String> texts = new ArrayList<>(ctx.queryParams("add"));
        String item = optional(ctx, "item").strip();
        if (!item.isEmpty()) {
            texts.add(optional(ctx, "behaviour") + ":" + item);
        }
        List<Added> added = new ArrayList<>();
        for (String text : texts.subList(Math.max(0, texts.size() - 20), texts.size())) {
            int colon = text.indexOf(':');
            String behaviour = colon < 0 ? "" : text.substring(0, colon);
            String id = text.substring(colon + 1);
            if (!parts.behaviours().contains(behaviour)) {
                throw Problem.of(400, "Bad request", "no behaviour is named '" + behaviour + "'");
            }
            String title =
                    asking.with(
                            user,
                            held -> {
                                int number = held.model().bundle().catalog().indexOf(id);
                                return number == 0 ? "" : Asking.title(held.model(), number);
                            });
            if (title.isEmpty()) {
                throw Problem.of(422, "Nothing known", "the model knows no item '" + id + "'");
            }
            added.add(new Added(behaviour, id, title));
        }
        return added;
    }

    private List<Compared> compared(View view, Foretold before, Foretold after) {
        List<Compared> rows = new ArrayList<>();
        List<Figure> now = figures(view, before);
        List<Figure> then = figures(view, after);
        for (int i = 0; i < Math.min(now.size(), then.size()); i++) {
            double more = then.get(i).number() - now.get(i).number();
            rows.add(
                    new Compared(
                            now.get(i).label(),
                            now.get(i).value(),
                            then.get(i).value(),
                            more > 0 ? "↑" : more < 0 ? "↓" : "="));
        }
        return rows;
    }

    /** Where the first items of then stood. */
    private static List<Compared> ranks(Foretold before, Foretold after) {
        Map<String, Integer> earlier = new LinkedHashMap<>();
        before.items().forEach(ranked -> earlier.put(ranked.item(), ranked.rank()));
        List<Compared> rows = new ArrayList<>();
        for (Ranked ranked : after.items()) {
            Integer was = earlier.get(ranked.item());
            rows.add(
                    new Compared(
                            ranked.title(),
                            was == null ? "> " + NEXT : was.toString(),
                            Integer.toString(ranked.rank()),
                            was == null || was > ranked.rank()
                                    ? "↑"
                                    : was < ranked.rank() ? "↓" : "="));
        }
        return rows;
    }

    private void forget(Context ctx, View view) {
        String user = Optional.ofNullable(ctx.formParam("id")).orElse("");
        parts.forgetting().forget(parts.store(), user, view.who()).join();
        Console.goTo(ctx, View.path("shoppers"));
    }

    private void shopperCsv(Context ctx, View view) {
        Csv csv = new Csv("event", "time", "behaviour", "item");
        List<PastEvent> history = history(required(ctx, "id"));
        for (int event = 0; event < history.size(); event++) {
            PastEvent past = history.get(event);
            csv.row(event + 1, view.time(past.timeMicros()), past.behaviour(), past.item());
        }
        csv.send(ctx, "shopper");
    }

    private void nextCsv(Context ctx, View view) {
        String user = required(ctx, "id");
        Csv csv = new Csv("rank", "item", "title", "score");
        for (Ranked ranked : asking.foretell(user, history(user), 100, false).items()) {
            csv.row(ranked.rank(), ranked.item(), ranked.title(), ranked.score());
        }
        csv.send(ctx, "next-items");
    }
}
