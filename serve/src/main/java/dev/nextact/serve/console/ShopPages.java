package dev.nextact.serve.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.ServeConfig;
import dev.nextact.core.ShopConfig;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The data that models were learned from; and how this server is set. */
public final class ShopPages {

    private final Console console;
    private final ServerParts parts;

    /** Why rows are not as they came. */
    public record Reason(String what, String reason, long rows) {}

    /** A table of the prepared data. */
    public record Table(String name, long rows, String sha256) {}

    /** Of one behaviour. */
    public record Behaviour(String name, long events) {}

    ShopPages(Console console, ServerParts parts) {
        this.console = console;
        this.parts = parts;
    }

    void add() {
        console.get("data", Scope.READ, this::data);
        console.get("data.csv", Scope.READ, this::dataCsv);
        console.get("data/behaviours.csv", Scope.READ, this::behavioursCsv);
        console.get("data/reasons.csv", Scope.READ, this::reasonsCsv);
        console.get("settings", Scope.READ, this::settings);
        console.get("settings.csv", Scope.READ, this::settingsCsv);
    }

    private Optional<JsonNode> report() {
        return JsonFile.read(parts.shop().preparedDirectory().resolve("report.json"));
    }

    private void data(Context ctx, View view) {
        Optional<JsonNode> report = report();
        if (report.isEmpty()) {
            console.show(ctx, view, "noData", Map.of());
            return;
        }
        JsonNode tree = report.get();
        Map<String, Object> page = new LinkedHashMap<>();
        Map<String, Long> rows = new LinkedHashMap<>();
        for (String kind : List.of("read", "kept", "repaired", "rejected")) {
            rows.put(kind, tree.path("rows").path(kind).asLong());
        }
        page.put("rows", rows);
        page.put("reasons", reasons(tree.path("rows")));
        page.put("tables", tables(tree));
        List<Behaviour> behaviours = behaviours(tree);
        page.put("behaviours", behaviours);
        page.put("users", tree.path("users").asLong());
        page.put("items", tree.path("items").asLong());
        page.put("events", tree.path("events").asLong());
        page.put("first", tree.path("first_event").asText("–"));
        page.put("last", tree.path("last_event").asText("–"));
        page.put("fingerprint", tree.path("fingerprint").asText("–"));
        page.put("byDay", byDay(view, tree, behaviours));
        console.show(ctx, view, "data", page);
    }

    private static List<Behaviour> behaviours(JsonNode tree) {
        List<Behaviour> behaviours = new ArrayList<>();
        tree.path("behaviours")
                .forEach(
                        one ->
                                behaviours.add(
                                        new Behaviour(
                                                one.path("name").asText(),
                                                one.path("events").asLong())));
        return behaviours;
    }

    private static List<Reason> reasons(JsonNode rows) {
        List<Reason> reasons = new ArrayList<>();
        for (String kind : List.of("repaired", "rejected")) {
            rows.path(kind + "_by_reason")
                    .properties()
                    .forEach(
                            one ->
                                    reasons.add(
                                            new Reason(
                                                    kind, one.getKey(), one.getValue().asLong())));
        }
        rows.path("flagged")
                .properties()
                .forEach(
                        one ->
                                reasons.add(
                                        new Reason(
                                                "flagged", one.getKey(), one.getValue().asLong())));
        return reasons;
    }

    private static List<Table> tables(JsonNode tree) {
        List<Table> tables = new ArrayList<>();
        tree.path("tables")
                .properties()
                .forEach(
                        one ->
                                tables.add(
                                        new Table(
                                                one.getKey(),
                                                one.getValue().path("rows").asLong(),
                                                one.getValue().path("sha256").asText())));
        return tables;
    }

    private static String byDay(View view, JsonNode tree, List<Behaviour> behaviours) {
        JsonNode days = tree.path("figures").path("events_by_day");
        if (!days.isArray() || days.isEmpty()) {
            return "";
        }
        Chart chart =
                Chart.lines(
                        view.t("data.day.x", days.get(0).path("label").asText()),
                        view.t("data.day.y"));
        for (int b = 0; b < behaviours.size(); b++) {
            List<double[]> points = new ArrayList<>();
            for (int day = 0; day < days.size(); day++) {
                points.add(new double[] {day, days.get(day).path("values").path(b).asDouble()});
            }
            chart.line(view.named("behaviour", behaviours.get(b).name()), points);
        }
        return chart.json();
    }

    private void dataCsv(Context ctx, View view) {
        Csv csv = new Csv("table", "rows", "sha256");
        report().map(ShopPages::tables)
                .orElse(List.of())
                .forEach(table -> csv.row(table.name(), table.rows(), table.sha256()));
        csv.send(ctx, "tables");
    }

    private void behavioursCsv(Context ctx, View view) {
        Csv csv = new Csv("behaviour", "events");
        report().map(ShopPages::behaviours)
                .orElse(List.of())
                .forEach(one -> csv.row(one.name(), one.events()));
        csv.send(ctx, "behaviours");
    }

    private void reasonsCsv(Context ctx, View view) {
        Csv csv = new Csv("what", "reason", "rows");
        report().map(tree -> reasons(tree.path("rows")))
                .orElse(List.of())
                .forEach(one -> csv.row(one.what(), one.reason(), one.rows()));
        csv.send(ctx, "reasons");
    }

    private void settings(Context ctx, View view) {
        console.show(ctx, view, "settings", Map.of("values", settings(view)));
    }

    private void settingsCsv(Context ctx, View view) {
        Csv csv = new Csv("key", "value");
        settings(view).forEach(csv::row);
        csv.send(ctx, "settings");
    }

    private Map<String, String> settings(View view) {
        ShopConfig shop = parts.shop();
        ServeConfig serve = shop.serve();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("model.name", shop.model().name());
        values.put("target", shop.target());
        values.put(
                "tasks.intent.horizon", view.span(shop.tasks().intentHorizon().toMillis() / 1e3));
        values.put("tasks.churn.horizon", view.span(shop.tasks().churnHorizon().toMillis() / 1e3));
        values.put("serve.host", serve.host());
        values.put("serve.admin_host", serve.adminHost());
        values.put("serve.history.store", serve.history().store().name().toLowerCase(Locale.ROOT));
        values.put("serve.history.events", view.number(serve.history().events()));
        values.put("serve.history.keep", view.span(serve.history().keep().toMillis() / 1e3));
        values.put("serve.limits.timeout_millis", view.number(serve.limits().timeoutMillis()));
        values.put(
                "serve.limits.requests_per_second",
                view.number(serve.limits().requestsPerSecond()));
        values.put("serve.filters", String.join(", ", serve.filters()));
        values.put("serve.tls", view.t(serve.tls().isPresent() ? "yes" : "no"));
        values.put("serve.stream", serve.stream().map(ServeConfig.Stream::topic).orElse("–"));
        return values;
    }
}
