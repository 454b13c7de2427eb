package dev.nextact.serve.console;

import dev.nextact.model.bundle.Manifest;
import dev.nextact.serve.history.ShopperEvent;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.Deployment;
import dev.nextact.serve.live.Drift;
import dev.nextact.serve.live.LiveModel;
import dev.nextact.serve.live.LiveModels;
import dev.nextact.serve.live.ShopActivity;
import io.javalin.http.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What comes in, how it flows, whether the model is well; and the events as they come. */
public final class OverviewPage {

    /** Seconds of throughput shown. */
    private static final int SHOWN = 120;

    /** Shown from the first on. */
    private static final int LEAST_SHOWN = 20;

    private static final long SECOND = 1_000_000_000L;

    private final Console console;
    private final ServerParts parts;

    /** Taken when somebody looks; the newest last. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long events, long answers) {}

    /**
     * How the champion is.
     *
     * @param refused why another version is not served; empty where none is refused
     */
    public record Health(
            String name,
            int version,
            String family,
            String createdAt,
            long waiting,
            double unknownItems,
            double behaviours,
            double predictions,
            String refused) {}

    /**
     * @param ofBefore its shoppers by those of the stage before; NaN for the first
     * @param width in percent of the widest
     */
    public record Stage(String behaviour, long events, long shoppers, double ofBefore, int width) {}

    /**
     * @param title what the item is called
     */
    public record Row(String time, String user, String behaviour, String item, String title) {}

    OverviewPage(Console console, ServerParts parts) {
        this.console = console;
        this.parts = parts;
    }

    void add() {
        console.get("", Scope.READ, this::overview);
        console.get("overview/now", Scope.READ, this::now);
        console.get("overview/throughput", Scope.READ, this::throughput);
        console.get("overview/funnel.csv", Scope.READ, this::funnelCsv);
        console.get("overview/health.csv", Scope.READ, this::healthCsv);
        console.get("live", Scope.READ, this::live);
        console.get("live/events", Scope.READ, this::events);
        console.get("live.csv", Scope.READ, this::csv);
    }

    private void overview(Context ctx, View view) {
        sample();
        console.show(ctx, view, "overview", numbers());
    }

    private void now(Context ctx, View view) {
        console.show(ctx, view, "overviewNow", numbers());
    }

    private Map<String, Object> numbers() {
        ShopActivity.Summary summary = parts.activity().summary();
        int k = parts.shop().privacy().k();
        return Map.of("summary", summary, "funnel", funnel(summary, k), "health", health(), "k", k);
    }

    private void funnelCsv(Context ctx, View view) {
        int k = parts.shop().privacy().k();
        Csv csv = new Csv("behaviour", "shoppers", "events", "of_stage_before");
        for (Stage stage : funnel(parts.activity().summary(), k)) {
            boolean isTold = stage.shoppers() >= k || k <= 1;
            csv.row(
                    stage.behaviour(),
                    isTold ? stage.shoppers() : "< " + k,
                    isTold ? stage.events() : "< " + k,
                    stage.ofBefore());
        }
        csv.send(ctx, "funnel");
    }

    private void healthCsv(Context ctx, View view) {
        Health health = health();
        new Csv("what", "value")
                .row("model", health.name() + " " + health.version())
                .row("events_of_unknown_items", health.unknownItems())
                .row("shift_of_behaviours", health.behaviours())
                .row("shift_of_predictions", health.predictions())
                .row("requests_waiting", health.waiting())
                .send(ctx, "health");
    }

    /** Of stages of fewer than k shoppers nothing is compared. */
    private static List<Stage> funnel(ShopActivity.Summary summary, int k) {
        List<Stage> stages = new ArrayList<>();
        long most = 1;
        for (ShopActivity.Stage stage : summary.funnel()) {
            most = Math.max(most, stage.shoppers());
        }
        long before = 0;
        for (ShopActivity.Stage stage : summary.funnel()) {
            long told = stage.shoppers() < k && k > 1 ? 0 : stage.shoppers();
            stages.add(
                    new Stage(
                            stage.behaviour(),
                            stage.events(),
                            stage.shoppers(),
                            before == 0 || told < stage.shoppers()
                                    ? Double.NaN
                                    : (double) told / before,
                            (int) (100 * told / most)));
            before = told;
        }
        return stages;
    }

