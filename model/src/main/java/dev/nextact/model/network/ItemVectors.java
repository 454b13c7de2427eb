package dev.nextact.model.network;

import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.ItemNumbers;
import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The vector of an item: one of its own, plus for each field the mean of its values' vectors or a
 * projection of its numbers. Input and output of a network share it, so an item that was never seen
 * in training can be read and recommended by what is known of it: in place of one of its own it has
 * row 0 of the item table, which training put in place of items it made out to be new (item
 * dropout; Volkovs et al. 2017, §4.2, with one learned row for all in place of zeros).
 */
public final class ItemVectors {

    private ItemVectors() {}

    /**
     * The weights with the item table replaced by whole item vectors, for serving: a graph needs no
     * fields then.
     *
     * @param weights of a network, by name
     * @param fields in the order of the network's settings
     */
    public static Map<String, FloatTensor> baked(
            Map<String, FloatTensor> weights, List<ItemField> fields) {
        FloatTensor own = weight(weights, Network.ITEM_TABLE);
        FloatTensor table = new FloatTensor(own.shape().clone(), own.values().clone());
        add(fields, weights, table);
        Map<String, FloatTensor> baked = new LinkedHashMap<>(weights);
        baked.put(Network.ITEM_TABLE, table);
        return baked;
    }

    /**
     * Whole vectors of items that were not learned.
     *
     * @param fields of a catalog of such items
     * @param items N of them
     * @return [N, D]
     */
    public static FloatTensor ofNew(
            Map<String, FloatTensor> weights, List<ItemField> fields, int items) {
        FloatTensor own = weight(weights, Network.ITEM_TABLE);
        int width = own.size(1);
        FloatTensor table = FloatTensor.zeros(items + 1, width);
        for (int item = 1; item <= items; item++) {
            System.arraycopy(own.values(), 0, table.values(), item * width, width);
        }
        add(fields, weights, table);
        return new FloatTensor(
                new int[] {items, width},
                Arrays.copyOfRange(table.values(), width, table.values().length));
    }

    private static void add(
            List<ItemField> fields, Map<String, FloatTensor> weights, FloatTensor table) {
        for (ItemField field : fields) {
            if (field instanceof ItemCategories categories) {
                add(categories, weight(weights, Network.itemField(field.name())), table);
            } else if (field instanceof ItemNumbers numbers) {
                add(numbers, weight(weights, Network.itemProjection(field.name())), table);
            }
        }
    }

    private static void add(ItemCategories field, FloatTensor values, FloatTensor table) {
        int width = table.size(1);
        for (int item = 1; item < table.size(0); item++) {
            int[] indexes = field.of(item);
            for (int index : indexes) {
                for (int d = 0; d < width; d++) {
                    table.values()[item * width + d] +=
                            values.values()[index * width + d] / indexes.length;
                }
            }
        }
    }

    private static void add(ItemNumbers field, FloatTensor projection, FloatTensor table) {
        int width = table.size(1);
        int size = field.size();
        for (int item = 1; item < table.size(0); item++) {
            for (int d = 0; d < width; d++) {
                float sum = 0;
                for (int f = 0; f < size; f++) {
                    sum += field.values()[item * size + f] * projection.values()[d * size + f];
                }
                table.values()[item * width + d] += sum;
            }
        }
    }

    private static FloatTensor weight(Map<String, FloatTensor> weights, String name) {
        FloatTensor weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return weight;
    }
}
