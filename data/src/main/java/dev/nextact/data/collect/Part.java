package dev.nextact.data.collect;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The events of the Parquet file that is written next. Its columns are those the config names and
 * every other one that a row has, in the order of their names, all of them texts. Confined to one
 * thread.
 */
final class Part {

    /** As many rows as a column of Parquet is read in at a time, about. */
    static final int MOST_ROWS = 100_000;

    /** Characters, so that wide rows do not fill the memory. */
    static final long MOST_CHARACTERS = 32_000_000;

    /** A log with more is no log: its keys are data. */
    private static final int MOST_COLUMNS = 1_000;

    private static final String POSITION_KEY = "nextact.position";

    private final int mostRows;
    private final Collection<String> wanted;
    private final UnaryOperator<JsonRow> keeping;
    private final List<JsonRow> rows = new ArrayList<>();
    private long characters;

    /**
     * @param wanted columns that are there even when no row has them
     */
    Part(int mostRows, Collection<String> wanted) {
        this(mostRows, wanted, row -> row);
    }

    /**
     * @param wanted columns that are there even when no row has them
     * @param keeping what is kept of a row; of every row one is left, so that places still count
     */
    Part(int mostRows, Collection<String> wanted, UnaryOperator<JsonRow> keeping) {
        this.mostRows = mostRows;
        this.wanted = wanted;
        this.keeping = keeping;
    }

    void add(JsonRow read) {
        JsonRow row = keeping.apply(read);
        rows.add(row);
        characters += row.size();
    }

    /** Follows from the rows alone: where a part ends must not depend on when it was written. */
    boolean isFull() {
        return rows.size() >= mostRows || characters >= MOST_CHARACTERS;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * Writes the rows and forgets them.
     *
     * @param file that appears whole or not at all
     * @param position behind the last row, kept within the file
     */
    void write(Path file, String position) {
        Path temporary = file.resolveSibling(CollectedDirectory.TEMPORARY);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 1"); // one order of rows, one file of bytes
            Map<String, String> columns = columns(file);
            statement.execute(
                    "CREATE TABLE part ("
                            + String.join(
                                    ", ",
                                    columns.values().stream()
                                            .map(name -> identifier(name) + " VARCHAR")
                                            .toList())
                            + ")");
            append(connection, columns.keySet());
            statement.execute(
                    "COPY part TO "
                            + text(temporary.toString())
                            + " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {'"
                            + POSITION_KEY
                            + "': "
                            + text(position)
                            + "})");
            force(temporary);
            AtomicFiles.move(temporary, file);
            rows.clear();
            characters = 0;
        } catch (SQLException | IOException e) {
            throw failure("write " + file, e);
        }
    }

    /** Name in the rows to name in the file: DuckDB's do not tell capitals apart. */
    private Map<String, String> columns(Path file) {
        Set<String> names = new TreeSet<>(wanted);
        rows.forEach(row -> names.addAll(row.values().keySet()));
        if (names.size() > MOST_COLUMNS) {
            throw NextactException.input(
                    "the events for %s have more than %,d different keys: some must be data, not"
                            + " names",
                    file, MOST_COLUMNS);
        }
        Map<String, String> columns = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        for (String name : names) {
            String free = name;
            for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
                free = name + "_" + i;
            }
            columns.put(name, free);
        }
        return columns;
    }

    private void append(Connection connection, Set<String> columns) throws SQLException {
        try (DuckDBAppender appender =
                connection.unwrap(DuckDBConnection.class).createAppender("main", "part")) {
            for (JsonRow row : rows) {
                appender.beginRow();
                for (String column : columns) {
                    String value = row.values().get(column);
                    if (value == null) {
                        appender.appendNull();
                    } else {
                        appender.append(value);
                    }
                }
                appender.endRow();
            }
        }
    }

    /** The position that a file holds. */
    static String position(Path file) {
        return query(
                "SELECT decode(value) FROM parquet_kv_metadata("
                        + text(file.toString())
                        + ") WHERE decode(key) = '"
                        + POSITION_KEY
                        + "'",
                file);
    }

    /** How many rows the files of a directory hold, of which there is at least one. */
    static long rows(Path directory) {
        return Long.parseLong(
                query(
                        "SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata("
                                + text(directory.resolve("*.parquet").toString())
                                + ")",
                        directory));
    }

    private static String query(String sql, Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                throw NextactException.input(
                        "%s was not written by nextact collect; move it elsewhere", file);
            }
            return result.getString(1);
        } catch (SQLException e) {
            throw failure("read " + file, e);
        }
    }

    /** What the machine's end would otherwise take with it. */
    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static NextactException failure(String what, Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        boolean full = message.toLowerCase(Locale.ROOT).contains("no space left");
        return new NextactException(
                full ? Category.CAPACITY : Category.INPUT,
                "cannot " + what + ": " + message + (full ? ". Free some space and run again" : ""),
                e);
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
