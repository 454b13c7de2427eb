package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.FieldEncoding;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.BundleContent;
import dev.nextact.model.bundle.BundleWriter;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.ItemFieldSize;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TokenParts;
import dev.nextact.model.onnx.NextItemGraph;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that begins where an earlier model ended. */
class WarmStartIT {

    private static final int WIDTH = 8;

    private static final Catalog THEN = Catalog.of(List.of("ale", "bun", "cod"));

    /** "bun" is gone, "dip" and "egg" are new, the others have other numbers. */
    private static final Catalog NOW = Catalog.of(List.of("dip", "cod", "egg", "ale"));

    private static final Map<String, List<String>> CATEGORY =
            Map.of(
                    "ale", List.of("drink"),
                    "bun", List.of("food"),
                    "cod", List.of("food"),
                    "dip", List.of("food"),
                    "egg", List.of("farm"));

    @TempDir private Path models;

    private static Behaviours behaviours(String... names) {
        Map<String, List<String>> rawNames = new LinkedHashMap<>();
        for (String name : names) {
            rawNames.put(name, List.of(name));
        }
        return Behaviours.of(rawNames);
    }

    private static ItemField category(Catalog catalog) {
        return ItemCategories.of("category", catalog, CATEGORY);
    }

    private static Network network(
            Family family, Catalog catalog, int behaviours, int width, int length) {
        return network(family, catalog, behaviours, width, length, FieldVocabulary.NONE);
    }

    private static Network network(
            Family family,
            Catalog catalog,
            int behaviours,
            int width,
            int length,
            FieldVocabulary fields) {
        return Network.of(
                new NetworkSettings(
                        family,
                        Block.PRE_NORM,
                        FeedForward.GELU,
                        Positions.ABSOLUTE,
                        catalog.size(),
                        behaviours,
                        width,
                        1,
                        2,
                        length,
                        0,
                        List.of(ItemFieldSize.of(category(catalog))),
                        List.of(),
                        Optional.empty(),
                        0,
                        new TokenParts(true, fields.rows(), !fields.ofShoppers().isEmpty()),
                        false));
    }

    private static final Network LEARNED = network(Family.TRANSFORMER, THEN, 2, WIDTH, 6);

    private Bundle bundle(Map<String, FloatTensor> weights) {
        return bundle(LEARNED, weights, FieldVocabulary.NONE);
    }

    private Bundle bundle(
            Network network, Map<String, FloatTensor> weights, FieldVocabulary fields) {
        BundleContent content =
                new BundleContent(
                        "m",
                        "transformer",
                        6,
                        List.of("view", "buy"),
                        "keep",
                        1,
                        new Manifest.Data("f", 1, 3, 9, 8, "time"),
                        Map.of(),
                        Map.of(),
                        THEN,
                        new int[] {0, 1, 1, 1},
                        weights,
                        NextItemGraph.write(
                                network, ItemVectors.baked(weights, List.of(category(THEN)))),
                        List.of("next-items"),
                        Optional.empty(),
                        List.of(),
                        fields,
                        BundleContent.ForServing.NOTHING);
        return Bundle.open(new BundleWriter(Clock.systemUTC()).write(models, content));
    }

    private static WarmStart start(Network network, Bundle bundle) {
        return start(network, bundle, FieldVocabulary.NONE);
    }

    private static WarmStart start(Network network, Bundle bundle, FieldVocabulary fields) {
        return WarmStart.of(
                network,
                7,
                bundle,
                List.of(category(THEN)),
                new WarmStart.Subject(
                        NOW, behaviours("view", "cart", "buy"), List.of(category(NOW)), fields));
    }

    private static float[] row(Map<String, FloatTensor> weights, String name, int row) {
        FloatTensor tensor = weights.get(name);
        int width = tensor.size(1);
        return Arrays.copyOfRange(tensor.values(), row * width, (row + 1) * width);
    }

