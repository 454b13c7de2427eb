package dev.nextact.core;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields that a network reads, as the training part has made them; kept in its bundle. All
 * their rows lie in one table: those of the events' fields first, field by field. Immutable;
 * thread-safe.
 */
public record FieldVocabulary(List<Field> ofEvents, List<Field> ofShoppers) {

    /** Reads the texts of events that are in no prepared log. */
    private static final TextEncoder LIVE = TextEncoder.onDemand(Optional.empty());

    /** Of a network that reads none. */
    public static final FieldVocabulary NONE = new FieldVocabulary(List.of(), List.of());

    /**
     * @param columns of the log it is made of
     */
    public record Field(String name, List<String> columns, FieldEncoding encoding) {
        public Field {
            columns = List.copyOf(columns);
        }
    }

    public FieldVocabulary {
        ofEvents = List.copyOf(ofEvents);
        ofShoppers = List.copyOf(ofShoppers);
    }

    /**
     * Learns from counts of the training part.
     *
     * @param kinds by the field's name
     * @param texts in the order of {@code kinds}
     * @param counts for each field how often each number occurs
     * @param encoder reads texts
     */
    public static List<Field> learn(
            Map<String, FieldKind> kinds,
            List<FieldTexts.Column> texts,
            int[][] counts,
            TextEncoder encoder) {
        List<Field> fields = new ArrayList<>();
        kinds.forEach(
                (name, kind) -> {
                    int f = fields.size();
                    fields.add(
                            new Field(
                                    name,
                                    kind.columns(name),
                                    FieldEncoding.learn(
                                            kind, texts.get(f).events(counts[f]), encoder)));
                });
        return fields;
    }

    @JsonIgnore
    public boolean isEmpty() {
        return ofEvents.isEmpty() && ofShoppers.isEmpty();
    }

    /** Rows of the table. */
    public int rows() {
        return all().mapToInt(field -> field.encoding().rows()).sum();
    }

    private Stream<Field> all() {
        return Stream.concat(ofEvents.stream(), ofShoppers.stream());
    }

    /**
     * What each row stands for: the same name in another vocabulary is the same value of the same
     * field.
     */
    public List<String> rowNames() {
        List<String> names = new ArrayList<>();
        for (Field field : ofEvents) {
            addNames(names, "event " + field.name() + " ", field.encoding());
        }
        for (Field field : ofShoppers) {
            addNames(names, "shopper " + field.name() + " ", field.encoding());
        }
        return names;
    }

    private static void addNames(List<String> names, String prefix, FieldEncoding encoding) {
        for (int row = 0; row < encoding.rows(); row++) {
            names.add(prefix + encoding.nameOf(row));
        }
    }

    /** The columns each field of events is made of. */
    public Map<String, List<String>> eventColumns() {
        return columns(ofEvents);
    }

    /** The columns each field of shoppers is made of. */
    public Map<String, List<String>> shopperColumns() {
        return columns(ofShoppers);
    }

    private static Map<String, List<String>> columns(List<Field> fields) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        fields.forEach(field -> columns.put(field.name(), field.columns()));
        return columns;
    }

    /**
     * What a log knows, as the network reads it.
     *
     * @param texts of the log, which has all fields
     * @throws IllegalArgumentException naming a field that the log lacks
     */
    public SideInformation encode(SideInformation side, FieldTexts texts) {
        if (isEmpty()) {
            return SideInformation.NONE;
        }
        List<FieldBags> bags = new ArrayList<>();
        int[][] events = new int[ofEvents.size()][];
        int[][] shoppers = new int[ofShoppers.size()][];
        int row = 0;
        for (int f = 0; f < events.length; f++) {
            int column = place(ofEvents.get(f), texts.ofEvents());
            events[f] = side.ofEvents(column);
            row = add(bags, ofEvents.get(f), row, texts.ofEvents().get(column), texts.encoder());
        }
        for (int g = 0; g < shoppers.length; g++) {
            int column = place(ofShoppers.get(g), texts.ofShoppers());
            shoppers[g] = side.ofShoppers(column);
            row =
                    add(
                            bags,
                            ofShoppers.get(g),
                            row,
                            texts.ofShoppers().get(column),
                            texts.encoder());
        }
        return SideInformation.of(events, shoppers, bags);
    }

    private static int add(
            List<FieldBags> bags,
            Field field,
            int row,
            FieldTexts.Column column,
            TextEncoder encoder) {
        bags.add(FieldBags.of(field.encoding(), row, column.values(), encoder));
        return row + field.encoding().rows();
    }

    private static int place(Field field, List<FieldTexts.Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(field.name())) {
                return i;
            }
        }
        throw new IllegalArgumentException("the log was read without the field " + field.name());
    }

    /**
     * What is told of the events of one shopper, number 0.
     *
     * @param events values by column, for each event; columns that no field is made of are passed
     *     over
     * @param shopper values by column
     */
    public SideInformation describe(List<Map<String, String>> events, Map<String, String> shopper) {
        if (isEmpty()) {
            return SideInformation.NONE;
        }
        List<FieldTexts.Column> ofEach = new ArrayList<>();
        int[][] numbers = new int[ofEvents.size()][events.size()];
        for (int f = 0; f < numbers.length; f++) {
            List<String> values = new ArrayList<>();
            Map<String, Integer> known = new HashMap<>();
            for (int i = 0; i < events.size(); i++) {
                String text = text(ofEvents.get(f).columns(), events.get(i));
                numbers[f][i] = number(text, known, values);
            }
            ofEach.add(new FieldTexts.Column(ofEvents.get(f).name(), values));
        }
        List<FieldTexts.Column> ofShopper = new ArrayList<>();
        int[][] own = new int[ofShoppers.size()][1];
        for (int g = 0; g < own.length; g++) {
            List<String> values = new ArrayList<>();
            own[g][0] = number(text(ofShoppers.get(g).columns(), shopper), new HashMap<>(), values);
            ofShopper.add(new FieldTexts.Column(ofShoppers.get(g).name(), values));
        }
        return encode(SideInformation.of(numbers, own), new FieldTexts(ofEach, ofShopper, LIVE));
    }

    /**
     * The value of a field made of several columns: empty where one of them is missing.
     *
     * @param values by column
     */
    public static String text(List<String> columns, Map<String, String> values) {
        List<String> parts = new ArrayList<>();
        for (String column : columns) {
            String value = values.getOrDefault(column, "").strip();
            if (value.isEmpty()) {
                return "";
            }
            parts.add(value);
        }
        return String.join(",", parts);
    }

    /**
     * Numbers texts in the order they come; the empty one is {@link FieldBags#MISSING}.
     *
     * @param known numbers by text so far
     * @param values texts so far
     */
    public static int number(String text, Map<String, Integer> known, List<String> values) {
        if (text.isEmpty()) {
            return FieldBags.MISSING;
        }
        Integer number = known.get(text);
        if (number == null) {
            values.add(text);
            number = values.size();
            known.put(text, number);
        }
        return number;
    }
}
