package dev.nextact.serve.console;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.StockAdvice;
import dev.nextact.predict.DemandReasons;
import dev.nextact.predict.DemandReasons.Effect;
import dev.nextact.predict.DemandTable;
import dev.nextact.predict.DemandTable.Row;
import dev.nextact.predict.explain.DemandText;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.live.LiveDemand;
import dev.nextact.serve.live.LiveModel;
import io.javalin.http.Context;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What will sell: of everything, of each category, of each item; and how much to have of it. */
public final class ForecastPages {

    private static final int PAGE = 100;
    private static final int MOST_IN_FILE = 100_000;
    private static final String CATEGORY = "category";

    /** Bars of an explanation. */
    private static final int BARS = 10;

    /** Probability that nothing is missing, where none is asked for. */
    private static final double SERVICE_LEVEL = 0.95;

    private final Console console;
    private final Asking asking;
    private final LiveDemand demand;

    /**
     * One of the table.
     *
     * @param sold units, over as many periods as are foretold
     * @param low of what is expected over the horizon, the lower end of the interval of 80 %
     */
    public record Listed(
            String name,
            String title,
            String category,
            double sold,
            double expected,
            double low,
            double high) {}

    /**
     * One step of a horizon.
     *
     * @param day its first, UTC
     */
    public record Step(String day, double expected, double low, double high) {}

    ForecastPages(Console console, Asking asking, LiveDemand demand) {
        this.console = console;
        this.asking = asking;
        this.demand = demand;
    }

    void add() {
        console.get("forecast", Scope.READ, this::list);
        console.get("forecast.csv", Scope.READ, this::listCsv);
        console.get("forecast/wait", Scope.READ, this::await);
        console.get("demand", Scope.READ, this::one);
        console.get("demand/part", Scope.READ, this::part);
        console.get("demand/why", Scope.READ, this::why);
        console.get("demand/why.csv", Scope.READ, this::whyCsv);
        console.get("demand.csv", Scope.READ, this::oneCsv);
    }

    /** The table, or a page that says why there is none (yet). */
    private void with(Context ctx, View view, Function<DemandTable, Map<String, Object>> page) {
        LiveDemand.State state = demand.state();
        if (state instanceof LiveDemand.State.Ready ready) {
            console.show(ctx, view, "forecast", page.apply(ready.table()));
        } else {
            console.show(ctx, view, "noForecast", Map.of("why", why(state)));
        }
    }

    /** Empty while it is coming. */
    private static String why(LiveDemand.State state) {
        return state instanceof LiveDemand.State.Absent absent ? absent.why() : "";
    }

    private DemandTable table(View view) {
        LiveDemand.State state = demand.state();
        if (state instanceof LiveDemand.State.Ready ready) {
            return ready.table();
        }
        throw Problem.of(422, "No forecast", absent(view, state));
    }

    private static String absent(View view, LiveDemand.State state) {
        String why = why(state);
        return why.isEmpty() ? view.t("forecast.coming") : why;
    }

    /** Has the page loaded again when the forecast is there. */
    private void await(Context ctx, View view) {
        if (demand.state() instanceof LiveDemand.State.Coming) {
            console.show(ctx, view, "forecastWait", Map.of());
        } else {
            ctx.header("HX-Refresh", "true").result("");
        }
    }

    private void list(Context ctx, View view) {
        String query = Query.optional(ctx, "q");
        String category = Query.optional(ctx, CATEGORY);
        boolean byCategory = Query.optional(ctx, "level").equals(CATEGORY);
        int page = ShopperPages.page(ctx);
        with(
                ctx,
                view,
                table -> {
                    List<Row> all = byCategory ? table.categories() : found(table, query, category);
                    int from = Math.min(all.size(), page * PAGE);
                    int to = Math.min(all.size(), from + PAGE);
                    Row above =
                            table.categories().stream()
                                    .filter(row -> row.name().equals(category))
                                    .findFirst()
                                    .orElse(table.total());
                    Map<String, Object> shown = new LinkedHashMap<>();
                    shown.put("query", query);
                    shown.put("category", category);
                    shown.put("byCategory", byCategory);
                    shown.put("hasCategories", !table.categories().isEmpty());
                    shown.put("chart", fan(view, table, above));
                    shown.put("above", listed(view, table, above));
                    shown.put("horizon", horizon(view, table));
                    shown.put("from", table.starts().get(0).toString());
                    shown.put("version", table.version());
                    shown.put(
                            "rows",
                            all.subList(from, to).stream()
                                    .map(row -> listed(view, table, row))
                                    .toList());
                    shown.put("count", all.size());
                    shown.put("older", to < all.size() ? page + 1 : -1);
                    shown.put("newer", page - 1);
                    return shown;
                });
    }

