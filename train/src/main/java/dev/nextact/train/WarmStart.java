package dev.nextact.train;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Catalog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.ItemCategories;
import dev.nextact.core.ItemField;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.ParameterSpec;
import dev.nextact.model.network.TokenShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Weights to begin with that an earlier model has learned. What is known by name keeps its vector,
 * whatever its number was: items by their ids, values of fields of items, events and shoppers,
 * behaviours. A new item begins where the items that share a value of a field with it are on the
 * average (all items, where there are no fields), a new value or behaviour as in a first training.
 * Other weights are taken over where they have the same shape.
 *
 * @param weights by name, in the order of the network's parameters
 * @param knownItems of the catalog that the earlier model knew
 * @param anew weights that begin as in a first training
 */
record WarmStart(Map<String, FloatTensor> weights, int knownItems, List<String> anew) {

    private static final String BEHAVIOURS = "behaviour.embedding";
    private static final String POSITIONS = "position.embedding";

    /**
     * What the network to be trained is about.
     *
     * @param fields of the catalog
     * @param vocabulary of the fields of events and shoppers
     */
    record Subject(
            Catalog catalog,
            Behaviours behaviours,
            List<ItemField> fields,
            FieldVocabulary vocabulary) {}

    /**
     * @param seed of what begins as in a first training
     * @param bundle the earlier model
     * @param fieldsThen of the earlier model's catalog, numbered as they were then
     * @throws NextactException when the earlier model is of another family or width, or holds
     *     numbers that are none
     */
    static WarmStart of(
            Network network, long seed, Bundle bundle, List<ItemField> fieldsThen, Subject now) {
        String family = network.settings().family().title();
        refuseOther(bundle, "model.family", bundle.manifest().model(), family);
        Map<String, FloatTensor> then = bundle.weights();
        FloatTensor table = then.get(Network.ITEM_TABLE);
        refuseOther(
                bundle,
                "model.width",
                table == null ? "unknown" : Integer.toString(table.size(1)),
                Integer.toString(network.settings().width()));
        refuseNoNumbers(bundle, then);

        List<String> anew = new ArrayList<>();
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        for (ParameterSpec spec : network.parameters()) {
            FloatTensor start = spec.initial(seed);
            FloatTensor learned = then.get(spec.name());
            if (learned == null) {
                anew.add(spec.name());
                weights.put(spec.name(), start);
            } else {
                weights.put(
                        spec.name(),
                        started(network, spec, start, learned, bundle, fieldsThen, now, anew));
            }
        }
        int known = 0;
        for (String id : now.catalog().ids()) {
            known += table != null && place(bundle, table, id) > 0 ? 1 : 0;
        }
        return new WarmStart(weights, known, anew);
    }

    private static FloatTensor started(
            Network network,
            ParameterSpec spec,
            FloatTensor start,
            FloatTensor learned,
            Bundle bundle,
            List<ItemField> fieldsThen,
            Subject now,
            List<String> anew) {
        String name = spec.name();
        if (name.equals(Network.ITEM_TABLE)) {
            FloatTensor rows =
                    rows(
                            start,
                            learned,
                            row -> row == 0 ? 0 : place(bundle, learned, now.catalog().id(row)));
            settleNewItems(rows, learned, bundle, now);
            return rows;
        }
        if (name.equals(BEHAVIOURS)) {
            List<String> names = bundle.manifest().behaviours();
            return rows(start, learned, row -> names.indexOf(now.behaviours().name(row)));
        }
        if (name.equals(POSITIONS)) {
            TokenShape shape = network.settings().shape();
            return rows(start, learned, row -> position(row, shape, bundle.shape(), learned));
        }
        if (name.equals(Network.FIELD_TABLE)) {
            Map<String, Integer> places = new HashMap<>();
            bundle.fields().rowNames().forEach(value -> places.put(value, places.size()));
            List<String> values = now.vocabulary().rowNames();
            return rows(start, learned, row -> places.getOrDefault(values.get(row), -1));
        }
        for (ItemCategories field : categories(now.fields())) {
            if (name.equals(Network.itemField(field.name()))) {
                Map<String, Integer> numbers = numbers(field.name(), fieldsThen, learned.size(0));
                if (numbers.isEmpty()) {
                    anew.add(name);
                }
                return rows(
                        start, learned, row -> numbers.getOrDefault(field.values().get(row), -1));
            }
        }
        if (Arrays.equals(start.shape(), learned.shape())) {
            return learned;
        }
        anew.add(name);
        return start;
    }

