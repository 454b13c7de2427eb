package dev.nextact.serve.console;

import dev.nextact.core.Spans;
import dev.nextact.predict.PredictAudience;
import dev.nextact.predict.PredictAudience.Backtest;
import dev.nextact.predict.PredictAudience.Summary;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.AudienceDesk;
import dev.nextact.serve.live.AudienceDesk.Audience;
import dev.nextact.serve.live.AudienceDesk.Question;
import dev.nextact.serve.live.AudienceDesk.State;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Audiences: asked for, built in the background, looked at, and taken away as a file. */
public final class CampaignPages {

    private static final String CATEGORY = "category";
    private static final String ITEM = "item";

    /** Categories that are proposed. */
    private static final int PROPOSED = 500;

    private final Console console;
    private final ServerParts parts;
    private final Asking asking;
    private final AudienceDesk desk;

    /**
     * One of the list.
     *
     * @param state {@code building}, {@code built}, {@code few} or {@code failed}
     * @param expected buyers, as they are written
     */
    public record Listed(int number, String what, String state, String expected) {}

    CampaignPages(Console console, ServerParts parts, Asking asking) {
        this.console = console;
        this.parts = parts;
        this.asking = asking;
        this.desk = parts.prepared().audiences();
    }

    void add() {
        console.get("campaigns", Scope.READ, this::list);
        console.get("campaigns.csv", Scope.READ, this::listCsv);
        console.post("campaigns", Scope.READ, this::build);
        console.get("campaign", Scope.READ, this::one);
        console.get("campaign/now", Scope.READ, this::now);
        console.get("campaign.csv", Scope.READ, this::csv);
    }

    private void list(Context ctx, View view) {
        List<Listed> rows = desk.all().stream().map(audience -> listed(view, audience)).toList();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("rows", rows);
        page.put("canBuild", desk.canBuild());
        page.put("behaviours", parts.behaviours());
        page.put("target", parts.shop().target());
        page.put("horizon", Spans.text(parts.shop().tasks().intentHorizon()));
        page.put("categories", categories());
        console.show(ctx, view, "campaigns", page);
    }

    private void listCsv(Context ctx, View view) {
        Csv csv =
                new Csv(
                        "number",
                        "audience",
                        "state",
                        "contacted",
                        "expected",
                        "low_95",
                        "high_95");
        for (Audience audience : desk.all()) {
            Optional<Summary> summary =
                    audience.state() instanceof State.Built built
                            ? Optional.of(built.summary())
                            : Optional.empty();
            csv.row(
                    audience.number(),
                    what(view, audience.question()),
                    name(audience.state()),
                    summary.map(of -> Long.toString(of.reach().contacted())).orElse(""),
                    summary.map(Summary::expected).orElse(Double.NaN),
                    summary.map(Summary::low).orElse(Double.NaN),
                    summary.map(Summary::high).orElse(Double.NaN));
        }
        csv.send(ctx, "audiences");
    }

    private List<String> categories() {
        return asking.with(
                "",
                held ->
                        held.model().attributes().fields().contains(CATEGORY)
                                ? held.model().attributes().values(CATEGORY).stream()
                                        .limit(PROPOSED)
                                        .toList()
                                : List.of());
    }

    private static Listed listed(View view, Audience audience) {
        State state = audience.state();
        return new Listed(
                audience.number(),
                what(view, audience.question()),
                name(state),
                state instanceof State.Built built ? expected(view, built.summary()) : "–");
    }

    private static String name(State state) {
        if (state instanceof State.Building) {
            return "building";
        }
        if (state instanceof State.Built) {
            return "built";
        }
        return state instanceof State.TooFew ? "few" : "failed";
    }

    private static String what(View view, Question question) {
        String named = view.named("behaviour", question.behaviour());
        String behaviour = named.substring(0, 1).toUpperCase(Locale.ROOT) + named.substring(1);
        String span = view.span(question.horizon().toMillis() / 1e3);
        if (question.category().isPresent()) {
            return view.t("campaign.what.category", behaviour, question.category().get(), span);
        }
        return question.item()
                .map(item -> view.t("campaign.what.item", behaviour, item, span))
                .orElseGet(() -> view.t("campaign.what.anything", behaviour, span));
    }

    private static String expected(View view, Summary summary) {
        return view.t(
                "campaign.range",
                view.number(Math.round(summary.expected())),
                view.number(Math.round(summary.low())),
                view.number(Math.round(summary.high())));
    }

