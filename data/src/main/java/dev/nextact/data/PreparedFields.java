package dev.nextact.data;

import dev.nextact.core.EventSequences;
import dev.nextact.core.FieldTexts;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.Nearest;
import dev.nextact.core.NextactException;
import dev.nextact.core.SideInformation;
import dev.nextact.core.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields of events and shoppers out of prepared data: each different value once, and a number
 * for each event and shopper. Confined to one thread.
 */
final class PreparedFields {

    /** Between several values of one fact about a shopper; what a field of kind set looks for. */
    private static final String SEPARATOR = "|";

    private final Path directory;
    private final List<String> columns;
    private final List<String> categories;
    private final List<Numbering> ofEvents;
    private final List<Numbering> ofShoppers;
    private final int firstShopper;
    private int event;

    private PreparedFields(
            Path directory,
            int firstShopper,
            List<String> columns,
            List<String> categories,
            List<Numbering> ofEvents,
            List<Numbering> ofShoppers) {
        this.directory = directory;
        this.firstShopper = firstShopper;
        this.columns = columns;
        this.categories = categories;
        this.ofEvents = ofEvents;
        this.ofShoppers = ofShoppers;
    }

    /** The columns that each field is made of, by its name. */
    record Columns(Map<String, List<String>> ofEvents, Map<String, List<String>> ofShoppers) {}

    /** A field, its values so far, and their numbers. */
    private static final class Numbering {
        private final String name;
        private final List<String> columns;
        private final int[] numbers;
        private final List<String> values = new ArrayList<>();
        private final Map<String, Integer> known = new HashMap<>();

        Numbering(String name, List<String> columns, int size) {
            this.name = name;
            this.columns = columns;
            this.numbers = new int[size];
        }

        void set(int place, Map<String, String> row) {
            numbers[place] =
                    FieldVocabulary.number(FieldVocabulary.text(columns, row), known, values);
        }

        FieldTexts.Column column() {
            return new FieldTexts.Column(name, values);
        }
    }

    private static List<Numbering> numberings(Map<String, List<String>> fields, int size) {
        List<Numbering> numberings = new ArrayList<>();
        fields.forEach((name, columns) -> numberings.add(new Numbering(name, columns, size)));
        return numberings;
    }

    /**
     * Those of shoppers are read at once, those of events row by row.
     *
     * @param events how many are going to be read
     * @param firstShopper the number of the first of the shoppers that are read
     * @param shoppers how many those are
     * @throws NextactException naming a column that the prepared data lack
     */
    static PreparedFields of(
            DuckDb engine,
            Path directory,
            Columns fields,
            int events,
            int firstShopper,
            int shoppers)
            throws IOException {
        List<String> columns =
                fields.ofEvents().values().stream().flatMap(List::stream).distinct().toList();
        if (!columns.isEmpty()) {
            refuseMissing(engine, directory, columns);
        }
        List<Numbering> ofEach = numberings(fields.ofShoppers(), shoppers);
        if (!ofEach.isEmpty()) {
            readShoppers(engine, directory, ofEach, firstShopper, shoppers);
        }
        List<String> categories = new ArrayList<>();
        if (columns.contains("category")) {
            engine.read(
                    "SELECT category FROM read_parquet("
                            + DuckDb.quoted(directory.resolve(PreparedData.CATEGORIES))
                            + ") ORDER BY category_index",
                    row -> categories.add(row.getString(1)));
        }
        return new PreparedFields(
                directory,
                firstShopper,
                columns,
                categories,
                numberings(fields.ofEvents(), events),
                ofEach);
    }

    private static void refuseMissing(DuckDb engine, Path directory, List<String> columns)
            throws IOException {
        TreeSet<String> known = new TreeSet<>(List.of("category", "price", "quantity"));
        engine.read(
                "DESCRIBE SELECT * FROM read_parquet("
                        + DuckDb.quoted(directory.resolve(PreparedData.EVENTS))
                        + ")",
                row -> {
                    if (row.getString(1).startsWith(StagedRows.column(""))) {
                        known.add(row.getString(1).substring(StagedRows.column("").length()));
                    }
                });
        for (String column : columns) {
            if (!known.contains(column)) {
                throw NextactException.input(
                        "the prepared events have no column '%s'%s; they have %s. Name it in"
                                + " columns: of a source and run `nextact prepare` again",
                        column,
                        Nearest.of(column, known)
                                .map(near -> "; did you mean '" + near + "'")
                                .orElse(""),
                        String.join(", ", known));
            }
        }
    }