    private List<Row> found(DemandTable table, String query, String category) {
        if (query.isEmpty() && category.isEmpty()) {
            return table.items();
        }
        String wanted = query.toLowerCase(Locale.ROOT);
        return asking.with(
                "",
                held ->
                        table.items().stream()
                                .filter(
                                        row ->
                                                category.isEmpty()
                                                        || row.category().equals(category))
                                .filter(
                                        row ->
                                                row.name().toLowerCase(Locale.ROOT).contains(wanted)
                                                        || title(held.model(), row.name())
                                                                .toLowerCase(Locale.ROOT)
                                                                .contains(wanted))
                                .toList());
    }

    /** The id where the model of shoppers knows no such item. */
    private static String title(LiveModel model, String item) {
        int number = model.bundle().catalog().indexOf(item);
        return number == 0 ? item : Asking.title(model, number);
    }

    private Listed listed(View view, DemandTable table, Row row) {
        double[] over = table.over(row);
        String title =
                table.item(row.name()).isPresent()
                        ? asking.with("", held -> title(held.model(), row.name()))
                        : row.name().equals(DemandPanel.TOTAL)
                                ? view.t("forecast.total")
                                : row.name();
        return new Listed(
                row.name(),
                title,
                row.category(),
                row.soldLast(table.horizon()),
                row.expected(),
                over[0],
                over[1]);
    }

    private static String horizon(View view, DemandTable table) {
        return view.span(table.horizon() * table.period().micros() / 1e6);
    }

    private void listCsv(Context ctx, View view) {
        DemandTable table = table(view);
        boolean byCategory = Query.optional(ctx, "level").equals(CATEGORY);
        List<Row> rows =
                byCategory
                        ? table.categories()
                        : found(table, Query.optional(ctx, "q"), Query.optional(ctx, CATEGORY));
        Csv csv =
                new Csv(
                        byCategory ? CATEGORY : "item",
                        "title",
                        "starts",
                        "period",
                        "periods",
                        "sold_before",
                        "expected",
                        "low_80",
                        "high_80");
        for (Row row : rows.subList(0, Math.min(MOST_IN_FILE, rows.size()))) {
            Listed listed = listed(view, table, row);
            csv.row(
                    listed.name(),
                    listed.title(),
                    table.starts().get(0),
                    table.period().title(),
                    table.horizon(),
                    listed.sold(),
                    listed.expected(),
                    listed.low(),
                    listed.high());
        }
        csv.send(ctx, "forecast");
    }

    private static Row row(View view, DemandTable table, String item) {
        return table.item(item)
                .orElseThrow(() -> Problem.of(404, "Not found", view.t("forecast.unknown", item)));
    }

    /**
     * An item's own page, where there is no other: of those that the model of shoppers knows not.
     */
    private void one(Context ctx, View view) {
        String item = Query.required(ctx, view, "item");
        boolean isKnown =
                asking.with("", held -> held.model().bundle().catalog().indexOf(item) != 0);
        if (isKnown) {
            Console.goTo(ctx, View.path("item", "id", item));
            return;
        }
        Map<String, Object> page = new LinkedHashMap<>(part(ctx, view, table(view), item));
        page.put("title", item);
        console.show(ctx, view, "demand", page);
    }

    private void part(Context ctx, View view) {
        String item = Query.required(ctx, view, "item");
        LiveDemand.State state = demand.state();
        if (state instanceof LiveDemand.State.Ready ready && ready.table().item(item).isPresent()) {
            console.show(ctx, view, "demandPart", part(ctx, view, ready.table(), item));
        } else {
            boolean isReady = state instanceof LiveDemand.State.Ready;
            console.show(
                    ctx,
                    view,
                    "noDemand",
                    Map.of(
                            "why",
                            isReady ? view.t("forecast.unknown", item) : absent(view, state)));
        }
    }

