package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the training part has made of a field: its values, ranges or moments. Row 0 of a field is
 * its unknown value; a value that is missing is one like others, named by the empty text, where the
 * training part has enough of it, and unknown where it has not.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FieldEncoding.Categories.class, name = "categories"),
    @JsonSubTypes.Type(value = FieldEncoding.Ranges.class, name = "ranges"),
    @JsonSubTypes.Type(value = FieldEncoding.Standardised.class, name = "standardised"),
    @JsonSubTypes.Type(value = FieldEncoding.Cells.class, name = "cells"),
    @JsonSubTypes.Type(value = FieldEncoding.Text.class, name = "text")
})
public sealed interface FieldEncoding {

    /** The row of a value that the training part has too seldom, or not at all. */
    int UNKNOWN = 0;

    /** How many rows of vectors it has. */
    int rows();

    /**
     * The rows of a value, and how much each counts.
     *
     * @param text as the log has it; empty = missing
     */
    void encode(String text, Bag bag);

    /**
     * The rows of many values, one after the other.
     *
     * @param texts none of them missing
     * @param encoder reads them, where the field is one of texts
     * @param taker gets each value's rows, in the order of the texts; they are gone after it
     */
    default void encode(List<String> texts, TextEncoder encoder, Consumer<Bag> taker) {
        Bag bag = new Bag();
        for (String text : texts) {
            bag.clear();
            encode(text, bag);
            taker.accept(bag);
        }
    }

    /** What a row stands for, whatever its number: the same in any model of the field. */
    String nameOf(int row);

    /** The same of a kind that reads no texts. */
    static FieldEncoding learn(FieldKind kind, Map<String, Integer> events) {
        return learn(kind, events, TextEncoder.NONE);
    }

    /**
     * @param events of the training part by their values, the empty text where there is none
     * @param encoder reads them, where the field is one of texts
     */
    static FieldEncoding learn(FieldKind kind, Map<String, Integer> events, TextEncoder encoder) {
        if (kind instanceof FieldKind.Category category) {
            return Categories.learn(events, "", category.minEvents());
        } else if (kind instanceof FieldKind.Several several) {
            return Categories.learn(events, several.separator(), several.minEvents());
        } else if (kind instanceof FieldKind.Buckets buckets) {
            return Ranges.learn(numbers(events), buckets.ranges());
        } else if (kind instanceof FieldKind.Numeric) {
            return Standardised.learn(numbers(events));
        } else if (kind instanceof FieldKind.Geo geo) {
            return Cells.learn(events, geo.cellsKm(), geo.minEvents());
        } else if (kind instanceof FieldKind.Text text) {
            return Text.learn(events, text.components(), encoder);
        }
        boolean areNumbers =
                events.keySet().stream().allMatch(t -> t.isEmpty() || number(t).isPresent());
        return areNumbers && numbers(events).size() > FieldKind.Buckets.RANGES
                ? Ranges.learn(numbers(events), FieldKind.Buckets.RANGES)
                : Categories.learn(events, "", FieldKind.Category.MIN_EVENTS);
    }

    private static NavigableMap<Double, Integer> numbers(Map<String, Integer> events) {
        TreeMap<Double, Integer> numbers = new TreeMap<>();
        events.forEach(
                (text, count) ->
                        number(text).ifPresent(n -> numbers.merge(n, count, Integer::sum)));
        return numbers;
    }

