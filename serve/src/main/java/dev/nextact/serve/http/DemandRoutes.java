package dev.nextact.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.predict.DemandTable;
import dev.nextact.serve.live.LiveDemand;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What will sell of an item. */
final class DemandRoutes {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** More than any model sees ahead. */
    private static final int MOST_STEPS = 10_000;

    /** A second of a processor foretells some hundreds of items. */
    private static final int RETRY_SECONDS = 5;

    private final LiveDemand demand;

    DemandRoutes(LiveDemand demand) {
        this.demand = demand;
    }

    List<Route> routes() {
        List<String> periods =
                Arrays.stream(DemandPeriod.values()).map(DemandPeriod::title).toList();
        Map<String, Object> step =
                Schema.object(
                        "starts*",
                        Schema.text("its first day, UTC"),
                        "expected*",
                        Schema.number("units; what adds up over items"),
                        "low_80*",
                        Schema.number("lower end of the interval that holds 80 %"),
                        "high_80*",
                        Schema.number("its upper end"),
                        "quantiles*",
                        Schema.byName(
                                "units by the level that they do not exceed",
                                DemandForecast.LEVELS.size(),
                                Schema.number("units")));
        Map<String, Object> reasons =
                Schema.object(
                        "expected*",
                        Schema.number("units over the horizon, by the network alone"),
                        "periods*",
                        Schema.list(
                                "what sold in each, the newest first",
                                DemandTable.PAST,
                                effect("starts*", Schema.text("its first day, UTC"))),
                        "numbers*",
                        Schema.list(
                                "kinds of numbers",
                                MOST_STEPS,
                                effect(
                                        "of*",
                                        Schema.text(
                                                "sales, price, category, season, market, or an act"
                                                        + " before a purchase"))));
        return List.of(
                new Route(
                        HandlerType.GET,
                        "/v1/items/{item}/demand",
                        Scope.READ,
                        Route.Door.MAIN,
                        "itemDemand",
                        "How many units of an item will sell, from the end of the log that was"
                                + " prepared when the server started; with ?explain=true what moved"
                                + " that",
                        Optional.empty(),
                        200,
                        Optional.of(
                                Schema.object(
                                        "item*",
                                        Schema.text("as asked"),
                                        "version*",
                                        Schema.whole("of the model", 1, Integer.MAX_VALUE),
                                        "period*",
                                        Schema.choice("the length of a step", periods),
                                        "steps*",
                                        Schema.list("the horizon", MOST_STEPS, step),
                                        "reasons",
                                        reasons)),
                        this::answer));
    }

    private static Map<String, Object> effect(String name, Map<String, Object> schema) {
        return Schema.object(
                name,
                schema,
                "sold",
                Schema.number("units of a period"),
                "without*",
                Schema.number("units over the horizon, had it been as usual"),
                "effect*",
                Schema.number("expected less without"));
    }

    private DemandTable table() {
        LiveDemand.State state = demand.state();
        if (state instanceof LiveDemand.State.Ready ready) {
            return ready.table();
        }
        if (state instanceof LiveDemand.State.Absent absent) {
            throw NextactException.bundle("%s", absent.why());
        }
        throw Problem.retry(
                503,
                "Not ready",
                "What will sell is being foretold since the server started",
                RETRY_SECONDS);
    }

    private void answer(Context ctx) {
        DemandTable table = table();
        String item = ctx.pathParam("item");
        DemandForecast forecast =
                table.of(item)
                        .orElseThrow(
                                () ->
                                        Problem.of(
                                                404,
                                                "Not found",
                                                "Neither the log nor a table of items knows this"
                                                        + " item"));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("item", item);
        tree.put("version", table.version());
        tree.put("period", table.period().title());
        List<Map<String, Object>> steps = new ArrayList<>();
        for (int h = 0; h < forecast.horizon(); h++) {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("starts", table.starts().get(h).toString());
            step.put("expected", forecast.mean()[h]);
            step.put("low_80", forecast.interval()[h][0]);
            step.put("high_80", forecast.interval()[h][1]);
            Map<String, Object> quantiles = new LinkedHashMap<>();
            for (int q = 0; q < DemandForecast.LEVELS.size(); q++) {
                quantiles.put(DemandForecast.LEVELS.get(q).toString(), forecast.quantiles()[h][q]);
            }
            step.put("quantiles", quantiles);
            steps.add(step);
        }
        tree.put("steps", steps);
        if ("true".equals(ctx.queryParam("explain"))) {
            tree.put(
                    "reasons",
                    table.reasons(item)
                            .orElseThrow(
                                    () ->
                                            Problem.of(
                                                    422,
                                                    "Model refused",
                                                    "The shop's past is too large to be kept for"
                                                            + " reasons: `nextact explain --task"
                                                            + " demand` tells them"))
                            .toTree());
        }
        try {
            ctx.contentType("application/json").result(JSON.writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
