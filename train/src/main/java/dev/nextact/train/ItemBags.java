package dev.nextact.train;

import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.ItemNumbers;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What is known of some items, field by field, as LibTorch reads it; {@link ItemVectors} in
 * training.
 *
 * @param own [R] the row that each item's own vector is taken from: its own, or 0 where the item is
 *     made out to be new; empty where no item is
 */
record ItemBags(long[] own, List<Bag> bags) {

    /** LibTorch's number for the mean. */
    private static final long MEAN = 1;

    /** A field of the items. */
    private sealed interface Bag {

        /** What it adds to the items' vectors, [R, D]. */
        Tensor of(Map<String, Tensor> weights);
    }

    /**
     * @param values numbers of values, item after item
     * @param offsets [R] where each item's begin
     */
    private record Values(String weight, long[] values, long[] offsets) implements Bag {
        @Override
        public Tensor of(Map<String, Tensor> weights) {
            return torch.embedding_bag(
                            named(weights, weight),
                            Tensor.create(values),
                            Tensor.create(offsets),
                            false,
                            MEAN,
                            false,
                            new TensorOptional(),
                            false)
                    .get0();
        }
    }

    /**
     * @param values [R·F]
     * @param size F
     */
    private record Numbers(String weight, float[] values, int size) implements Bag {
        @Override
        public Tensor of(Map<String, Tensor> weights) {
            Tensor numbers = Tensor.create(values, values.length / size, size); // [R, F]
            return numbers.matmul(named(weights, weight).t()); // [R, F] · [F, D]
        }
    }

    private static Tensor named(Map<String, Tensor> weights, String name) {
        Tensor weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return weight;
    }

    /**
     * @param items [R] items of the catalog, or 0
     */
    static ItemBags of(List<ItemField> fields, long[] items) {
        List<Bag> bags = new ArrayList<>();
        for (ItemField field : fields) {
            if (field instanceof ItemCategories categories) {
                bags.add(values(categories, items));
            } else if (field instanceof ItemNumbers numbers) {
                bags.add(numbers(numbers, items));
            }
        }
        return new ItemBags(new long[0], bags);
    }

    private static Values values(ItemCategories field, long[] items) {
        long[] values = new long[items.length];
        long[] offsets = new long[items.length];
        int size = 0;
        for (int r = 0; r < items.length; r++) {
            offsets[r] = size;
            for (int value : field.of((int) items[r])) {
                if (size == values.length) {
                    values = Arrays.copyOf(values, size * 2);
                }
                values[size++] = value;
            }
        }
        return new Values(Network.itemField(field.name()), Arrays.copyOf(values, size), offsets);
    }

    private static Numbers numbers(ItemNumbers field, long[] items) {
        int size = field.size();
        float[] values = new float[items.length * size];
        for (int r = 0; r < items.length; r++) {
            System.arraycopy(field.values(), (int) items[r] * size, values, r * size, size);
        }
        return new Numbers(Network.itemProjection(field.name()), values, size);
    }

    /** Of all items of the catalog. */
    static ItemBags ofAll(List<ItemField> fields, int items) {
        long[] all = new long[items + 1];
        Arrays.setAll(all, i -> i);
        return of(fields, all);
    }

    /**
     * The same, some of the items made out to be new. Row 0 of the items must be that of item 0.
     *
     * @param share the probability of each
     * @param items R
     */
    ItemBags someNew(double share, int items, RandomGenerator random) {
        long[] rows = new long[items];
        for (int r = 1; r < items; r++) {
            rows[r] = random.nextDouble() < share ? 0 : r;
        }
        return new ItemBags(rows, bags);
    }

    /**
     * Whole item vectors; can be differentiated.
     *
     * @param rows the items' rows of the item table, [R, D]
     * @param weights those of the fields among them
     */
    Tensor addTo(Tensor rows, Map<String, Tensor> weights) {
        Tensor sum = own.length == 0 ? rows : rows.index_select(0, Tensor.create(own));
        for (Bag bag : bags) {
            sum = sum.add(bag.of(weights));
        }
        return sum;
    }
}