    private static OptionalDouble number(String text) {
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double number = Double.parseDouble(text);
            // -0 and 0 are one value
            return Double.isFinite(number)
                    ? OptionalDouble.of(number + 0.0)
                    : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static List<String> often(Map<String, Integer> events, int least) {
        return events.entrySet().stream()
                .filter(value -> value.getValue() >= least)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** 0 where the sorted values have no such one, else 1 and its place. */
    private static int row(List<String> values, String value) {
        return Math.max(UNKNOWN, Collections.binarySearch(values, value) + 1);
    }

    /** The mean of the rows of the values found, the unknown row where there are none. */
    private static void addMean(List<String> values, List<String> found, Bag bag) {
        if (found.isEmpty()) {
            bag.add(UNKNOWN, 1);
        }
        for (String value : found) {
            bag.add(row(values, value), 1f / found.size());
        }
    }

    /**
     * @param values sorted; row 1, 2, …
     * @param separator between the values of a text; empty = a text is one value
     */
    record Categories(List<String> values, String separator) implements FieldEncoding {
        public Categories {
            values = List.copyOf(values);
        }

        private static Categories learn(Map<String, Integer> events, String separator, int least) {
            Map<String, Integer> single = new HashMap<>();
            events.forEach(
                    (text, count) -> {
                        for (String value : split(text, separator)) {
                            single.merge(value, count, Integer::sum);
                        }
                    });
            return new Categories(often(single, least), separator);
        }

        private static List<String> split(String text, String separator) {
            if (separator.isEmpty() || text.isEmpty()) {
                return List.of(text);
            }
            List<String> values =
                    Stream.of(text.split(Pattern.quote(separator), -1))
                            .map(String::strip)
                            .filter(value -> !value.isEmpty())
                            .toList();
            return values.isEmpty() ? List.of("") : values;
        }

        @Override
        public int rows() {
            return 1 + values.size();
        }

        @Override
        public void encode(String text, Bag bag) {
            addMean(values, split(text, separator), bag);
        }

        @Override
        public String nameOf(int row) {
            return row == UNKNOWN ? "unknown" : "=" + values.get(row - 1);
        }
    }

    /**
     * @param bounds ascending; row 1 is below the first, row 2 from it on, …
     */
    record Ranges(List<Double> bounds) implements FieldEncoding {
        public Ranges {
            bounds = List.copyOf(bounds);
        }

        private static Ranges learn(NavigableMap<Double, Integer> numbers, int ranges) {
            long total = numbers.values().stream().mapToLong(count -> count).sum();
            List<Double> bounds = new ArrayList<>();
            long below = 0;
            long before = 0;
            for (Map.Entry<Double, Integer> number : numbers.entrySet()) {
                long range = below * ranges / total; // equal numbers stay together
                if (range > before) {
                    bounds.add(number.getKey());
                }
                before = range;
                below += number.getValue();
            }
            return new Ranges(bounds);
        }

        @Override
        public int rows() {
            return 2 + bounds.size();
        }

        @Override
        public void encode(String text, Bag bag) {
            OptionalDouble number = number(text);
            if (number.isEmpty()) {
                bag.add(UNKNOWN, 1);
                return;
            }
            int at = Collections.binarySearch(bounds, number.getAsDouble());
            bag.add(1 + (at >= 0 ? at + 1 : -at - 1), 1);
        }

        @Override
        public String nameOf(int row) {
            return row == UNKNOWN ? "unknown" : "range " + row + " of " + (rows() - 1);
        }
    }

    /**
     * Row 1 times (number − mean) / deviation; row 0 where there is no number.
     *
     * @param deviation above 0
     */
    record Standardised(double mean, double deviation) implements FieldEncoding {
        /** No number is further off: one that is damaged must not drown the others. */
        private static final double MOST = 10;

        private static Standardised learn(NavigableMap<Double, Integer> numbers) {
            double total = 0;
            double sum = 0;
            for (Map.Entry<Double, Integer> number : numbers.entrySet()) {
                total += number.getValue();
                sum += number.getKey() * number.getValue();
            }
            double mean = total == 0 ? 0 : sum / total;
            double squares = 0;
            for (Map.Entry<Double, Integer> number : numbers.entrySet()) {
                double off = number.getKey() - mean;
                squares += off * off * number.getValue();
            }
            double deviation = total == 0 ? 0 : Math.sqrt(squares / total);
            return new Standardised(mean, deviation > 0 ? deviation : 1);
        }

        @Override
        public int rows() {
            return 2;
        }

        @Override
        public void encode(String text, Bag bag) {
            OptionalDouble number = number(text);
            if (number.isEmpty()) {
                bag.add(UNKNOWN, 1);
                return;
            }
            double off = (number.getAsDouble() - mean) / deviation;
            bag.add(1, (float) Math.max(-MOST, Math.min(MOST, off)));
        }

        @Override
        public String nameOf(int row) {
            return row == UNKNOWN ? "unknown" : "number";
        }
    }

    /**
     * Cells of about the same size all over the earth: bands of latitude, each cut into as many
     * cells as its length holds. A place counts as the mean of its cells of all levels.
     *
     * @param cellsKm their sides, for each level
     * @param cells sorted; {@code level:band:place} in row 1, 2, …
     */
    record Cells(List<Double> cellsKm, List<String> cells) implements FieldEncoding {
        private static final double KM_A_DEGREE = 111.195;

        public Cells {
            cellsKm = List.copyOf(cellsKm);
            cells = List.copyOf(cells);
        }

        private static Cells learn(Map<String, Integer> events, List<Double> cellsKm, int least) {
            Map<String, Integer> counts = new HashMap<>();
            events.forEach(
                    (text, count) ->
                            cellsOf(text, cellsKm)
                                    .forEach(c -> counts.merge(c, count, Integer::sum)));
            return new Cells(cellsKm, often(counts, least));
        }

        /** One for each level; none where the text is no place. */
        private static List<String> cellsOf(String text, List<Double> cellsKm) {
            int comma = text.indexOf(',');
            OptionalDouble latitude = number(comma < 0 ? "" : text.substring(0, comma).strip());
            OptionalDouble longitude = number(comma < 0 ? "" : text.substring(comma + 1).strip());
            if (latitude.isEmpty()
                    || longitude.isEmpty()
                    || Math.abs(latitude.getAsDouble()) > 90
                    || Math.abs(longitude.getAsDouble()) > 180) {
                return List.of();
            }
            List<String> cells = new ArrayList<>();
            for (int level = 0; level < cellsKm.size(); level++) {
                double side = cellsKm.get(level) / KM_A_DEGREE; // in degrees of latitude
                long band = (long) Math.floor(latitude.getAsDouble() / side);
                double middle = Math.max(-90, Math.min(90, (band + 0.5) * side));
                double length = 360 * Math.cos(Math.toRadians(middle));
                long count = Math.max(1, Math.round(length / side));
                // 180 degrees east and west are one place
                double around =
                        Math.floorMod(
                                        Math.round((longitude.getAsDouble() + 180) * 1e7),
                                        3_600_000_000L)
                                / 3.6e9;
                cells.add(level + ":" + band + ":" + (long) Math.floor(around * count));
            }
            return List.copyOf(cells);
        }

        @Override
        public int rows() {
            return 1 + cells.size();
        }

        @Override
        public void encode(String text, Bag bag) {
            addMean(cells, cellsOf(text, cellsKm), bag);
        }

        @Override
        public String nameOf(int row) {
            return row == UNKNOWN ? "unknown" : "cell " + cellsKm + " " + cells.get(row - 1);
        }
    }

    /**
     * What a frozen sentence model makes of a text, in the few directions in which the texts of the
     * training part differ most (principal components), each scaled to deviation 1 there. Row 1, 2,
     * … for each direction; row 0 where there is no text.
     *
     * @param model checksum of the sentence model
     * @param mean [F] of its vectors
     * @param directions [rows][F]
     */
    record Text(String model, float[] mean, float[][] directions) implements FieldEncoding {

        /** Enough to know the directions by; more only take time. */
        private static final int MOST_LEARNED_FROM = 4000;

        private static final int READ_TOGETHER = 1000;

        private static Text learn(
                Map<String, Integer> events, int components, TextEncoder encoder) {
            List<String> texts =
                    events.keySet().stream().filter(text -> !text.isEmpty()).sorted().toList();
            if (texts.isEmpty()) {
                return new Text(encoder.checksum(), new float[0], new float[0][]);
            }
            int step = (texts.size() - 1) / MOST_LEARNED_FROM + 1;
            List<String> chosen = new ArrayList<>();
            for (int i = 0; i < texts.size(); i += step) {
                chosen.add(texts.get(i));
            }
            double[] weights = chosen.stream().mapToDouble(events::get).toArray();
            PrincipalComponents found =
                    PrincipalComponents.of(encoder.encode(chosen), weights, components);
            return new Text(encoder.checksum(), found.mean(), found.whitening());
        }

        @Override
        public int rows() {
            return 1 + directions.length;
        }

        @Override
        public void encode(String text, Bag bag) {
            if (!text.isEmpty()) {
                throw new IllegalArgumentException("a text needs an encoder to be read");
            }
            bag.add(UNKNOWN, 1);
        }

        @Override
        public void encode(List<String> texts, TextEncoder encoder, Consumer<Bag> taker) {
            if (!texts.isEmpty() && !encoder.checksum().equals(model)) {
                throw NextactException.bundle(
                        "its texts were read by the sentence model %s, the one here is %s",
                        model, encoder.checksum());
            }
            Bag bag = new Bag();
            for (int from = 0; from < texts.size(); from += READ_TOGETHER) {
                int end = Math.min(texts.size(), from + READ_TOGETHER);
                for (float[] vector : encoder.encode(texts.subList(from, end))) {
                    bag.clear();
                    for (int row = 0; row < directions.length; row++) {
                        double along = 0;
                        for (int f = 0; f < mean.length; f++) {
                            along += (vector[f] - mean[f]) * directions[row][f];
                        }
                        bag.add(row + 1, (float) along);
                    }
                    taker.accept(bag);
                }
            }
        }

        @Override
        public String nameOf(int row) {
            return row == UNKNOWN
                    ? "unknown"
                    : "direction " + row + " " + Arrays.hashCode(directions[row - 1]);
        }
    }
}