    private static String field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
    }

    private void build(Context ctx, View view) {
        if (!desk.canBuild()) {
            throw Problem.of(422, "No log", view.t("campaigns.no.log"));
        }
        String behaviour = field(ctx, "behaviour");
        if (!parts.behaviours().contains(behaviour)) {
            throw Problem.of(400, "Bad request", view.t("problem.behaviour", behaviour));
        }
        String of = field(ctx, "of");
        String name = field(ctx, "name");
        boolean isOfSome = of.equals(CATEGORY) || of.equals(ITEM);
        if (isOfSome && name.isEmpty()) {
            throw Problem.of(400, "Bad request", view.t("campaign.name.missing"));
        }
        Question question =
                new Question(
                        behaviour,
                        of.equals(CATEGORY) ? Optional.of(name) : Optional.empty(),
                        of.equals(ITEM) ? Optional.of(name) : Optional.empty(),
                        horizon(view, field(ctx, "horizon")),
                        size(view, field(ctx, "size")),
                        holdout(view, field(ctx, "holdout")));
        Audience audience = desk.ask(question);
        parts.forgetting().audit().add(view.who(), "audience", question.toString());
        Console.goTo(ctx, View.path("campaign", "number", Integer.toString(audience.number())));
    }

    private static Duration horizon(View view, String text) {
        return Spans.parse(text)
                .filter(span -> !span.isZero())
                .orElseThrow(
                        () ->
                                Problem.of(
                                        400,
                                        "Bad request",
                                        view.t("campaign.horizon.wrong", text)));
    }

    private static OptionalInt size(View view, String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw Problem.of(400, "Bad request", view.t("campaign.size.wrong", text));
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static double holdout(View view, String text) {
        if (!text.matches("|[1-8]?\\d|90")) {
            throw Problem.of(400, "Bad request", view.t("campaign.holdout.wrong", text));
        }
        return text.isEmpty() ? 0 : Integer.parseInt(text) / 100.0;
    }

    private Audience asked(Context ctx, View view) {
        String number = Query.required(ctx, view, "number");
        return Optional.of(number)
                .filter(text -> text.matches("\\d{1,9}"))
                .flatMap(text -> desk.of(Integer.parseInt(text)))
                .orElseThrow(
                        () -> Problem.of(404, "Not found", view.t("campaign.unknown", number)));
    }

    private void one(Context ctx, View view) {
        console.show(ctx, view, "campaign", page(view, asked(ctx, view)));
    }

    private void now(Context ctx, View view) {
        Audience audience = asked(ctx, view);
        if (audience.state() instanceof State.Building) {
            console.show(ctx, view, "campaignNow", page(view, audience));
        } else {
            // the whole page, with its charts
            ctx.header("HX-Refresh", "true").result("");
        }
    }

    private Map<String, Object> page(View view, Audience audience) {
        Map<String, Object> page = new LinkedHashMap<>();
        State state = audience.state();
        page.put("number", audience.number());
        page.put("what", what(view, audience.question()));
        page.put("state", name(state));
        page.put("done", state instanceof State.Building building ? building.done() : 0L);
        page.put("total", state instanceof State.Building building ? building.total() : 0L);
        page.put("why", state instanceof State.Failed failed ? failed.why() : "");
        page.put("least", desk.least());
        if (state instanceof State.Built built) {
            Summary summary = built.summary();
            page.put("summary", summary);
            page.put("expected", expected(view, summary));
            page.put("hasList", desk.list(built).isPresent());
            page.put("gain", gain(view, summary));
            page.put("backtest", summary.backtest().map(of -> backtest(view, of)).orElse(""));
            page.put("reached", summary.backtest().map(of -> reached(view, of)).orElse(""));
        }
        return page;
    }

    private static String gain(View view, Summary summary) {
        double all = summary.curve()[PredictAudience.STEPS];
        return Chart.lines(view.t("campaign.gain.x"), view.t("campaign.gain.y"))
                .line(view.t("campaign.likeliest"), points(summary.curve(), 1))
                .line(
                        view.t("campaign.random"),
                        List.of(new double[] {0, 0}, new double[] {100, all}))
                .json();
    }

    private static String reached(View view, Backtest backtest) {
        return Chart.lines(view.t("campaign.reached.x"), view.t("campaign.reached.y"))
                .line(view.t("campaign.likeliest"), points(backtest.reached(), 100))
                .line(
                        view.t("campaign.random"),
                        List.of(new double[] {0, 0}, new double[] {100, 100}))
                .json();
    }

    /** Over even shares of the shoppers, in percent. */
    private static List<double[]> points(double[] values, double scale) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            points.add(new double[] {100.0 * i / (values.length - 1), scale * values[i]});
        }
        return points;
    }

    private static String backtest(View view, Backtest backtest) {
        return view.t(
                "campaign.backtest",
                view.span(backtest.days() * 86_400),
                view.number(Math.round(backtest.foretold())),
                view.number((long) backtest.came()));
    }

    private void csv(Context ctx, View view) {
        Audience audience = asked(ctx, view);
        Path list =
                (audience.state() instanceof State.Built built
                                ? desk.list(built)
                                : Optional.<Path>empty())
                        .orElseThrow(() -> Problem.of(410, "Gone", view.t("campaign.list.gone")));
        try {
            Csv.send(ctx, "audience-" + audience.number(), list);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        parts.forgetting().audit().add(view.who(), "audience-list", audience.question().toString());
    }
}
