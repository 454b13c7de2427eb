package dev.nextact.model.network;

import dev.nextact.core.ItemField;
import dev.nextact.model.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The vector of an item: one of its own, plus for each field the mean of its values' vectors. Input
 * and output of a network share it, so an item that was never seen in training can be read and
 * recommended by what is known of it.
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
        FloatTensor own = weights.get(Network.ITEM_TABLE);
        if (own == null) {
            throw new IllegalArgumentException("no weight is named " + Network.ITEM_TABLE);
        }
        FloatTensor table = new FloatTensor(own.shape().clone(), own.values().clone());
        int width = table.size(1);
        for (ItemField field : fields) {
            FloatTensor values = weights.get(Network.itemField(field.name()));
            if (values == null) {
                throw new IllegalArgumentException("no weight for the field " + field.name());
            }
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
        Map<String, FloatTensor> baked = new LinkedHashMap<>(weights);
        baked.put(Network.ITEM_TABLE, table);
        return baked;
    }
}
