package dev.nextact.serve;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Behaviours.Behaviour;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.EventWay;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldTexts;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Grain;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.SideInformation;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.NextEvents;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TokenParts;
import dev.nextact.model.onnx.HeadsGraph;
import dev.nextact.model.onnx.NextItemGraph;
import dev.nextact.predict.DemandTable;
import dev.nextact.predict.ShopLog;
import dev.nextact.serve.http.ServeLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A shop with untrained models, in a directory of a test. */
public final class TestShop {

    public static final int ITEMS = 500;

    /** Of what tests ask, so that a model is made in a moment. */
    private static final Size SMALL = new Size(ITEMS, 10, 16, 1);

    /** How large a network is. */
    private record Size(int items, int length, int width, int layers) {}

    private static final List<String> BEHAVIOURS = List.of("view", "purchase");

    /** Of an event its area, of a shopper the club. */
    private static final FieldVocabulary FIELDS =
            new FieldVocabulary(List.of(field("area")), List.of(field("club")));

    private static FieldVocabulary.Field field(String name) {
        return new FieldVocabulary.Field(
                name, List.of(name), new FieldEncoding.Categories(List.of("a", "b"), ""));
    }

    /** Of item-{@code i}; of every fiftieth it is not known. */
    public static Optional<String> category(int i) {
        return i % 50 == 0 ? Optional.empty() : Optional.of("category-" + i % 7);
    }

    public static List<String> colours(int i) {
        return i % 3 == 0 ? List.of("blue", "red") : List.of(i % 3 == 1 ? "red" : "green");
    }

    public static double price(int i) {
        return i * 0.5;
    }

    /** Of item-1 the title is one that would do harm where it is not shown as text. */
    public static final String TITLE =
            "<script>document.title='harm'</script><img src=x onerror=alert(1)>";

    /**
     * With titles, as a config's {@code text} of items, and with pictures, one of which is where
     * none may be.
     */
    private static ItemFacts titled(int items) {
        Map<String, List<String>> titles = new HashMap<>();
        for (int i = 1; i <= items; i++) {
            titles.put("item-" + i, List.of(i == 1 ? TITLE : "Title " + i));
        }
        Map<String, Map<String, List<String>>> fields = new HashMap<>();
        ItemFacts others = facts(items);
        others.fields().forEach(field -> fields.put(field, others.of(field)));
        fields.put("text", titles);
        fields.put(
                "image", Map.of("item-2", List.of("two.png"), "item-3", List.of("../outside.png")));
        return new ItemFacts(fields);
    }

    private static ItemFacts facts(int items) {
        Map<String, List<String>> categories = new HashMap<>();
        Map<String, List<String>> colours = new HashMap<>();
        Map<String, List<String>> prices = new HashMap<>();
        for (int i = 1; i <= items; i++) {
            String id = "item-" + i;
            category(i).ifPresent(category -> categories.put(id, List.of(category)));
            colours.put(id, colours(i));
            prices.put(id, List.of(price(i) + "00"));
        }
        return new ItemFacts(Map.of("category", categories, "colour", colours, "price", prices));
    }

    private static final NextEvents BY_ROLL_OUT =
            new NextEvents(
                    EventWay.ROLL_OUT,
                    new EventStatistics(new double[] {0.75, 0.25}, 1_800, 7_200));

    private final Path directory;

    public TestShop(Path directory) {
        this.directory = directory;
    }

    /** Writes a bundle whose weights follow from the seed; its versions count up. */
    public Bundle addModel(long seed) {
        return addModel(seed, Grain.EVENT);
    }

    /** The same, whose tokens are events or baskets. */
    public Bundle addModel(long seed, Grain grain) {
        return addModel(SMALL, seed, grain, Optional.empty());
    }

    /** The same of events, which foretells more than the next item; its items have titles. */
    public Bundle addOutlook(long seed) {
        return addOutlook(SMALL, seed);
    }

    /** The same of a size that shops have: width 64, 2 layers, 50 events. */
    public Bundle addLargeOutlook(int items, long seed) {
        return addOutlook(new Size(items, 50, 64, 2), seed);
    }

    private Bundle addOutlook(Size size, long seed) {
        return addModel(
                size,
                seed,
                Grain.EVENT,
                Optional.of(
                        new HeadSettings(
                                true,
                                true,
                                3,
                                new HeadSettings.GapScale(1, 8, 2),
                                List.of(0.0, 3_600.0, 86_400.0, 864_000.0, 2_592_000.0),
                                HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                                HeadSettings.Calendar.even(2))));
    }

