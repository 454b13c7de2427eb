package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a table of facts about items or shoppers: one row each, one fact a column. */
final class AttributeTableReader {

    private AttributeTableReader() {}

    /** Takes one fact. */
    @FunctionalInterface
    interface FactConsumer {
        void accept(String id, String field, String value) throws SQLException;
    }

    /** Takes one row. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(Path file, RawRow row, Columns columns) throws SQLException;
    }

    /**
     * @param key the field that names the item or the shopper
     * @throws NextactException at a row that cannot be read
     */
    static void read(
            Path directory, ShopConfig.AttributeTable table, String key, FactConsumer facts)
            throws SQLException {
        read(
                directory,
                table.path(),
                table.columns(),
                (file, row, columns) -> {
                    @Nullable String id = columns.value(row, key);
                    if (id == null) {
                        throw NextactException.input(
                                "%s, line %d: no %s: %s", file, row.line(), key, row.raw());
                    }
                    for (Map.Entry<String, Integer> place : columns.places().entrySet()) {
                        @Nullable String value = row.fields()[place.getValue()];
                        if (value != null && !place.getKey().equals(key)) {
                            for (String one : split(value, table.separator())) {
                                facts.accept(id.strip(), place.getKey(), one.strip());
                            }
                        }
                    }
                });
    }

    /**
     * Hands on the rows of any table.
     *
     * @param names field to column
     * @throws NextactException at a row that cannot be read
     */
    static void read(Path directory, String path, Map<String, String> names, RowConsumer rows)
            throws SQLException {
        read(directory, source(path, names, Optional.empty()), rows);
    }

    /**
     * The same of a table of which more is told.
     *
     * @throws NextactException at a row that cannot be read
     */
    static void read(Path directory, ShopConfig.Source source, RowConsumer rows)
            throws SQLException {
        for (Path file : SourceFiles.find(directory, source.path())) {
            try (RowReader reader = SourceFiles.open(file, source)) {
                Columns columns = Columns.of(file, reader.columns(), source.columns());
                for (RawRow row = reader.next(); row != null; row = reader.next()) {
                    if (row.problem().isPresent()) {
                        throw NextactException.input(
                                "%s, line %d: %s: %s",
                                file, row.line(), row.problem().get(), row.raw());
                    }
                    rows.accept(file, row, columns);
                }
            } catch (IOException e) {
                throw SourceFiles.unreadable(file, e);
            }
        }
    }

    /**
     * A table of which nothing else is told: delimiter, encoding and times are found out.
     *
     * @param names field to column
     * @param header absent: whether there is one is found out too
     */
    static ShopConfig.Source source(
            String path, Map<String, String> names, Optional<Boolean> header) {
        return new ShopConfig.Source(
                path,
                names,
                header,
                Optional.empty(),
                "auto",
                new ShopConfig.TimeFormat("auto", "UTC"),
                "auto",
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    private static List<String> split(String cell, Optional<String> separator) {
        return separator
                .map(s -> List.of(cell.split(Pattern.quote(s), -1)))
                .orElse(List.of(cell))
                .stream()
                .filter(value -> !value.isBlank())
                .toList();
    }
}
