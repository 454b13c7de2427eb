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
import java.io.IOException;
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

    /** Shoppers of {@link #log}. */
    public static final int SHOPPERS = 60;

    /**
     * A prepared log of ten weeks: every shopper comes each week, every third event is a purchase.
     */
    public static ShopLog log() {
        EventSequences.Builder events = new EventSequences.Builder();
        long week = Duration.ofDays(7).toNanos() / 1000;
        for (int user = 0; user < SHOPPERS; user++) {
            for (int event = 0; event < 10; event++) {
                events.event(
                        1 + (user * 13 + event * 7) % ITEMS,
                        event % 3 == 2 ? 1 : 0,
                        event * week + user * 1_000_000L);
            }
            events.endUser();
        }
        int size = SHOPPERS * 10;
        EventLog log =
                new EventLog(
                        Catalog.of(ids(ITEMS)),
                        IntStream.range(0, SHOPPERS).mapToObj(user -> "shopper-" + user).toList(),
                        new Behaviours(
                                List.of(
                                        new Behaviour("view", List.of("pv")),
                                        new Behaviour("purchase", List.of("buy")))),
                        events.build()
                                .with(
                                        SideInformation.of(
                                                new int[][] {new int[size]},
                                                new int[][] {new int[SHOPPERS]})),
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
                List<String> items =
                        IntStream.rangeClosed(1, ITEMS)
                                .filter(i -> category(i).filter(value::equals).isPresent())
                                .mapToObj(i -> "item-" + i)
                                .toList();
                if (items.isEmpty()) {
                    throw NextactException.input("no item has the %s '%s'", field, value);
                }
                return items;
            }
        };
    }

    /** What is told beside the models. */
    public Prepared prepared() {
        return new Prepared(Optional.of(() -> demand(panel())), Optional.of(log()));
    }

    /** Of every item the units of twelve weeks; the last is not among those of the model. */
    public static DemandPanel panel() {
        List<DemandSeries> series = new ArrayList<>();
        for (int i = 1; i <= ITEMS + 1; i++) {
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