    private static void readShoppers(
            DuckDb engine, Path directory, List<Numbering> fields, int first, int count)
            throws IOException {
        Map<Integer, Map<String, String>> facts = new LinkedHashMap<>();
        TreeSet<String> found = new TreeSet<>();
        engine.read(
                "SELECT user_index, field, value FROM read_parquet("
                        + DuckDb.quoted(directory.resolve(PreparedData.USER_ATTRIBUTES))
                        + ") ORDER BY user_index, field, value",
                row -> {
                    found.add(row.getString(2));
                    int shopper = row.getInt(1) - first;
                    if (shopper >= 0 && shopper < count) {
                        facts.computeIfAbsent(shopper, user -> new HashMap<>())
                                .merge(
                                        row.getString(2),
                                        row.getString(3),
                                        (before, value) -> before + SEPARATOR + value);
                    }
                });
        for (Numbering field : fields) {
            for (String column : field.columns) {
                if (!found.contains(column)) {
                    throw NextactException.input(
                            "model.user_fields: no shopper has a value of '%s'; the prepared data"
                                    + " have %s",
                            column, found.isEmpty() ? "no facts about shoppers" : found);
                }
            }
            facts.forEach(field::set);
        }
    }

    /** What to select of the events beside what every log has, each with a comma before it. */
    String select() {
        return columns.stream()
                .map(column -> ", " + expression(column))
                .collect(Collectors.joining());
    }

    private static String expression(String column) {
        return switch (column) {
            case "category" -> "category_index";
            case "price" -> "price_micros / 1000000.0";
            case "quantity" -> "quantity";
            default -> StagedRows.column(column);
        };
    }

    /**
     * Takes the next event.
     *
     * @param from the first column of what {@link #select} selected
     */
    void read(ResultSet row, int from) throws SQLException {
        if (columns.isEmpty()) {
            return;
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            @Nullable String text = row.getString(from + i);
            if (text != null) {
                String column = columns.get(i);
                values.put(
                        column,
                        column.equals("category")
                                ? categories.get(Integer.parseInt(text) - 1)
                                : text);
            }
        }
        for (Numbering field : ofEvents) {
            field.set(event, values);
        }
        event++;
    }

    /**
     * Puts what those linked to each shopper did until the end of the log in the place of what they
     * had done at the shopper's last event. Nobody did less than then.
     */
    void readLinkedNow(DuckDb engine, EventSequences sequences) throws IOException {
        int[] last = new int[sequences.size()];
        int end = 0;
        for (int user = 0; user < last.length; user++) {
            end += sequences.get(user).size();
            last[user] = end - 1;
        }
        for (Numbering field : ofEvents) {
            Path now = directory.resolve(PreparedData.linkedNow(field.columns.get(0)));
            if (field.columns.size() == 1 && Files.isRegularFile(now)) {
                String column = field.columns.get(0);
                engine.read(
                        "SELECT user_index, "
                                + StagedRows.column(column)
                                + " FROM read_parquet("
                                + DuckDb.quoted(now)
                                + ")",
                        row -> {
                            int shopper = row.getInt(1) - firstShopper;
                            if (shopper >= 0 && shopper < last.length) {
                                field.set(last[shopper], Map.of(column, row.getString(2)));
                            }
                        });
            }
        }
    }

    SideInformation side() {
        return SideInformation.of(numbers(ofEvents), numbers(ofShoppers));
    }

    private static int[][] numbers(List<Numbering> fields) {
        return fields.stream().map(field -> field.numbers).toArray(int[][]::new);
    }

    FieldTexts texts() {
        return new FieldTexts(
                ofEvents.stream().map(Numbering::column).toList(),
                ofShoppers.stream().map(Numbering::column).toList(),
                TextEncoder.onDemand(Optional.of(directory.resolveSibling("text"))));
    }
}