    private Bundle addModel(Size size, long seed, Grain grain, Optional<HeadSettings> heads) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.TRANSFORMER,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                size.items(),
                                BEHAVIOURS.size(),
                                size.width(),
                                size.layers(),
                                2,
                                size.length(),
                                0,
                                List.of(),
                                List.of(),
                                heads,
                                0,
                                new TokenParts(true, FIELDS.rows(), true, grain),
                                false));
        Map<String, FloatTensor> weights = network.initialWeights(seed);
        Path path =
                new BundleWriter(Clock.systemUTC())
                        .write(
                                config("").modelsDirectory(),
                                new BundleContent(
                                        "default",
                                        "transformer",
                                        size.length(),
                                        BEHAVIOURS,
                                        "keep",
                                        seed,
                                        new Manifest.Data("f", 1, size.items(), 1, 1, "time"),
                                        Map.of(),
                                        Map.of("model", Map.of("baskets", grain == Grain.BASKET)),
                                        Catalog.of(ids(size.items())),
                                        IntStream.rangeClosed(0, size.items()).toArray(),
                                        weights,
                                        NextItemGraph.write(network, weights),
                                        heads.isPresent()
                                                ? List.of(
                                                        "next-items",
                                                        "next-events",
                                                        "intent",
                                                        "churn")
                                                : List.of("next-items"),
                                        heads.map(
                                                settings ->
                                                        new BundleContent.Heads(
                                                                settings,
                                                                HeadsGraph.write(network, weights),
                                                                Optional.of(BY_ROLL_OUT))),
                                        List.of(),
                                        FIELDS,
                                        new BundleContent.ForServing(
                                                heads.isPresent()
                                                        ? titled(size.items())
                                                        : facts(size.items()),
                                                List.of(300L, 100L))));
        return Bundle.open(path);
    }

    /** Shoppers of the log of {@link #prepared()}. */
    public static final int SHOPPERS = 60;

    /**
     * A prepared log: every shopper comes each week, every third event is a purchase.
     *
     * @param weeks as many events of each shopper
     */
    private static ShopLog log(int items, int shoppers, int weeks) {
        EventSequences.Builder events = new EventSequences.Builder();
        long week = Duration.ofDays(7).toNanos() / 1000;
        for (int user = 0; user < shoppers; user++) {
            for (int event = 0; event < weeks; event++) {
                events.event(
                        1 + (user * 13 + event * 7) % items,
                        event % 3 == 2 ? 1 : 0,
                        event * week + user * 1_000_000L);
            }
            events.endUser();
        }
        int size = shoppers * weeks;
        EventLog log =
                new EventLog(
                        Catalog.of(ids(items)),
                        IntStream.range(0, shoppers).mapToObj(user -> "shopper-" + user).toList(),
                        new Behaviours(
                                List.of(
                                        new Behaviour("view", List.of("pv")),
                                        new Behaviour("purchase", List.of("buy")))),
                        events.build()
                                .with(
                                        SideInformation.of(
                                                new int[][] {new int[size]},
                                                new int[][] {new int[shoppers]})),
                        "f",
                        new FieldTexts(
                                List.of(new FieldTexts.Column("area", List.of())),
                                List.of(new FieldTexts.Column("club", List.of()))));
        return new ShopLog() {
            @Override
            public EventLog open(FieldVocabulary fields) {
                return log;
            }

            @Override
            public List<String> itemsWith(String field, String value) {
                List<String> found =
                        IntStream.rangeClosed(1, items)
                                .filter(i -> category(i).filter(value::equals).isPresent())
                                .mapToObj(i -> "item-" + i)
                                .toList();
                if (found.isEmpty()) {
                    throw NextactException.input("no item has the %s '%s'", field, value);
                }
                return found;
            }
        };
    }

    /** What is told beside the models of {@link #addModel} and {@link #addOutlook}. */
    public Prepared prepared() {
        return prepared(ITEMS, SHOPPERS, 10);
    }

    /** The same of a shop of another size. */
    public Prepared prepared(int items, int shoppers, int weeks) {
        return new Prepared(
                Optional.of(() -> demand(panel(items))), Optional.of(log(items, shoppers, weeks)));
    }

    /** Of every item the units of twelve weeks; the last is not among those of the model. */
    private static DemandPanel panel(int items) {
        List<DemandSeries> series = new ArrayList<>();
        for (int i = 1; i <= items + 1; i++) {
            int[] units = new int[12];
            for (int week = 0; week < units.length; week++) {
                units[week] = i * (week + 1) % 7;
            }
            float[] prices = new float[units.length];
            Arrays.fill(prices, Float.NaN);
            series.add(
                    new DemandSeries(
                            "item-" + i,
                            category(i).orElse(""),
                            Float.NaN,
                            0,
                            units,
                            prices,
                            new int[0][]));
        }
        return new DemandPanel(DemandPeriod.WEEK, 0, 12, List.of(), series);
    }

    /** Writes what preparation, a training run, an evaluation and an explanation tell of a shop. */
    public void addReports() {
        ShopConfig config = config("");
        write(
                config.preparedDirectory().resolve("report.json"),
                """
                {"rows": {"read": 700, "kept": 640, "repaired": 9, "rejected": 60,
                  "repaired_by_reason": {"blanks around an id cut off": 9},
                  "rejected_by_reason": {"duplicate": 58, "no user": 2}, "flagged": {"clock jump": 3}},
                 "users": 60, "items": 500, "events": 640, "fingerprint": "f",
                 "first_event": "2025-01-06T07:19:01Z", "last_event": "2025-03-06T23:00:51Z",
                 "behaviours": [{"name": "view", "events": 480}, {"name": "purchase", "events": 160}],
                 "tables": {"events": {"rows": 640, "sha256": "0123456789abcdef0123456789abcdef"}},
                 "figures": {"events_by_day": [{"label": "2025-01-06", "values": [9, 2]},
                   {"label": "2025-01-07", "values": [7, 3]}]}}
                """);
        write(
                config.evaluationDirectory().resolve("report.json"),
                """
                {"results": [
                  {"task": "next-items", "model": "transformer", "users": 60,
                   "metrics": {"ndcg@10": 0.49, "recall@10": 0.8}},
                  {"task": "next-items", "model": "popularity", "users": 60,
                   "metrics": {"ndcg@10": 0.06, "recall@10": 0.12}},
                  {"task": "intent", "model": "transformer", "users": 60, "metrics": {"auc": 0.8},
                   "calibration": [{"predicted": 0.1, "observed": 0.12}, {"predicted": 0.6, "observed": 0.55}]}]}
                """);
        write(
                config.evaluationDirectory().resolve("importance.json"),
                """
                {"version": 2, "fields": [{"field": "gap", "loss": 0.25, "standard_error": 0.01},
                   {"field": "item", "loss": 0.1, "standard_error": 0.02}],
                 "pauses": [{"days": 0.0, "probability": 0.5}, {"days": 7.0, "probability": 0.2}],
                 "prices": [{"from": 1.0, "to": 9.5, "ranked": 0.3, "came": 0.25},
                   {"from": 9.5, "to": 99.0, "ranked": 0.7, "came": 0.75}]}
                """);
        Path run = config.runsDirectory().resolve("1");
        write(run.resolve("run.json"), "{\"fingerprint\": \"f\"}");
        write(
                run.resolve("metrics.jsonl"),
                "{\"epoch\": 1, \"validScore\": 0.3}\n{\"epoch\": 2, \"validScore\": 0.4}\n");
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Serves the models, with what is told beside them; the caller closes it.
     *
     * @param more keys of {@code serve}, as of {@link #config}
     * @param log of the server
     */
    public RunningServer serve(String more, Prepared prepared, OutputStream log) {
        return new ServeModel(Clock.systemUTC())
                .run(
                        config(more),
                        prepared,
                        new ServeLog(
                                new PrintStream(log, true, StandardCharsets.UTF_8),
                                Clock.systemUTC()));
    }

    /** What an untrained model foretells of a panel, for two steps. */
    public DemandTable demand(DemandPanel panel) {
        DemandSettings settings =
                DemandSettings.of(
                        DemandPeriod.WEEK,
                        DemandFeatures.of(panel).names(),
                        2,
                        Family.GRU,
                        4,
                        0,
                        10);
        Path bundle =
                DemandBundle.write(
                        directory.resolve("demand"),
                        new DemandBundle.Content(
                                "default",
                                "purchase",
                                42,
                                panel,
                                settings,
                                new DemandNetwork(settings).initialWeights(1),
                                Map.of()),
                        Clock.systemUTC());
        return DemandTable.of(DemandBundle.open(bundle), panel, Optional.empty());
    }

    private static List<String> ids(int items) {
        return IntStream.rangeClosed(1, items).mapToObj(i -> "item-" + i).toList();
    }

    /**
     * @param serve more keys of {@code serve}, in YAML's flow style, such as {@code , keys: k}
     */
    public ShopConfig config(String serve) {
        try {
            Path file = directory.resolve("shop.yaml");
            Files.writeString(
                    file,
                    """
                    sources: [{path: log.csv, columns: {user: u, item: i, behaviour: b}}]
                    behaviours: {view: [pv], purchase: [buy, order]}
                    serve: {port: 0, admin_port: 0%s}
                    """
                            .formatted(serve));
            return ShopConfigReader.read(file, Map.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