    private Health health() {
        LiveModels models = parts.models();
        Deployment deployment = models.deployment();
        Drift drift = parts.drift();
        try (LiveModels.Held champion = models.hold(Optional.empty())) {
            Manifest manifest = champion.model().manifest();
            return new Health(
                    manifest.name(),
                    deployment.champion(),
                    manifest.model(),
                    manifest.createdAt(),
                    models.waiting(),
                    drift.unknownItems(),
                    drift.behaviours(),
                    drift.predictions(),
                    models.failure().orElse(""));
        }
    }

    private synchronized void sample() {
        long now = System.nanoTime();
        if (samples.isEmpty() || now - samples.getLast().nanos() >= SECOND) {
            samples.addLast(
                    new Sample(now, parts.activity().events(), parts.answers().getAsLong()));
        }
        while (samples.getFirst().nanos() < now - SHOWN * SECOND) {
            samples.removeFirst();
        }
    }

    private void throughput(Context ctx, View view) {
        sample();
        List<Sample> taken;
        synchronized (this) {
            taken = List.copyOf(samples);
        }
        List<double[]> events = new ArrayList<>();
        List<double[]> answers = new ArrayList<>();
        long now = System.nanoTime();
        for (int i = 1; i < taken.size(); i++) {
            Sample before = taken.get(i - 1);
            Sample after = taken.get(i);
            double seconds = (after.nanos() - before.nanos()) / (double) SECOND;
            double ago = (after.nanos() - now) / (double) SECOND;
            events.add(new double[] {ago, (after.events() - before.events()) / seconds});
            answers.add(new double[] {ago, (after.answers() - before.answers()) / seconds});
        }
        double oldest = events.isEmpty() ? 0 : events.get(0)[0];
        long least = Math.max(-SHOWN, Math.min(-LEAST_SHOWN, (long) Math.floor(oldest)));
        ctx.contentType("application/json")
                .result(
                        Chart.lines(view.t("throughput.x"), view.t("throughput.y"))
                                .with("least", least)
                                .with("most", 0)
                                .line(view.t("throughput.events"), events)
                                .line(view.t("throughput.answers"), answers)
                                .json());
    }

    private void live(Context ctx, View view) {
        console.show(ctx, view, "live", Map.of("rows", rows(view)));
    }

    private void events(Context ctx, View view) {
        console.show(ctx, view, "liveEvents", Map.of("rows", rows(view)));
    }

    private List<Row> rows(View view) {
        List<Row> rows = new ArrayList<>();
        try (LiveModels.Held champion = parts.models().hold(Optional.empty())) {
            for (ShopperEvent event : newest(parts)) {
                rows.add(row(view, champion.model(), event));
            }
        }
        return rows;
    }

    /** Not of those who have been forgotten since, or whose events are not kept. */
    static List<ShopperEvent> newest(ServerParts parts) {
        Map<String, Boolean> kept = new HashMap<>();
        return parts.activity().newest().stream()
                .filter(
                        event ->
                                kept.computeIfAbsent(
                                        event.user(),
                                        user -> !parts.store().last(user, 1).isEmpty()))
                .toList();
    }

    static Row row(View view, LiveModel model, ShopperEvent event) {
        int item = model.bundle().catalog().indexOf(event.item());
        return new Row(
                view.time(event.timeMicros()),
                event.user(),
                event.behaviour(),
                event.item(),
                item == 0 ? event.item() : Asking.title(model, item));
    }

    /** Of all items, or of the one that is asked for. */
    private void csv(Context ctx, View view) {
        String item = Query.optional(ctx, "item");
        Csv csv = new Csv("time", "user", "behaviour", "item");
        for (ShopperEvent event : newest(parts)) {
            if (item.isEmpty() || item.equals(event.item())) {
                csv.row(
                        view.time(event.timeMicros()),
                        event.user(),
                        event.behaviour(),
                        event.item());
            }
        }
        csv.send(ctx, "live");
    }
}
