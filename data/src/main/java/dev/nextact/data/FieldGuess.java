package dev.nextact.data;

import dev.nextact.core.Nearest;
import dev.nextact.core.NextactException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which column of a file is which field of the config: by what the person said, else by name, and
 * only where the values can be such a field.
 *
 * @param columns field to column, in the order of {@link #FIELDS}
 */
record FieldGuess(Map<String, ColumnProfile> columns) {

    /** The fields of a log, the ones that decide first. */
    static final List<String> FIELDS =
            List.of(
                    "user",
                    "item",
                    "behaviour",
                    "time",
                    "session",
                    "category",
                    "brand",
                    "price",
                    "quantity",
                    "text");

    /** A column with more different values tells no kinds of acts. */
    static final int MOST_BEHAVIOURS = 60;

    /** Numbers above this many are ids, not codes for kinds of acts. */
    private static final int MOST_NUMBERED_BEHAVIOURS = 20;

    /** Numbers that spread wider than this are ids that look like times. */
    private static final Duration LONGEST_LOG = Duration.ofDays(20 * 365);

    /** In a list of columns by position: not used. */
    static final String UNUSED = "-";

    /** Guesses by names and values. */
    static FieldGuess of(FileProfile file) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        for (String field : FIELDS) {
            best(file, field, columns).ifPresent(column -> columns.put(field, column));
        }
        if (!columns.containsKey("time")) {
            file.columns().stream()
                    .filter(column -> !columns.containsValue(column))
                    .filter(FieldGuess::isCertainlyTime)
                    .findFirst()
                    .ifPresent(column -> columns.put("time", column));
        }
        return new FieldGuess(columns);
    }

    private static Optional<ColumnProfile> best(
            FileProfile file, String field, Map<String, ColumnProfile> taken) {
        return file.columns().stream()
                .filter(column -> !taken.containsValue(column))
                .filter(column -> FieldNames.rank(field, column.name()) >= 0)
                .filter(column -> canBe(field, column))
                .min(
                        Comparator.comparing(FieldGuess::isMostlyEmpty)
                                .thenComparing(column -> FieldNames.rank(field, column.name())));
    }

    private static boolean isMostlyEmpty(ColumnProfile column) {
        return column.blanks() > column.values();
    }

    private static boolean canBe(String field, ColumnProfile column) {
        return switch (field) {
            case "behaviour" -> isBehaviour(column);
            case "time" -> FileProfile.looksLikeTimes(column) || isRunningNumber(column);
            case "price", "quantity" -> column.isNumeric();
            case "user", "item" -> column.values() > 0 && !isMostlyEmpty(column);
            default -> column.values() > 0;
        };
    }

    private static boolean isBehaviour(ColumnProfile column) {
        int most = column.isNumeric() ? MOST_NUMBERED_BEHAVIOURS : MOST_BEHAVIOURS;
        return column.values() > 0 && column.different() <= most;
    }

    private static boolean isRunningNumber(ColumnProfile column) {
        return column.isNumeric() && column.times().filter(times -> !times.isClock()).isPresent();
    }

    private static boolean isCertainlyTime(ColumnProfile column) {
        if (!FileProfile.looksLikeTimes(column)) {
            return false;
        }
        String name = column.name().toLowerCase(Locale.ROOT);
        boolean named = List.of("id", "no", "number", "code").stream().anyMatch(name::endsWith);
        return !column.isNumeric()
                || (!named && TimeSpan.of(column).length().compareTo(LONGEST_LOG) < 0);
    }

    /**
     * What the person said.
     *
     * @param said {@code field=column} for some fields, which leaves the others to be guessed; or
     *     one field a column in their order, {@code -} for those not used
     * @throws NextactException where it does not fit the file
     */
    static FieldGuess of(FileProfile file, List<String> said) {
        return said.stream().anyMatch(word -> word.contains("="))
                ? byName(file, said)
                : byPosition(file, said);
    }

    private static FieldGuess byName(FileProfile file, List<String> said) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>(of(file).columns());
        Map<String, ColumnProfile> chosen = new LinkedHashMap<>();
        for (String word : said) {
            int equals = word.indexOf('=');
            String field = word.substring(0, Math.max(equals, 0)).strip();
            String name = word.substring(equals + 1).strip();
            checkField(field, word);
            chosen.put(
                    field,
                    file.column(name)
                            .orElseThrow(
                                    () ->
                                            NextactException.input(
                                                    "--columns %s: %s has no column '%s'%s; it has"
                                                            + " %s",
                                                    word,
                                                    file.file(),
                                                    name,
                                                    hint(name, file.columnNames()),
                                                    String.join(", ", file.columnNames()))));
        }
        columns.values().removeIf(chosen::containsValue);
        columns.putAll(chosen);
        return new FieldGuess(inOrder(columns));
    }

    private static FieldGuess byPosition(FileProfile file, List<String> said) {
        if (said.size() != file.columns().size()) {
            throw NextactException.input(
                    "--columns names %d columns, but %s has %d. Name each in order, %s for those"
                            + " not used; or some of them by field=column",
                    said.size(), file.file(), file.columns().size(), UNUSED);
        }
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            String field = said.get(i).strip();
            if (!field.equals(UNUSED)) {
                checkField(field, field);
                if (fields.contains(field)) {
                    throw NextactException.input("--columns names '%s' twice", field);
                }
                fields.add(field);
                columns.put(field, file.columns().get(i));
            }
        }
        return new FieldGuess(inOrder(columns));
    }

    private static void checkField(String field, String word) {
        if (!FIELDS.contains(field)) {
            throw NextactException.input(
                    "--columns: '%s' is no field%s; the fields are %s, and %s for a column not"
                            + " used",
                    field.isEmpty() ? word : field,
                    hint(field, FIELDS),
                    String.join(", ", FIELDS),
                    UNUSED);
        }
    }

    private static String hint(String word, List<String> known) {
        return Nearest.of(word, known).map(near -> " (did you mean '" + near + "'?)").orElse("");
    }

    private static Map<String, ColumnProfile> inOrder(Map<String, ColumnProfile> columns) {
        Map<String, ColumnProfile> ordered = new LinkedHashMap<>();
        for (String field : FIELDS) {
            if (columns.containsKey(field)) {
                ordered.put(field, columns.get(field));
            }
        }
        return ordered;
    }

    boolean has(String field) {
        return columns.containsKey(field);
    }

    Optional<ColumnProfile> column(String field) {
        return Optional.ofNullable(columns.get(field));
    }

    /** The field that a column is. */
    Optional<String> field(ColumnProfile column) {
        return columns.entrySet().stream()
                .filter(entry -> entry.getValue() == column)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The columns of the file that are no field. */
    List<ColumnProfile> unused(FileProfile file) {
        return file.columns().stream().filter(column -> field(column).isEmpty()).toList();
    }
}
