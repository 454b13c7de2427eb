package dev.nextact.serve.console;

import dev.nextact.core.EventSequence;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.NextItemAnswer;
import dev.nextact.predict.explain.SimilarShoppers;
import dev.nextact.serve.history.PastEvent;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.LiveDemand;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.NumberedHistory;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The items the model knows; and one of them: what is known of it, and what follows it. */
public final class ItemPages {

    private static final int PAGE = 100;
    private static final int NEXT = 10;

    private final Console console;
    private final ServerParts parts;
    private final Asking asking;

    /** One of the list. */
    public record Listed(String item, String title, Map<String, String> facts, int events) {}

    /**
     * What came before it.
     *
     * @param shoppers who did both
     */
    public record Before(String item, String title, int shoppers) {}

    /** What follows one event of a behaviour with it. */
    public record Follows(String behaviour, List<Asking.Ranked> items) {
        public Follows {
            items = List.copyOf(items);
        }
    }

    ItemPages(Console console, ServerParts parts, Asking asking) {
        this.console = console;
        this.parts = parts;
        this.asking = asking;
    }

    void add() {
        console.get("items", Scope.READ, this::list);
        console.get("items.csv", Scope.READ, this::csv);
        console.get("item", Scope.READ, this::item);
        console.get("item/next.csv", Scope.READ, this::nextCsv);
        console.get("picture", Scope.READ, this::picture);
        console.get("item/before", Scope.READ, this::before);
        console.get("item/before.csv", Scope.READ, this::beforeCsv);
        console.get("search", Scope.READ, this::search);
    }

    /** The most popular first. */
    private static List<Integer> found(LiveModel model, String query) {
        Bundle bundle = model.bundle();
        String wanted = query.toLowerCase(Locale.ROOT);
        return IntStream.rangeClosed(1, bundle.catalog().size())
                .filter(
                        item ->
                                bundle.catalog().id(item).toLowerCase(Locale.ROOT).contains(wanted)
                                        || Asking.title(model, item)
                                                .toLowerCase(Locale.ROOT)
                                                .contains(wanted))
                .boxed()
                .sorted(Comparator.comparingInt(item -> -bundle.trainEvents(item)))
                .toList();
    }

    private static Listed listed(LiveModel model, int item) {
        return new Listed(
                model.bundle().catalog().id(item),
                Asking.title(model, item),
                Asking.facts(model, item),
                model.bundle().trainEvents(item));
    }

    private void list(Context ctx, View view) {
        String query = Query.optional(ctx, "q");
        int page = ShopperPages.page(ctx);
        Map<String, Object> shown =
                asking.with(
                        "",
                        held -> {
                            List<Integer> all = found(held.model(), query);
                            int from = Math.min(all.size(), page * PAGE);
                            int to = Math.min(all.size(), from + PAGE);
                            return Map.<String, Object>of(
                                    "rows",
                                    all.subList(from, to).stream()
                                            .map(item -> listed(held.model(), item))
                                            .toList(),
                                    "count",
                                    all.size(),
                                    "older",
                                    to < all.size() ? page + 1 : -1);
                        });
        Map<String, Object> parameters = new LinkedHashMap<>(shown);
        parameters.put("query", query);
        parameters.put("newer", page - 1);
        console.show(ctx, view, "items", parameters);
    }

    private void csv(Context ctx, View view) {
        String query = Query.optional(ctx, "q");
        Csv csv = new Csv("item", "title", "training_events");
        try (LiveModels.Held held = parts.models().hold(Optional.empty())) {
            for (int item : found(held.model(), query)) {
                Listed listed = listed(held.model(), item);
                csv.row(listed.item(), listed.title(), listed.events());
            }
        }
        csv.send(ctx, "items");
    }

    private void item(Context ctx, View view) {
        String id = Query.required(ctx, view, "id");
        Map<String, Object> page =
                asking.with(
                        "",
                        held -> {
                            LiveModel model = held.model();
                            int item = known(view, model, id);
                            return Map.<String, Object>of(
                                    "item",
                                    listed(model, item),
                                    "picture",
                                    asking.pictures().address(model, item),
                                    "rank",
                                    rank(model, item),
                                    "count",
                                    model.bundle().catalog().size(),
                                    "follows",
                                    follows(model, id),
                                    "recent",
                                    recent(view, model, id),
                                    "hasDemand",
                                    !(parts.prepared().demand().state()
                                            instanceof LiveDemand.State.Absent),
                                    "hasLog",
                                    parts.prepared().log().canLook());
                        });
        console.show(ctx, view, "item", page);
    }

    private static int known(View view, LiveModel model, String id) {
        int item = model.bundle().catalog().indexOf(id);
        if (item == 0) {
            throw Problem.of(404, "Not found", view.t("item.unknown") + ": " + id);
        }
        return item;
    }