    private Map<String, Object> part(Context ctx, View view, DemandTable table, String item) {
        Row row = row(view, table, item);
        int periods = whole(ctx, "periods", table.horizon(), table.horizon());
        double level = level(ctx);
        StockAdvice advice = table.stock(row, periods, level);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("item", item);
        page.put("listed", listed(view, table, row));
        page.put("horizon", horizon(view, table));
        page.put("chart", fan(view, table, row));
        page.put("steps", steps(table, row));
        page.put("advice", advice);
        page.put("most", table.horizon());
        page.put("period", view.t("period." + table.period().title()));
        page.put("percent", Math.round(100 * level));
        return page;
    }

    private static int whole(Context ctx, String name, int otherwise, int most) {
        String text = Query.optional(ctx, name);
        return text.matches("\\d{1,4}")
                ? Math.max(1, Math.min(most, Integer.parseInt(text)))
                : otherwise;
    }

    private static double level(Context ctx) {
        return whole(ctx, "level", (int) Math.round(100 * SERVICE_LEVEL), 99) / 100.0;
    }

    private static List<Step> steps(DemandTable table, Row row) {
        DemandForecast forecast = row.forecast();
        List<Step> steps = new ArrayList<>();
        for (int h = 0; h < forecast.horizon(); h++) {
            steps.add(
                    new Step(
                            table.starts().get(h).toString(),
                            forecast.mean()[h],
                            forecast.interval()[h][0],
                            forecast.interval()[h][1]));
        }
        return steps;
    }

    private static String fan(View view, DemandTable table, Row row) {
        DemandForecast forecast = row.forecast();
        List<String> days = new ArrayList<>();
        LocalDate first = table.starts().get(0);
        for (int p = -row.sold().length; p < table.horizon(); p++) {
            days.add(first.plusDays((long) p * table.period().days()).toString());
        }
        return Chart.fan(
                        view.t("forecast.x." + table.period().title()),
                        view.t("forecast.y"),
                        days,
                        row.sold(),
                        forecast.mean())
                .with("low", ends(forecast, 0))
                .with("high", ends(forecast, 1))
                .with(
                        "names",
                        List.of(
                                view.t("forecast.sold"),
                                view.t("forecast.expected"),
                                view.t("forecast.interval")))
                .json();
    }

    private static double[] ends(DemandForecast forecast, int end) {
        return Arrays.stream(forecast.interval()).mapToDouble(ends -> ends[end]).toArray();
    }

    private DemandReasons reasons(Context ctx, View view, DemandTable table) {
        String item = row(view, table, Query.required(ctx, view, "item")).name();
        return table.reasons(item)
                .orElseThrow(() -> Problem.of(422, "Too large", view.t("demand.why.large")));
    }

    private void whyCsv(Context ctx, View view) {
        DemandReasons reasons = reasons(ctx, view, table(view));
        DemandText text = new DemandText(view.messages().language());
        Csv csv = new Csv("what", "sold", "units_it_adds");
        for (Effect effect : reasons.strongest()) {
            csv.row(text.label(effect), effect.sold(), reasons.effect(effect));
        }
        csv.send(ctx, "demand-why");
    }

    /** A part of the page that comes when it is asked for. */
    private void why(Context ctx, View view) {
        DemandTable table = table(view);
        DemandReasons reasons = reasons(ctx, view, table);
        DemandText text = new DemandText(view.messages().language());
        List<Effect> shown = reasons.strongest().stream().limit(BARS).toList();
        List<String> labels = shown.stream().map(text::label).toList();
        double[] values = shown.stream().mapToDouble(reasons::effect).toArray();
        console.show(
                ctx,
                view,
                "demandWhy",
                Map.of(
                        "item",
                        reasons.item(),
                        "chart",
                        Chart.bars(view.t("demand.why.x"), labels, values).json(),
                        "bars",
                        values.length,
                        "labels",
                        labels,
                        "values",
                        values,
                        "sentences",
                        text.sentences(reasons, table.horizon() * table.period().micros() / 1e6)));
    }

    private void oneCsv(Context ctx, View view) {
        DemandTable table = table(view);
        Row row = row(view, table, Query.required(ctx, view, "item"));
        Csv csv = new Csv("item", "starts", "expected", "low_80", "high_80");
        for (Step step : steps(table, row)) {
            csv.row(row.name(), step.day(), step.expected(), step.low(), step.high());
        }
        csv.send(ctx, "demand");
    }
}
