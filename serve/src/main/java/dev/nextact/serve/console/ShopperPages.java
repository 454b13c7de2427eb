package dev.nextact.serve.console;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.PredictedEvent;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shoppers there are; and one of them: what he did, what comes next, why, and what if. */
public final class ShopperPages {

    private static final int PAGE = 100;
    private static final int TIMELINE = 25;
    private static final int NEXT = 10;
    private static final int MOST_IN_FILE = 100_000;

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
        console.get("shopper/events.csv", Scope.READ, this::eventsCsv);
        console.get("shopper/similar", Scope.READ, this::similar);
        console.post("shopper/forget", Scope.WRITE, this::forget);
    }

    private void list(Context ctx, View view) {
        String prefix = Query.optional(ctx, "prefix");
        List<String> users = parts.store().users(prefix, Query.optional(ctx, "after"), PAGE + 1);
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
        List<PastEvent> events = asking.history(user);
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
            List<String> users = parts.store().users(Query.optional(ctx, "prefix"), after, PAGE);
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
        String user = Query.required(ctx, view, "id");
        List<PastEvent> history = asking.history(user);
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
        page.put("figures", figures(parts.shop(), view, foretold));
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
        String user = Query.required(ctx, view, "id");
        List<PredictedEvent> events = asking.foretell(user, asking.history(user), 1, true).events();
        console.show(
                ctx,
                view,
                "nextEvents",
                Map.of("user", user, "events", events, "chart", nextChart(view, events)));
    }

    private void eventsCsv(Context ctx, View view) {
        String user = Query.required(ctx, view, "id");
        Csv csv =
                new Csv(
                        "rank",
                        "behaviour",
                        "probability",
                        "seconds",
                        "low_seconds",
                        "high_seconds");
        for (PredictedEvent event : asking.foretell(user, asking.history(user), 1, true).events()) {
            csv.row(
                    event.rank(),
                    event.behaviour(),
                    event.probability(),
                    event.seconds(),
                    event.lowSeconds(),
                    event.highSeconds());
        }
        csv.send(ctx, "next-events");
    }

    /** What others did who were like him: it comes later, since the log is looked into. */
    private void similar(Context ctx, View view) {
        String user = Query.required(ctx, view, "id");
        Optional<List<String>> sentences =
                asking.with(
                        user,
                        held -> {
                            LiveModel model = held.model();
                            NumberedHistory numbered =
                                    NumberedHistory.of(model, asking.history(user), Map.of());
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
                            Query.optional(ctx, "page").isEmpty()
                                    ? "0"
                                    : Query.optional(ctx, "page")));
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

    /** When the target comes and stays away; none where the model does not tell. */
    static List<Figure> figures(ShopConfig shop, View view, Foretold foretold) {
        List<Figure> figures = new ArrayList<>();
        String target = shop.target();
        HazardCurve curve = foretold.stays().get(target);
        if (curve != null) {
            double intent = shop.tasks().intentHorizon().toMillis() / 1e3;
            double churn = shop.tasks().churnHorizon().toMillis() / 1e3;
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

    private void forget(Context ctx, View view) {
        String user = Optional.ofNullable(ctx.formParam("id")).orElse("");
        parts.forgetting().forget(parts.store(), user, view.who()).join();
        Console.goTo(ctx, View.path("shoppers"));
    }

    private void shopperCsv(Context ctx, View view) {
        Csv csv = new Csv("event", "time", "behaviour", "item");
        List<PastEvent> history = asking.history(Query.required(ctx, view, "id"));
        for (int event = 0; event < history.size(); event++) {
            PastEvent past = history.get(event);
            csv.row(event + 1, view.time(past.timeMicros()), past.behaviour(), past.item());
        }
        csv.send(ctx, "shopper");
    }

    private void nextCsv(Context ctx, View view) {
        String user = Query.required(ctx, view, "id");
        Csv csv = new Csv("rank", "item", "title", "score");
        for (Ranked ranked : asking.foretell(user, asking.history(user), 100, false).items()) {
            csv.row(ranked.rank(), ranked.item(), ranked.title(), ranked.score());
        }
        csv.send(ctx, "next-items");
    }
}
