package dev.nextact.serve.http;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.Nearest;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.predict.ItemAttributes;
import dev.nextact.predict.ItemAttributes.Cap;
import dev.nextact.predict.NextItemQuestion;
import dev.nextact.serve.live.LiveModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which items a request lets be answered, and how many of a kind. Read once; put to each model that
 * is asked, since what is known of items is in its bundle.
 *
 * @param seen absent = as the model was trained
 * @param where what an item must be, by field
 * @param atMost how many items may share a value, by field
 */
record ItemChoice(
        Optional<SeenItems> seen,
        List<String> exclude,
        Optional<List<String>> among,
        Map<String, Condition> where,
        Map<String, Integer> atMost) {

    /** Fields of {@code where} and of {@code at_most}. */
    private static final int MOST_FIELDS = 16;

    private static final List<String> RANGE = List.of("least", "most");

    static final ItemChoice ANY =
            new ItemChoice(Optional.empty(), List.of(), Optional.empty(), Map.of(), Map.of());

    /** What one field of an item must be. */
    sealed interface Condition {

        record OneOf(List<String> values) implements Condition {}

        /** Both included. */
        record Between(double least, double most) implements Condition {}
    }

    static Map<String, Object> whereSchema(int mostValues) {
        Map<String, Object> value =
                Map.of(
                        "oneOf",
                        List.of(
                                Schema.list(
                                        "one of these",
                                        mostValues,
                                        Map.of("type", List.of("string", "number"))),
                                Schema.object(
                                        "least",
                                        Schema.number("and above"),
                                        "most",
                                        Schema.number("and below"))));
        return Schema.byName(
                "what an item must be, by the facts of the config's serve.filters that the model"
                        + " keeps, such as category, brand, price",
                MOST_FIELDS,
                value);
    }

    static Map<String, Object> atMostSchema(int mostItems) {
        return Schema.byName(
                "how many items of the answer may share a value of a field, such as category",
                MOST_FIELDS,
                Schema.whole("items", 1, mostItems));
    }

    static Map<String, Condition> where(JsonRequest json, int mostValues) throws IOException {
        Map<String, Condition> where = new LinkedHashMap<>();
        json.byName(
                MOST_FIELDS,
                name -> {
                    where.put(
                            name,
                            json.isList()
                                    ? new Condition.OneOf(json.list(mostValues, json::scalar))
                                    : range(json));
                });
        return where;
    }

    private static Condition range(JsonRequest json) throws IOException {
        double[] bounds = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
        if (!json.isObject()) {
            throw json.wrong("a list of values, or {least, most}");
        }
        json.object(
                RANGE,
                name -> {
                    int bound = RANGE.indexOf(name);
                    if (bound < 0) {
                        return false;
                    }
                    bounds[bound] = json.number();
                    return true;
                });
        if (!(bounds[0] <= bounds[1])) {
            throw json.wrong("a least that is not above the most");
        }
        if (Double.isInfinite(bounds[0]) && Double.isInfinite(bounds[1])) {
            throw json.wrong("a least, a most or both");
        }
        return new Condition.Between(bounds[0], bounds[1]);
    }

    static Map<String, Integer> atMost(JsonRequest json, int mostItems) throws IOException {
        Map<String, Integer> atMost = new LinkedHashMap<>();
        json.byName(MOST_FIELDS, name -> atMost.put(name, json.whole(1, mostItems)));
        return atMost;
    }

    /**
     * @throws Problem 400 where the model does not keep what the request chooses by
     */
    NextItemQuestion question(LiveModel model, EventSequence history, int k) {
        boolean remove =
                seen.map(s -> s == SeenItems.REMOVE)
                        .orElse(model.manifest().seenItems().equals("remove"));
        Catalog catalog = model.bundle().catalog();
        IntPredicate all = model.available();
        for (Map.Entry<String, Condition> entry : where.entrySet()) {
            all = all.and(predicate(model.attributes(), entry.getKey(), entry.getValue()));
        }
        List<Cap> caps = new ArrayList<>();
        atMost.forEach((field, most) -> caps.add(cap(model.attributes(), field, most)));
        return new NextItemQuestion(
                history,
                k,
                remove,
                numbers(catalog, exclude),
                among.map(ids -> numbers(catalog, ids)),
                all,
                caps);
    }

    /** Unknown items are left out: 0 is no item. */
    private static BitSet numbers(Catalog catalog, List<String> ids) {
        BitSet numbers = new BitSet();
        ids.forEach(id -> numbers.set(catalog.indexOf(id)));
        numbers.clear(0);
        return numbers;
    }

    private static IntPredicate predicate(
            ItemAttributes attributes, String field, Condition condition) {
        mustBeKept(attributes, "/where", field);
        if (condition instanceof Condition.OneOf one) {
            return attributes.oneOf(field, one.values());
        }
        Condition.Between between = (Condition.Between) condition;
        if (!attributes.isNumber(field)) {
            throw Problem.badRequest(
                    "%s: expected a list of values, found a range; it is no number of every item"
                            .formatted(place("/where", field)));
        }
        return attributes.between(field, between.least(), between.most());
    }

    private static Cap cap(ItemAttributes attributes, String field, int most) {
        mustBeKept(attributes, "/at_most", field);
        if (attributes.isNumber(field)) {
            throw Problem.badRequest(
                    "%s: expected a field of texts, such as category; this one is a number"
                            .formatted(place("/at_most", field)));
        }
        return attributes.cap(field, most);
    }

    private static void mustBeKept(ItemAttributes attributes, String parent, String field) {
        if (attributes.fields().contains(field)) {
            return;
        }
        String known =
                attributes.fields().isEmpty()
                        ? "It keeps none: name them in serve.filters, prepare and train"
                        : "Kept: " + String.join(", ", attributes.fields());
        String near =
                Nearest.of(field, attributes.fields())
                        .map(n -> "; did you mean " + n + "?")
                        .orElse(".");
        throw Problem.badRequest(
                "%s: the model keeps no such fact of items%s %s"
                        .formatted(place(parent, field), near, known));
    }

    /** RFC 6901. */
    private static String place(String parent, String field) {
        return parent + "/" + field.replace("~", "~0").replace("/", "~1");
    }
}
