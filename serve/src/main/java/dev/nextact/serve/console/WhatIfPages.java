package dev.nextact.serve.console;

import dev.nextact.serve.console.Asking.Foretold;
import dev.nextact.serve.console.Asking.Ranked;
import dev.nextact.serve.console.ShopperPages.Figure;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a shopper would be foretold had he done more: a part of his page, and a file. */
public final class WhatIfPages {

    private static final int NEXT = 10;

    /** Events that are added at most. */
    private static final int MOST = 20;

    private final Console console;
    private final ServerParts parts;
    private final Asking asking;

    /** A row of the comparison of what is with what would be. */
    public record Compared(String what, String now, String then, String direction) {}

    /** An event that is added in thought. */
    public record Added(String behaviour, String item, String title) {
        /** As the form sends it. */
        public String text() {
            return behaviour + ":" + item;
        }
    }

    /** What is foretold as it is, and with what is added. */
    private record Thought(List<Added> added, Foretold before, Foretold after) {}

    WhatIfPages(Console console, ServerParts parts, Asking asking) {
        this.console = console;
        this.parts = parts;
        this.asking = asking;
    }

    void add() {
        console.get("shopper/what-if", Scope.READ, this::show);
        console.get("shopper/what-if.csv", Scope.READ, this::csv);
    }

    private Thought thought(Context ctx, View view) {
        String user = Query.required(ctx, view, "id");
        List<PastEvent> history = asking.history(user);
        List<Added> added = added(ctx, view, user);
        List<PastEvent> longer = new ArrayList<>(history);
        long now = parts.nowMicros().getAsLong();
        for (Added event : added) {
            longer.add(new PastEvent(0, event.item(), event.behaviour(), now));
        }
        return new Thought(
                added,
                asking.foretell(user, history, NEXT, false),
                asking.foretell(user, longer, NEXT, false));
    }

    private void show(Context ctx, View view) {
        String user = Query.required(ctx, view, "id");
        Thought thought = thought(ctx, view);
        List<String> address = new ArrayList<>(List.of("id", user));
        thought.added().forEach(event -> address.addAll(List.of("add", event.text())));
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("user", user);
        page.put("added", thought.added());
        page.put("behaviours", parts.behaviours());
        page.put("items", thought.after().items());
        page.put("figures", compared(view, thought));
        page.put("ranks", ranks(thought));
        page.put("csv", View.path("shopper/what-if.csv", address.toArray(String[]::new)));
        console.show(ctx, view, "whatIf", page);
    }

    private List<Added> added(Context ctx, View view, String user) {
        List<String> texts = new ArrayList<>(ctx.queryParams("add"));
        String item = Query.optional(ctx, "item").strip();
        if (!item.isEmpty()) {
            texts.add(Query.optional(ctx, "behaviour") + ":" + item);
        }
        List<Added> added = new ArrayList<>();
        for (String text : texts.subList(Math.max(0, texts.size() - MOST), texts.size())) {
            int colon = text.indexOf(':');
            String behaviour = colon < 0 ? "" : text.substring(0, colon);
            String id = text.substring(colon + 1);
            if (!parts.behaviours().contains(behaviour)) {
                throw Problem.of(400, "Bad request", view.t("problem.behaviour", behaviour));
            }
            String title =
                    asking.with(
                            user,
                            held -> {
                                int number = held.model().bundle().catalog().indexOf(id);
                                return number == 0 ? "" : Asking.title(held.model(), number);
                            });
            if (title.isEmpty()) {
                throw Problem.of(422, "Nothing known", view.t("problem.item", id));
            }
            added.add(new Added(behaviour, id, title));
        }
        return added;
    }

    private List<Compared> compared(View view, Thought thought) {
        List<Compared> rows = new ArrayList<>();
        List<Figure> now = ShopperPages.figures(parts.shop(), view, thought.before());
        List<Figure> then = ShopperPages.figures(parts.shop(), view, thought.after());
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
    private static List<Compared> ranks(Thought thought) {
        Map<String, Integer> earlier = new LinkedHashMap<>();
        thought.before().items().forEach(ranked -> earlier.put(ranked.item(), ranked.rank()));
        List<Compared> rows = new ArrayList<>();
        for (Ranked ranked : thought.after().items()) {
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

    private void csv(Context ctx, View view) {
        Thought thought = thought(ctx, view);
        Csv csv = new Csv("what", "now", "then");
        for (Compared row : compared(view, thought)) {
            csv.row(row.what(), row.now(), row.then());
        }
        for (Compared row : ranks(thought)) {
            csv.row(row.what(), row.now(), row.then());
        }
        csv.send(ctx, "what-if");
    }
}