    /**
     * Of an event, counted from the first one read, whether a shopper's token was before it or not.
     */
    private static int position(int row, TokenShape now, TokenShape then, FloatTensor learned) {
        if (row < now.before()) {
            return then.shopper() ? row : -1;
        }
        int place = row - now.before() + then.before();
        return place < learned.size(0) ? place : -1;
    }

    /** The row of the item table that an item was learned in, below 0 for none. */
    private static int place(Bundle bundle, FloatTensor learned, String id) {
        int index = bundle.catalog().indexOf(id);
        return index > 0 && index < learned.size(0) ? index : -1;
    }

    private static List<ItemCategories> categories(List<ItemField> fields) {
        return fields.stream()
                .filter(ItemCategories.class::isInstance)
                .map(ItemCategories.class::cast)
                .toList();
    }

    /** By value; empty where the values are not those of then. */
    private static Map<String, Integer> numbers(String name, List<ItemField> then, int size) {
        Map<String, Integer> numbers = new HashMap<>();
        for (ItemCategories field : categories(then)) {
            if (field.name().equals(name) && field.size() == size) {
                for (int i = 0; i < size; i++) {
                    numbers.put(field.values().get(i), i);
                }
            }
        }
        return numbers;
    }

    /**
     * @param from the row each row was, below 0 for none
     */
    private static FloatTensor rows(FloatTensor start, FloatTensor learned, IntUnaryOperator from) {
        FloatTensor rows = new FloatTensor(start.shape().clone(), start.values().clone());
        int width = start.size(1);
        for (int row = 0; row < start.size(0); row++) {
            int then = from.applyAsInt(row);
            if (then >= 0) {
                System.arraycopy(learned.values(), then * width, rows.values(), row * width, width);
            }
        }
        return rows;
    }

    /** Puts new items, which hold their first random values, around the mean of those like them. */
    private static void settleNewItems(
            FloatTensor rows, FloatTensor learned, Bundle bundle, Subject now) {
        int width = rows.size(1);
        Mean all = new Mean(width);
        Map<String, Mean> byValue = new HashMap<>();
        for (int item = 1; item <= now.catalog().size(); item++) {
            int then = place(bundle, learned, now.catalog().id(item));
            if (then >= 0) {
                all.add(learned.values(), then * width);
                forEachValue(
                        now.fields(),
                        item,
                        value ->
                                byValue.computeIfAbsent(value, v -> new Mean(width))
                                        .add(learned.values(), then * width));
            }
        }
        for (int item = 1; item <= now.catalog().size(); item++) {
            if (place(bundle, learned, now.catalog().id(item)) >= 0) {
                continue;
            }
            Mean like = new Mean(width);
            forEachValue(
                    now.fields(),
                    item,
                    value -> {
                        Mean mean = byValue.get(value);
                        if (mean != null) {
                            like.add(mean.values(), 0);
                        }
                    });
            float[] mean = like.count == 0 ? all.values() : like.values();
            for (int d = 0; d < width; d++) {
                rows.values()[item * width + d] += mean[d];
            }
        }
    }

    private static void forEachValue(List<ItemField> fields, int item, Consumer<String> action) {
        for (ItemCategories field : categories(fields)) {
            for (int value : field.of(item)) {
                action.accept(field.name() + "=" + value);
            }
        }
    }

    /** Of vectors. */
    private static final class Mean {
        private final double[] sum;
        private int count;

        Mean(int width) {
            sum = new double[width];
        }

        void add(float[] values, int offset) {
            for (int d = 0; d < sum.length; d++) {
                sum[d] += values[offset + d];
            }
            count++;
        }

        float[] values() {
            float[] mean = new float[sum.length];
            for (int d = 0; d < sum.length; d++) {
                mean[d] = count == 0 ? 0 : (float) (sum[d] / count);
            }
            return mean;
        }
    }

    private static void refuseOther(Bundle bundle, String key, String then, String now) {
        if (!then.equals(now)) {
            throw NextactException.input(
                    "%s cannot be trained on: it has %s %s, the config %s. Set %s to %s, or train"
                            + " anew without --from",
                    bundle.directory(), key, then, now, key, then);
        }
    }

    private static void refuseNoNumbers(Bundle bundle, Map<String, FloatTensor> weights) {
        weights.forEach(
                (name, tensor) -> {
                    for (float value : tensor.values()) {
                        if (!Float.isFinite(value)) {
                            throw NextactException.bundle(
                                    "%s: the weight %s holds %s. Train anew without --from",
                                    bundle.directory(), name, value);
                        }
                    }
                });
    }
}