    @Test
    void whatIsKnownKeepsItsVectorAndWhatIsNewBeginsAmongItsLike() {
        Map<String, FloatTensor> learned = LEARNED.initialWeights(1);
        Network network = network(Family.TRANSFORMER, NOW, 3, WIDTH, 9);
        Map<String, FloatTensor> fresh = network.initialWeights(7);

        WarmStart start = start(network, bundle(learned));
        Map<String, FloatTensor> weights = start.weights();

        String table = Network.ITEM_TABLE;
        assertThat(start.knownItems()).isEqualTo(2);
        assertThat(start.anew()).isEmpty();
        assertThat(row(weights, table, NOW.indexOf("ale"))).isEqualTo(row(learned, table, 1));
        assertThat(row(weights, table, NOW.indexOf("cod"))).isEqualTo(row(learned, table, 3));

        // the only known food is cod; of farm nothing is known, so the mean of all is taken
        float[] dip = row(weights, table, NOW.indexOf("dip"));
        float[] egg = row(weights, table, NOW.indexOf("egg"));
        for (int d = 0; d < WIDTH; d++) {
            float cod = row(learned, table, 3)[d];
            float ale = row(learned, table, 1)[d];
            assertThat(dip[d]).isCloseTo(cod + row(fresh, table, 1)[d], offset(1e-6f));
            assertThat(egg[d]).isCloseTo((ale + cod) / 2 + row(fresh, table, 3)[d], offset(1e-6f));
        }

        String category = Network.itemField("category"); // now: food, farm, drink
        assertThat(row(weights, category, 0)).isEqualTo(row(learned, category, 1));
        assertThat(row(weights, category, 1)).isEqualTo(row(fresh, category, 1));
        assertThat(row(weights, category, 2)).isEqualTo(row(learned, category, 0));

        String behaviour = "behaviour.embedding";
        assertThat(row(weights, behaviour, 0)).isEqualTo(row(learned, behaviour, 0));
        assertThat(row(weights, behaviour, 1)).isEqualTo(row(fresh, behaviour, 1));
        assertThat(row(weights, behaviour, 2)).isEqualTo(row(learned, behaviour, 1));

        String position = "position.embedding";
        assertThat(row(weights, position, 5)).isEqualTo(row(learned, position, 5));
        assertThat(row(weights, position, 6)).isEqualTo(row(fresh, position, 6));

        learned.forEach(
                (name, tensor) -> {
                    if (name.startsWith("encoder.")) {
                        assertThat(weights.get(name)).as(name).isEqualTo(tensor);
                    }
                });
    }

    private static FieldVocabulary.Field field(String name, String... values) {
        return new FieldVocabulary.Field(
                name, List.of(name), new FieldEncoding.Categories(List.of(values), ""));
    }

    @Test
    void valuesOfFieldsKeepTheirVectorsAndEventsTheirPositions() {
        FieldVocabulary then =
                new FieldVocabulary(List.of(field("area", "north", "south")), List.of());
        FieldVocabulary now =
                new FieldVocabulary(
                        List.of(field("device", "north"), field("area", "east", "south")),
                        List.of(field("club", "gold")));
        Network before = network(Family.TRANSFORMER, THEN, 2, WIDTH, 6, then);
        Network after = network(Family.TRANSFORMER, NOW, 3, WIDTH, 6, now);
        Map<String, FloatTensor> learned = before.initialWeights(1);
        Map<String, FloatTensor> fresh = after.initialWeights(7);

        Map<String, FloatTensor> weights =
                start(after, bundle(before, learned, then), now).weights();

        // then: area unknown, north, south; now: device unknown, north, area unknown, east, south,
        // …
        String table = Network.FIELD_TABLE;
        assertThat(row(weights, table, 1)).isEqualTo(row(fresh, table, 1));
        assertThat(row(weights, table, 2)).isEqualTo(row(learned, table, 0));
        assertThat(row(weights, table, 3)).isEqualTo(row(fresh, table, 3));
        assertThat(row(weights, table, 4)).isEqualTo(row(learned, table, 2));
        assertThat(row(weights, table, 6)).isEqualTo(row(fresh, table, 6));

        String position =
                "position.embedding"; // now a token of the shopper stands before the events
        assertThat(row(weights, position, 0)).isEqualTo(row(fresh, position, 0));
        assertThat(row(weights, position, 1)).isEqualTo(row(learned, position, 0));
        assertThat(row(weights, position, 6)).isEqualTo(row(learned, position, 5));
    }

    @Test
    void anotherFamilyOrWidthIsRefused() {
        Bundle bundle = bundle(LEARNED.initialWeights(1));
        assertThatThrownBy(() -> start(network(Family.GRU, NOW, 3, WIDTH, 6), bundle))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("it has model.family transformer, the config gru");
        assertThatThrownBy(() -> start(network(Family.TRANSFORMER, NOW, 3, 16, 6), bundle))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("model.width 8, the config 16");
    }

    @Test
    void aWeightThatIsNoNumberIsRefused() {
        Map<String, FloatTensor> weights = LEARNED.initialWeights(1);
        weights.get("position.embedding").values()[3] = Float.NaN;
        Bundle bundle = bundle(weights);
        assertThatThrownBy(() -> start(network(Family.TRANSFORMER, NOW, 3, WIDTH, 6), bundle))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("the weight position.embedding holds NaN");
    }
}
