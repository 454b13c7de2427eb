package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How a fact about items is put before a network: fitted to the items that it learns from, the same
 * for items that come later. Immutable; thread-safe.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ItemCoding.Categories.class, name = "categories"),
    @JsonSubTypes.Type(value = ItemCoding.Ranges.class, name = "ranges"),
    @JsonSubTypes.Type(value = ItemCoding.Standardised.class, name = "standardised"),
    @JsonSubTypes.Type(value = ItemCoding.Text.class, name = "text")
})
public sealed interface ItemCoding {

    /** Fine enough to tell cheap from dear, coarse enough that each range has its items. */
    int PRICE_RANGES = 16;

    /** Of the fact. */
    String name();

    /** The fact about the items of any catalog. */
    ItemField of(Catalog catalog, ItemFacts facts, TextEncoder encoder);

    /**
     * Those that a config asks for.
     *
     * @param catalog of the items to learn from; nothing of others is looked at
     * @throws NextactException for a fact that none of the items has
     */
    static List<ItemCoding> fit(
            ShopConfig.Model model, Catalog catalog, ItemFacts facts, TextEncoder encoder) {
        List<ItemCoding> codings = new ArrayList<>();
        for (String name : model.itemFields()) {
            codings.add(
                    name.equals("price")
                            ? Ranges.fit(name, catalog, facts, PRICE_RANGES)
                            : Categories.fit(name, catalog, facts));
        }
        for (String name : model.itemNumbers()) {
            codings.add(Standardised.fit(name, catalog, facts));
        }
        for (String name : model.itemText()) {
            codings.add(Text.fit(name, catalog, facts, encoder));
        }
        return codings;
    }

    /**
     * By name; a value that no learned item had is left out.
     *
     * @param values by their numbers
     */
    record Categories(String name, List<String> values) implements ItemCoding {

        public Categories {
            values = List.copyOf(values);
        }

        static Categories fit(String name, Catalog catalog, ItemFacts facts) {
            List<String> values = ItemCategories.of(name, catalog, facts.of(name)).values();
            refuseNone("item_fields", name, "no item has a value of", values.size(), facts);
            return new Categories(name, values);
        }

        @Override
        public ItemCategories of(Catalog catalog, ItemFacts facts, TextEncoder encoder) {
            return ItemCategories.of(name, values, catalog, facts.of(name));
        }
    }

    /**
     * Numbers as the range they fall in. The ranges hold equally many of the learned items, fewer
     * where many have the same number.
     *
     * @param from where each range begins, numbered in the order of the catalog; what lies below
     *     the lowest belongs to it
     */
    record Ranges(String name, List<Double> from) implements ItemCoding {

        public Ranges {
            from = List.copyOf(from);
        }

        static Ranges fit(String name, Catalog catalog, ItemFacts facts, int ranges) {
            Map<String, Double> numbers = numbers(name, catalog, facts);
            refuseNone("item_fields", name, "no item has a number as", numbers.size(), facts);
            double[] sorted = numbers.values().stream().mapToDouble(n -> n).sorted().toArray();
            Map<Long, Double> starts = new HashMap<>();
            for (double number : sorted) {
                starts.putIfAbsent(range(sorted, number, ranges), number);
            }
            Set<Double> from = new LinkedHashSet<>();
            for (String id : catalog.ids()) {
                Double number = numbers.get(id);
                if (number != null) {
                    from.add(starts.getOrDefault(range(sorted, number, ranges), number));
                }
            }
            return new Ranges(name, List.copyOf(from));
        }

        private static long range(double[] sorted, double number, int ranges) {
            int rank = Arrays.binarySearch(sorted, number);
            while (rank > 0 && sorted[rank - 1] == number) { // equal numbers share a range
                rank--;
            }
            return (long) rank * ranges / sorted.length;
        }

        @Override
        public ItemCategories of(Catalog catalog, ItemFacts facts, TextEncoder encoder) {
            List<String> names = from.stream().map(start -> Double.toString(start)).toList();
            Map<String, List<String>> rangeByItem = new HashMap<>();
            numbers(name, catalog, facts)
                    .forEach((id, number) -> rangeByItem.put(id, List.of(names.get(of(number)))));
            return ItemCategories.of(name, names, catalog, rangeByItem);
        }

        private int of(double number) {
            int best = -1;
            int lowest = 0;
            for (int range = 0; range < from.size(); range++) {
                double start = from.get(range);
                if (start <= number && (best < 0 || start > from.get(best))) {
                    best = range;
                }
                lowest = start < from.get(lowest) ? range : lowest;
            }
            return best < 0 ? lowest : best;
        }
    }

    /**
     * Numbers by how many standard deviations they lie above the mean of the learned items. An item
     * without one counts as the mean.
     */
    record Standardised(String name, double mean, double deviation) implements ItemCoding {

        /** So that a slip of the pen does not put an item out of the space the others live in. */
        private static final double MOST = 5;