    private void nextCsv(Context ctx, View view) {
        String id = Query.required(ctx, view, "id");
        Csv csv = new Csv("after", "rank", "item", "title", "score");
        List<Follows> all =
                asking.with(
                        "",
                        held -> {
                            known(view, held.model(), id);
                            return follows(held.model(), id);
                        });
        for (Follows after : all) {
            for (Asking.Ranked ranked : after.items()) {
                csv.row(
                        after.behaviour(),
                        ranked.rank(),
                        ranked.item(),
                        ranked.title(),
                        ranked.score());
            }
        }
        csv.send(ctx, "after-item");
    }

    private void picture(Context ctx, View view) {
        String id = Query.required(ctx, view, "item");
        asking.with(
                "",
                held -> {
                    LiveModel model = held.model();
                    asking.pictures().answer(ctx, model, model.bundle().catalog().indexOf(id));
                    return id;
                });
    }

    private static int rank(LiveModel model, int item) {
        int own = model.bundle().trainEvents(item);
        return 1
                + (int)
                        IntStream.rangeClosed(1, model.bundle().catalog().size())
                                .filter(other -> model.bundle().trainEvents(other) > own)
                                .count();
    }

    private List<Follows> follows(LiveModel model, String id) {
        List<Follows> follows = new ArrayList<>();
        if (!model.manifest().tasks().contains("next-items")) {
            return follows;
        }
        for (String behaviour : model.manifest().behaviours()) {
            EventSequence history =
                    NumberedHistory.of(
                                    model,
                                    List.of(
                                            new PastEvent(
                                                    0,
                                                    id,
                                                    behaviour,
                                                    parts.nowMicros().getAsLong())),
                                    Map.of())
                            .events();
            NextItemAnswer answer =
                    model.ask(model.question(history, NEXT), Asking.deadline()).join();
            follows.add(new Follows(behaviour, asking.ranked(model, answer)));
        }
        return follows;
    }

    private List<OverviewPage.Row> recent(View view, LiveModel model, String id) {
        List<OverviewPage.Row> rows = new ArrayList<>();
        for (ShopperEvent event : OverviewPage.newest(parts)) {
            if (event.item().equals(id)) {
                rows.add(OverviewPage.row(view, model, event));
            }
        }
        return rows;
    }

    /** What came before it: a part of the page that comes later, since the log is looked into. */
    private void before(Context ctx, View view) {
        String id = Query.required(ctx, view, "id");
        Optional<List<Before>> rows = before(id);
        if (rows.isEmpty()) {
            console.show(ctx, view, "later", Map.of("again", View.path("item/before", "id", id)));
        } else {
            console.show(ctx, view, "itemBefore", Map.of("id", id, "rows", rows.get()));
        }
    }

    private void beforeCsv(Context ctx, View view) {
        List<Before> rows =
                before(Query.required(ctx, view, "id"))
                        .orElseThrow(() -> Problem.of(503, "Not yet", view.t("log.looking")));
        Csv csv = new Csv("item", "title", "shoppers");
        rows.forEach(row -> csv.row(row.item(), row.title(), row.shoppers()));
        csv.send(ctx, "before-item");
    }

    /** Empty while the log is being looked into. */
    private Optional<List<Before>> before(String id) {
        return asking.with(
                "",
                held ->
                        parts.prepared()
                                .log()
                                .before(held.model(), held.model().bundle().catalog().indexOf(id))
                                .map(found -> before(held.model(), found)));
    }

    private static List<Before> before(LiveModel model, List<SimilarShoppers.Item> found) {
        return found.stream()
                .map(
                        one ->
                                new Before(
                                        model.bundle().catalog().id(one.item()),
                                        Asking.title(model, one.item()),
                                        one.shoppers()))
                .toList();
    }

    /** Straight to a shopper or item of that id, or else to what is like it. */
    private void search(Context ctx, View view) {
        String query = Query.optional(ctx, "q").strip();
        if (query.isEmpty()) {
            Console.goTo(ctx, View.path("shoppers"));
            return;
        }
        boolean isItem =
                asking.with("", held -> held.model().bundle().catalog().indexOf(query) != 0);
        boolean isShopper = !parts.store().last(query, 1).isEmpty();
        if (isShopper && !isItem) {
            Console.goTo(ctx, View.path("shopper", "id", query));
        } else if (isItem && !isShopper) {
            Console.goTo(ctx, View.path("item", "id", query));
        } else {
            List<Listed> items =
                    asking.with(
                            "",
                            held ->
                                    found(held.model(), query).stream()
                                            .limit(20)
                                            .map(item -> listed(held.model(), item))
                                            .toList());
            console.show(
                    ctx,
                    view,
                    "search",
                    Map.of(
                            "query",
                            query,
                            "users",
                            parts.store().users(query, "", 20),
                            "items",
                            items));
        }
    }
}
