package dev.nextact.predict;

import dev.nextact.model.bundle.Bundle;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a bundle's items, by the items' numbers, as filters read them. A field whose
 * every value is a number, and none of whose items has two, is one of numbers; any other is one of
 * texts, of which an item may have several. Of an item nothing may be known: it passes no filter of
 * that field, and no cap counts it. Immutable; thread-safe.
 */
public final class ItemAttributes {

    private final Map<String, Column> columns;

    private sealed interface Column {

        /**
         * @param byItem [V+1], NaN where it is not known
         */
        record Numbers(double[] byItem) implements Column {}

        /**
         * @param numberOf each value's number
         * @param texts the values by their numbers
         * @param starts [V+2], where the values of an item begin
         * @param values the items' values by their numbers, item by item
         */
        record Texts(Map<String, Integer> numberOf, List<String> texts, int[] starts, int[] values)
                implements Column {}
    }

    private ItemAttributes(Map<String, Column> columns) {
        this.columns = columns;
    }

    /**
     * @throws dev.nextact.core.NextactException of category BUNDLE when they cannot be read
     */
    public static ItemAttributes of(Bundle bundle) {
        Map<String, Column> columns = new TreeMap<>();
        Reader[] now = new Reader[1];
        bundle.readItemFacts(
                (item, field, value) -> {
                    if (now[0] == null || !now[0].field.equals(field)) {
                        finish(now[0], columns);
                        now[0] = new Reader(field, bundle.catalog().size());
                    }
                    now[0].add(item, value);
                });
        finish(now[0], columns);
        return new ItemAttributes(columns);
    }

    private static void finish(@Nullable Reader reader, Map<String, Column> columns) {
        if (reader != null) {
            columns.put(reader.field, reader.column());
        }
    }

    /** One field's rows, as they come. */
    private static final class Reader {

        private final String field;
        private final int items;
        private final Map<String, Integer> numberOf = new HashMap<>();
        private final List<String> texts = new ArrayList<>();
        private final int[] starts;
        private int[] values = new int[1024];
        private int size;
        private boolean isOneEach = true;

        Reader(String field, int items) {
            this.field = field;
            this.items = items;
            this.starts = new int[items + 2];
        }

        void add(int item, String value) {
            int number = numberOf.computeIfAbsent(value, v -> texts.size());
            if (number == texts.size()) {
                texts.add(value);
            }
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = number;
            isOneEach &= starts[item + 1] == 0;
            starts[item + 1]++;
        }

        Column column() {
            for (int item = 0; item <= items; item++) {
                starts[item + 1] += starts[item];
            }
            double[] parsed =
                    texts.stream().mapToDouble(t -> number(t).orElse(Double.NaN)).toArray();
            if (isOneEach && Arrays.stream(parsed).noneMatch(Double::isNaN)) {
                double[] byItem = new double[items + 1];
                for (int item = 0; item <= items; item++) {
                    byItem[item] =
                            starts[item] == starts[item + 1]
                                    ? Double.NaN
                                    : parsed[values[starts[item]]];
                }
                return new Column.Numbers(byItem);
            }
            return new Column.Texts(
                    Map.copyOf(numberOf), List.copyOf(texts), starts, Arrays.copyOf(values, size));
        }
    }

    private static OptionalDouble number(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** What is known of items, in order. */
    public Set<String> fields() {
        return columns.keySet();
    }

    /** Whether it can be asked for by {@link #between}. */
    public boolean isNumber(String field) {
        return column(field) instanceof Column.Numbers;
    }

    /**
     * The values there are, in order; none of a field of numbers.
     *
     * @throws IllegalArgumentException when there is no such field
     */
    public List<String> values(String field) {
        return column(field) instanceof Column.Texts texts
                ? texts.texts().stream().sorted().toList()
                : List.of();
    }

    private Column column(String field) {
        Column column = columns.get(field);
        if (column == null) {
            throw new IllegalArgumentException(
                    "field: expected one of " + columns.keySet() + ", found " + field);
        }
        return column;
    }

    /**
     * What is known of an item, the values of a field with a comma between, each once; empty where
     * nothing is. A number is written as short as it can be.
     *
     * @throws IllegalArgumentException when there is no such field
     */
    public String text(String field, int item) {
        if (column(field) instanceof Column.Texts texts) {
            Set<String> values = new LinkedHashSet<>();
            for (int i = texts.starts()[item]; i < texts.starts()[item + 1]; i++) {
                String value = texts.texts().get(texts.values()[i]);
                OptionalDouble number = number(value);
                values.add(number.isPresent() ? plain(number.getAsDouble()) : value);
            }
            return String.join(", ", values);
        }
        double number = ((Column.Numbers) column(field)).byItem()[item];
        return Double.isNaN(number) ? "" : plain(number);
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /**
     * The items that have one of some values; a number is found however it is written.
     *
     * @throws IllegalArgumentException when there is no such field
     */
    public IntPredicate oneOf(String field, Collection<String> wanted) {
        if (column(field) instanceof Column.Texts texts) {
            BitSet numbers = new BitSet();
            for (String value : wanted) {
                Optional.ofNullable(texts.numberOf().get(value)).ifPresent(numbers::set);
            }
            return item -> {
                for (int i = texts.starts()[item]; i < texts.starts()[item + 1]; i++) {
                    if (numbers.get(texts.values()[i])) {
                        return true;
                    }
                }
                return false;
            };
        }
        double[] numbers =
                wanted.stream()
                        .map(ItemAttributes::number)
                        .flatMapToDouble(OptionalDouble::stream)
                        .sorted()
                        .toArray();
        double[] byItem = ((Column.Numbers) column(field)).byItem();
        // 0.0 + makes a negative zero a zero; NaN is never among them
        return item -> Arrays.binarySearch(numbers, 0.0 + byItem[item]) >= 0;
    }

    /**
     * The items whose number lies between two others, these included.
     *
     * @throws IllegalArgumentException when the field is none of numbers
     */
    public IntPredicate between(String field, double least, double most) {
        if (column(field) instanceof Column.Numbers numbers) {
            double[] byItem = numbers.byItem();
            return item -> byItem[item] >= least && byItem[item] <= most;
        }
        throw new IllegalArgumentException("field: expected one of numbers, found " + field);
    }

    /**
     * At most so many items of an answer share a value.
     *
     * @param most at least 1
     * @throws IllegalArgumentException when the field is none of texts
     */
    public Cap cap(String field, int most) {
        if (column(field) instanceof Column.Texts texts) {
            return new Cap(texts.starts(), texts.values(), most);
        }
        throw new IllegalArgumentException("field: expected one of texts, found " + field);
    }

    /** At most so many items of an answer share a value of a field. Immutable; thread-safe. */
    public static final class Cap {

        private final int[] starts;
        private final int[] values;
        private final int most;

        private Cap(int[] starts, int[] values, int most) {
            if (most < 1) {
                throw new IllegalArgumentException("most: expected at least 1, found " + most);
            }
            this.starts = starts;
            this.values = values;
            this.most = most;
        }

        /** Whether there is room for an item beside those counted. */
        boolean hasRoom(int item, Map<Integer, Integer> counts) {
            for (int i = starts[item]; i < starts[item + 1]; i++) {
                if (counts.getOrDefault(values[i], 0) >= most) {
                    return false;
                }
            }
            return true;
        }

        void count(int item, Map<Integer, Integer> counts) {
            for (int i = starts[item]; i < starts[item + 1]; i++) {
                counts.merge(values[i], 1, Integer::sum);
            }
        }
    }
}