        static Standardised fit(String name, Catalog catalog, ItemFacts facts) {
            double[] numbers =
                    numbers(name, catalog, facts).values().stream()
                            .mapToDouble(n -> n)
                            .sorted() // an order of its own: sums of the same bits
                            .toArray();
            refuseNone("item_numbers", name, "no item has a number as", numbers.length, facts);
            double mean = Arrays.stream(numbers).average().orElse(0);
            double squares = Arrays.stream(numbers).map(n -> (n - mean) * (n - mean)).sum();
            double deviation = Math.sqrt(squares / numbers.length);
            return new Standardised(name, mean, deviation > 0 ? deviation : 1);
        }

        @Override
        public ItemNumbers of(Catalog catalog, ItemFacts facts, TextEncoder encoder) {
            float[] values = new float[catalog.size() + 1];
            numbers(name, catalog, facts)
                    .forEach(
                            (id, number) -> {
                                double z = (number - mean) / deviation;
                                values[catalog.indexOf(id)] =
                                        (float) Math.max(-MOST, Math.min(MOST, z));
                            });
            return new ItemNumbers(name, 1, values);
        }
    }

    /**
     * What a text means: the vector of a sentence model, less the mean of the learned items' and
     * scaled so that theirs are 1 long on the average: titles of one shop are much alike, and what
     * they share tells no item from another. Of several texts the first counts.
     *
     * @param encoder the checksum of the model
     * @param mean [F]
     */
    record Text(String name, String encoder, List<Float> mean, double scale) implements ItemCoding {

        public Text {
            mean = List.copyOf(mean);
        }

        static Text fit(String name, Catalog catalog, ItemFacts facts, TextEncoder encoder) {
            List<String> texts = List.copyOf(texts(name, catalog, facts).values());
            refuseNone("item_text", name, "no item has a text as", texts.size(), facts);
            float[][] vectors = encoder.encode(texts);
            int size = vectors[0].length;
            double[] mean = new double[size];
            for (float[] vector : vectors) {
                for (int f = 0; f < size; f++) {
                    mean[f] += vector[f] / vectors.length;
                }
            }
            double squares = 0;
            for (float[] vector : vectors) {
                for (int f = 0; f < size; f++) {
                    squares += Math.pow(vector[f] - mean[f], 2) / vectors.length;
                }
            }
            List<Float> rounded = Arrays.stream(mean).mapToObj(m -> (float) m).toList();
            return new Text(
                    name, encoder.checksum(), rounded, squares > 0 ? 1 / Math.sqrt(squares) : 1);
        }

        @Override
        public ItemNumbers of(Catalog catalog, ItemFacts facts, TextEncoder by) {
            if (!by.checksum().equals(encoder)) {
                throw NextactException.bundle(
                        "the model read texts by a sentence model of checksum %s, there is %s."
                                + " Use the nextact it was trained with, or train it anew",
                        encoder, by.checksum());
            }
            Map<String, String> texts = texts(name, catalog, facts);
            List<String> ids = List.copyOf(texts.keySet());
            float[][] vectors = by.encode(List.copyOf(texts.values()));
            float[] values = new float[(catalog.size() + 1) * mean.size()];
            for (int i = 0; i < vectors.length; i++) {
                int row = catalog.indexOf(ids.get(i)) * mean.size();
                for (int f = 0; f < mean.size(); f++) {
                    values[row + f] = (float) ((vectors[i][f] - mean.get(f)) * scale);
                }
            }
            return new ItemNumbers(name, mean.size(), values);
        }

        /** By the ids of the items that have one, in the order of the catalog. */
        private static Map<String, String> texts(String name, Catalog catalog, ItemFacts facts) {
            Map<String, String> texts = new LinkedHashMap<>();
            for (String id : catalog.ids()) {
                for (String text : facts.of(name).getOrDefault(id, List.of())) {
                    texts.putIfAbsent(id, text);
                }
            }
            return texts;
        }
    }

    /** Of an item's texts the first counts; what is no number is none. */
    private static Map<String, Double> numbers(String name, Catalog catalog, ItemFacts facts) {
        Map<String, Double> numbers = new HashMap<>();
        for (String id : catalog.ids()) {
            facts.of(name).getOrDefault(id, List.of()).stream()
                    .limit(1)
                    .forEach(text -> number(text).ifPresent(number -> numbers.put(id, number)));
        }
        return numbers;
    }

    private static OptionalDouble number(String text) {
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static void refuseNone(
            String key, String name, String what, int found, ItemFacts facts) {
        if (found == 0) {
            throw NextactException.input(
                    "model.%s: %s '%s'; the prepared data have %s. Where sources or items name a"
                            + " column for it, run `nextact prepare` again",
                    key,
                    what,
                    name,
                    facts.fields().isEmpty() ? "no facts about items" : facts.fields());
        }
    }
}
