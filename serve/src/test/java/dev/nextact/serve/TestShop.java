package dev.nextact.serve;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventWay;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Grain;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.bundle.NextEvents;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A shop with untrained models, in a directory of a test. */
public final class TestShop {

    public static final int ITEMS = 500;
    private static final int LENGTH = 10;
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

    /** With titles, as a config's {@code text} of items. */
    private static ItemFacts titled() {
        Map<String, List<String>> titles = new HashMap<>();
        for (int i = 1; i <= ITEMS; i++) {
            titles.put("item-" + i, List.of(i == 1 ? TITLE : "Title " + i));
        }
        Map<String, Map<String, List<String>>> fields = new HashMap<>();
        ItemFacts others = facts();
        others.fields().forEach(field -> fields.put(field, others.of(field)));
        fields.put("text", titles);
        return new ItemFacts(fields);
    }

    private static ItemFacts facts() {
        Map<String, List<String>> categories = new HashMap<>();
        Map<String, List<String>> colours = new HashMap<>();
        Map<String, List<String>> prices = new HashMap<>();
        for (int i = 1; i <= ITEMS; i++) {
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
        return addModel(seed, grain, Optional.empty());
    }

    /** The same of events, which foretells more than the next item; its items have titles. */
    public Bundle addOutlook(long seed) {
        return addModel(
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

    private Bundle addModel(long seed, Grain grain, Optional<HeadSettings> heads) {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.TRANSFORMER,
                                Block.PRE_NORM,
                                FeedForward.GELU,
                                Positions.ABSOLUTE,
                                ITEMS,
                                BEHAVIOURS.size(),
                                16,
                                1,
                                2,
                                LENGTH,
                                0,
                                List.of(),
                                List.of(),
                                heads,
                                0,
                                new TokenParts(true, FIELDS.rows(), true, grain),
                                false));
        Map<String, FloatTensor> weights = network.initialWeights(seed);
        List<String> ids = IntStream.rangeClosed(1, ITEMS).mapToObj(i -> "item-" + i).toList();
        Path path =
                new BundleWriter(Clock.systemUTC())
                        .write(
                                config("").modelsDirectory(),
                                new BundleContent(
                                        "default",
                                        "transformer",
                                        LENGTH,
                                        BEHAVIOURS,
                                        "keep",
                                        seed,
                                        new Manifest.Data("f", 1, ITEMS, 1, 1, "time"),
                                        Map.of(),
                                        Map.of("model", Map.of("baskets", grain == Grain.BASKET)),
                                        Catalog.of(ids),
                                        IntStream.rangeClosed(0, ITEMS).toArray(),
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
                                                heads.isPresent() ? titled() : facts(),
                                                List.of(300L, 100L))));
        return Bundle.open(path);
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
