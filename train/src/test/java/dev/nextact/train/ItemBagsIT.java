package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.ItemNumbers;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ItemBagsIT {

    private static final int ITEMS = 3;
    private static final int WIDTH = 2;

    private static final List<ItemField> FIELDS =
            List.of(
                    ItemCategories.of(
                            "colour",
                            Catalog.of(List.of("a", "b", "c")),
                            Map.of("a", List.of("red", "blue"), "c", List.of("blue"))),
                    new ItemNumbers("weight", 2, new float[] {0, 0, 1, 2, -1, 0, 0, 0}));

    private static final Map<String, FloatTensor> WEIGHTS =
            Map.of(
                    Network.ITEM_TABLE,
                    new FloatTensor(new int[] {4, 2}, numbers(8, 1)),
                    Network.itemField("colour"),
                    new FloatTensor(new int[] {2, 2}, numbers(4, 3)),
                    Network.itemProjection("weight"),
                    new FloatTensor(new int[] {2, 2}, numbers(4, 7)));

    private static float[] numbers(int size, int start) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) Math.sin(start + i);
        }
        return numbers;
    }

    @BeforeAll
    static void load() {
        TorchRuntime.load();
    }

    private static float[] vectors(ItemBags bags) {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> weights = new HashMap<>();
            WEIGHTS.forEach(
                    (name, weight) ->
                            weights.put(
                                    name,
                                    Tensor.create(
                                            weight.values(), weight.size(0), weight.size(1))));
            Tensor table = weights.get(Network.ITEM_TABLE);
            assertThat(table).isNotNull();
            float[] vectors = new float[(ITEMS + 1) * WIDTH];
            bags.addTo(table, weights).contiguous().data_ptr_float().get(vectors);
            return vectors;
        }
    }

    @Test
    void vectorsInTrainingAreThoseOfTheGraph() {
        FloatTensor baked = ItemVectors.baked(WEIGHTS, FIELDS).get(Network.ITEM_TABLE);

        assertThat(vectors(ItemBags.ofAll(FIELDS, ITEMS)))
                .containsExactly(baked.values(), within(1e-6f));
    }

    @Test
    void anItemMadeOutToBeNewHasTheVectorOfANewOne() {
        FloatTensor asNew = ItemVectors.ofNew(WEIGHTS, FIELDS, ITEMS);
        ItemBags all = ItemBags.ofAll(FIELDS, ITEMS);
        float[] vectors = vectors(all.someNew(1 - 1e-12, ITEMS + 1, new SplittableRandom(1)));

        for (int i = 0; i < asNew.values().length; i++) {
            assertThat(vectors[WIDTH + i]).isCloseTo(asNew.values()[i], within(1e-6f));
        }
        assertThat(vectors(all.someNew(0, ITEMS + 1, new SplittableRandom(1))))
                .isEqualTo(vectors(all));
    }
}
