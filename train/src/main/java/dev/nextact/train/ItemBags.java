package dev.nextact.train;

import dev.nextact.core.ItemField;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The values of some items, field by field, as LibTorch reads them; {@link ItemVectors} in
 * training.
 */
record ItemBags(List<Bag> bags) {

    /** LibTorch's number for the mean. */
    private static final long MEAN = 1;

    /**
     * One field.
     *
     * @param values numbers of values, item after item
     * @param offsets [R] where each item's begin
     */
    private record Bag(String weight, long[] values, long[] offsets) {}

    /**
     * @param items [R] items of the catalog, or 0
     */
    static ItemBags of(List<ItemField> fields, long[] items) {
        List<Bag> bags = new ArrayList<>();
        for (ItemField field : fields) {
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
            bags.add(
                    new Bag(Network.itemField(field.name()), Arrays.copyOf(values, size), offsets));
        }
        return new ItemBags(bags);
    }

    /** Of all items of the catalog. */
    static ItemBags ofAll(List<ItemField> fields, int items) {
        long[] all = new long[items + 1];
        Arrays.setAll(all, i -> i);
        return of(fields, all);
    }

    /**
     * Whole item vectors; can be differentiated.
     *
     * @param own the items' own vectors, [R, D]
     * @param weights those of the fields among them
     */
    Tensor addTo(Tensor own, Map<String, Tensor> weights) {
        Tensor sum = own;
        for (Bag bag : bags) {
            Tensor table = weights.get(bag.weight());
            if (table == null) {
                throw new IllegalArgumentException("no weight is named " + bag.weight());
            }
            sum =
                    sum.add(
                            torch.embedding_bag(
                                            table,
                                            Tensor.create(bag.values()),
                                            Tensor.create(bag.offsets()),
                                            false,
                                            MEAN,
                                            false,
                                            new TensorOptional(),
                                            false)
                                    .get0());
        }
        return sum;
    }
}
