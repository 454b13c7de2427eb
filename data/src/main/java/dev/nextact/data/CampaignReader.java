package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.core.uplift.Listed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of a past campaign, and the lists that campaigns are made by: CSV, JSON lines or
 * Parquet, packed or not.
 */
public final class CampaignReader {

    private static final String USER = "user";
    private static final String TIME = "time";
    private static final String TREATED = "treated";
    private static final String PROPENSITY = "propensity";
    private static final String OUTCOME = "outcome";
    private static final String GROUP = "group";
    private static final String AT = "at";
    private static final String HORIZON = "horizon_seconds";
    private static final String BEHAVIOUR = "behaviour";
    private static final String OF = "of";

    /** The fields of a log, each with the column of a list that says the same. */
    private static final Map<String, String> FIELDS =
            new TreeMap<>(
                    Map.of(
                            USER,
                            USER,
                            TIME,
                            AT,
                            TREATED,
                            GROUP,
                            PROPENSITY,
                            PROPENSITY,
                            OUTCOME,
                            OUTCOME));

    private static final Set<String> NEEDED = Set.of(USER, TIME, TREATED);

    private static final Set<String> YES = Set.of("1", "true", "yes", TREATED, Holdout.CONTACT);
    private static final Set<String> NO = Set.of("0", "false", "no", "control", Holdout.HELD_OUT);

    /** So many times tell the format of all. */
    private static final int SAMPLE = 1000;

    private CampaignReader() {}

    /** A row whose time is still text. */
    private record Row(long line, List<String> cells) {}

    /**
     * @param names field ({@code user}, {@code time}, {@code treated}, {@code propensity}, {@code
     *     outcome}) to column, where the file calls it otherwise; the list of a campaign with a
     *     holdout is such a log too
     * @throws NextactException of category INPUT at what cannot be read
     */
    public static List<Contact> contacts(Path file, Map<String, String> names) {
        for (String name : names.keySet()) {
            if (!FIELDS.containsKey(name)) {
                throw new NextactException(
                        NextactException.Category.USAGE,
                        "--columns: '"
                                + name
                                + "' is no field of a campaign's log; expected "
                                + String.join(", ", FIELDS.keySet()));
            }
        }
        List<String> columns = columns(file);
        Map<String, String> chosen = new LinkedHashMap<>();
        FIELDS.forEach(
                (field, ofList) -> {
                    if (names.containsKey(field)) {
                        chosen.put(field, names.get(field));
                    } else if (columns.contains(field) || NEEDED.contains(field)) {
                        boolean isList = !columns.contains(field) && columns.contains(ofList);
                        chosen.put(field, isList ? ofList : field);
                    }
                });
        List<String> fields = List.copyOf(chosen.keySet());
        List<Row> rows = rows(file, chosen);
        TimeParser times = times(rows, fields.indexOf(TIME));
        List<Contact> contacts = new ArrayList<>();
        for (Row row : rows) {
            Cells cells = new Cells(file, row, fields);
            contacts.add(
                    new Contact(
                            row.line(),
                            cells.needed(USER),
                            cells.micros(TIME, times),
                            cells.isTreated(TREATED),
                            cells.number(PROPENSITY),
                            cells.number(OUTCOME)));
        }
        return contacts;
    }

    /**
     * The list that {@code nextact campaign} wrote.
     *
     * @throws NextactException of category INPUT at what cannot be read, or is no such list
     */
    public static List<Listed> list(Path file) {
        List<String> fields = List.of(USER, GROUP, AT, HORIZON, BEHAVIOUR, OF);
        List<String> columns = columns(file);
        if (!columns.containsAll(fields)) {
            throw NextactException.input(
                    "%s is no list of `nextact campaign`: expected the columns %s, found %s",
                    file, String.join(", ", fields), String.join(", ", columns));
        }
        Map<String, String> names = new LinkedHashMap<>();
        fields.forEach(field -> names.put(field, field));
        List<Row> rows = rows(file, names);
        TimeParser times = times(rows, fields.indexOf(AT));
        List<Listed> list = new ArrayList<>();
        for (Row row : rows) {
            Cells cells = new Cells(file, row, fields);
            list.add(
                    new Listed(
                            cells.needed(USER),
                            !cells.isTreated(GROUP),
                            cells.micros(AT, times),
                            cells.number(HORIZON).orElseThrow(() -> cells.missing(HORIZON)),
                            cells.needed(BEHAVIOUR),
                            cells.needed(OF)));
        }
        return list;
    }

    private static List<String> columns(Path file) {
        if (!Files.isRegularFile(file)) {
            throw NextactException.input("there is no file %s", file);
        }
        try (RowReader reader = SourceFiles.open(file, source(file, Map.of()))) {
            return reader.columns();
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    /**
     * @param names field to column
     */
    private static List<Row> rows(Path file, Map<String, String> names) {
        List<Row> rows = new ArrayList<>();
        Path absolute = file.toAbsolutePath();
        try {
            AttributeTableReader.read(
                    absolute.getRoot(),
                    source(absolute, names),
                    (found, row, columns) -> {
                        List<String> cells = new ArrayList<>();
                        for (String field : names.keySet()) {
                            @Nullable String cell = columns.value(row, field);
                            cells.add(cell == null ? "" : cell.strip());
                        }
                        rows.add(new Row(row.line(), cells));
                    });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        if (rows.isEmpty()) {
            throw NextactException.input("%s holds no row", file);
        }
        return rows;
    }

    private static ShopConfig.Source source(Path file, Map<String, String> names) {
        return AttributeTableReader.source(file.toString(), names, Optional.of(true));
    }

    private static TimeParser times(List<Row> rows, int place) {
        return TimeParser.detect(
                rows.stream().limit(SAMPLE).map(row -> row.cells().get(place)).toList(),
                ZoneOffset.UTC);
    }

    /** One row's cells by field; each error names the line. */
    private record Cells(Path file, Row row, List<String> fields) {

        private String cell(String field) {
            int place = fields.indexOf(field);
            return place < 0 ? "" : row.cells().get(place);
        }

        String needed(String field) {
            String cell = cell(field);
            if (cell.isEmpty()) {
                throw missing(field);
            }
            return cell;
        }

        NextactException missing(String field) {
            return NextactException.input("%s, line %d: no %s", file, row.line(), field);
        }

        long micros(String field, TimeParser times) {
            return times.micros(needed(field))
                    .orElseThrow(
                            () ->
                                    NextactException.input(
                                            "%s, line %d: %s is '%s', which is no time as the"
                                                    + " others are (%s)",
                                            file, row.line(), field, cell(field), times.name()));
        }

        boolean isTreated(String field) {
            String cell = needed(field).toLowerCase(Locale.ROOT);
            if (!YES.contains(cell) && !NO.contains(cell)) {
                throw NextactException.input(
                        "%s, line %d: %s is '%s', expected 1 or 0, true or false, yes or no,"
                                + " treated or control, contact or holdout",
                        file, row.line(), field, cell);
            }
            return YES.contains(cell);
        }

        OptionalDouble number(String field) {
            String cell = cell(field);
            if (cell.isEmpty()) {
                return OptionalDouble.empty();
            }
            try {
                double value = Double.parseDouble(cell);
                if (Double.isFinite(value)) {
                    return OptionalDouble.of(value);
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw NextactException.input(
                    "%s, line %d: %s is '%s', expected a number", file, row.line(), field, cell);
        }
    }
}
