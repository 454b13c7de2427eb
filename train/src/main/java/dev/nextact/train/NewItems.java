package dev.nextact.train;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.ItemField;
import dev.nextact.core.TextEncoder;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.ItemVectors;
import dev.nextact.model.network.Network;
import dev.nextact.model.onnx.NextItemGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Items that a model has not learned and knows by their facts alone.
 *
 * @param catalog of these items
 * @param fields what is known of them, as it is put before the model
 */
record NewItems(Catalog catalog, List<ItemField> fields) {

    static final NewItems NONE = new NewItems(Catalog.of(List.of()), List.of());

    /** Every item that was not learned and of which the model understands a fact, by their ids. */
    static NewItems of(
            List<ItemCoding> codings, Catalog learned, ItemFacts facts, TextEncoder encoder) {
        List<String> ids = new ArrayList<>();
        for (String id : facts.ids()) {
            if (learned.indexOf(id) == 0) {
                ids.add(id);
            }
        }
        Catalog others = Catalog.of(ids);
        List<ItemField> known = ItemKnowledge.fields(codings, others, facts, encoder);
        ids.removeIf(id -> known.stream().noneMatch(f -> f.knows(others.indexOf(id))));
        Catalog catalog = Catalog.of(ids);
        return new NewItems(
                catalog,
                ids.size() == others.size()
                        ? known
                        : ItemKnowledge.fields(codings, catalog, facts, encoder));
    }

    /** The learned items and then these. */
    Catalog behind(Catalog learned) {
        List<String> ids = new ArrayList<>(learned.ids());
        ids.addAll(catalog.ids());
        return Catalog.of(ids);
    }

    /**
     * A graph that ranks these too.
     *
     * @param onnx a {@link NextItemGraph}; items beyond the learned ones are left out
     * @param weights of the model
     */
    byte[] addTo(byte[] onnx, Map<String, FloatTensor> weights) {
        FloatTensor table = weights.get(Network.ITEM_TABLE);
        return fields.isEmpty() || table == null
                ? onnx
                : NextItemGraph.withItems(
                        onnx,
                        table.size(0) - 1,
                        ItemVectors.ofNew(weights, fields, catalog.size()));
    }
}
