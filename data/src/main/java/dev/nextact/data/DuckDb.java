package dev.nextact.data;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** An embedded DuckDB. Confined to one thread; the caller closes it. */
final class DuckDb implements SqlEngine {

    /** What an engine may hold in memory unless told otherwise; beyond, it goes to disk. */
    static final long DEFAULT_MEMORY_BYTES = 2L << 30;

    private final Connection connection;
    private final Optional<Path> file;
    private final long rowsAtOnce;

    private DuckDb(Connection connection, Optional<Path> file, long rowsAtOnce) {
        this.connection = connection;
        this.file = file;
        this.rowsAtOnce = rowsAtOnce;
    }

    /**
     * An engine whose tables are in memory.
     *
     * @param temporary where it puts what does not fit its memory
     */
    static DuckDb open(Path temporary) {
        return openInMemory(temporary, DEFAULT_MEMORY_BYTES);
    }

    /**
     * @param temporary where it puts what does not fit its memory
     */
    static DuckDb openInMemory(Path temporary, long memoryBytes) {
        return open(Optional.empty(), temporary, memoryBytes, Long.MAX_VALUE);
    }

    /**
     * An engine whose tables lie in a file, of which it holds so much in memory, until it is
     * closed.
     *
     * @param directory for the file, and for what does not fit its memory
     * @param rowsAtOnce see {@link #bySlices}
     */
    static DuckDb openOnDisk(Path directory, long memoryBytes, long rowsAtOnce) {
        Path file = directory.resolve("tables.duckdb");
        return open(Optional.of(file), directory, memoryBytes, rowsAtOnce);
    }

    private static DuckDb open(
            Optional<Path> file, Path temporary, long memoryBytes, long rowsAtOnce) {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        try {
            Connection connection =
                    DriverManager.getConnection(
                            "jdbc:duckdb:" + file.map(Path::toString).orElse(""), properties);
            DuckDb engine = new DuckDb(connection, file, rowsAtOnce);
            engine.execute("SET TimeZone = 'UTC'");
            engine.execute("SET temp_directory = " + quoted(temporary));
            engine.execute("SET memory_limit = '" + memoryBytes + "B'");
            return engine;
        } catch (SQLException e) {
            throw failure("open", e);
        }
    }

    /** Takes a row of a table by its values; see {@link #read}. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(ResultSet row) throws SQLException, IOException;
    }

    @Override
    public void run(SqlStep step) {
        for (String statement : step.statements()) {
            try {
                execute(statement);
            } catch (SQLException e) {
                throw failure("step " + step.name(), e);
            }
        }
    }

    @Override
    public void openStaged(List<StagedRowFiles> files, List<String> fields) {
        define(
                files.stream()
                        .map(file -> rowsOf(file, fields))
                        .collect(
                                Collectors.joining(
                                        " UNION ALL ",
                                        "CREATE TEMPORARY VIEW raw_events AS ",
                                        "")));
    }

    private static String rowsOf(StagedRowFiles file, List<String> fields) {
        return String.format(
                "SELECT CAST(%d AS INTEGER) AS file, line, %d + line AS seq, user_id, item_id,"
                        + " behaviour, time_micros + %d AS time_micros, %b AS is_clock, %b AS"
                        + " is_in_order, category, brand, price_micros, quantity, session, repair"
                        + "%s FROM %s",
                file.number(),
                file.firstSeq(),
                file.offsetMicros(),
                file.clock(),
                file.inOrder(),
                fields.stream().map(field -> ", " + field).collect(Collectors.joining()),
                parquet(file.parts()));
    }

    /** A table function that reads the files one after the other. */
    static String parquet(List<Path> files) {
        return files.stream()
                .map(DuckDb::quoted)
                .collect(Collectors.joining(", ", "read_parquet([", "])"));
    }

    @Override
    public void openTable(String name, List<Path> files) {
        define("CREATE TEMPORARY VIEW " + name + " AS SELECT * FROM " + parquet(files));
    }

    /** A temporary view of the same name hides the table, from other views too. */
    @Override
    public void bySlices(String table, String key, IntConsumer work) {
        List<Slice> slices = slices(table, key);
        if (slices.size() <= 1) {
            work.accept(0);
            return;
        }
        String whole = rows("SELECT current_database()").get(0).get(0) + ".main." + table;
        for (int i = 0; i < slices.size(); i++) {
            define(
                    String.format(
                            "CREATE OR REPLACE TEMPORARY VIEW %s AS SELECT * FROM %s WHERE %s"
                                    + " BETWEEN %d AND %d",
                            table, whole, key, slices.get(i).first(), slices.get(i).last()));
            work.accept(i);
        }
        define("DROP VIEW temp.main." + table);
    }

    private List<Slice> slices(String table, String key) {
        try {
            return Slice.of(
                    this,
                    String.format(
                            "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s ORDER BY %1$s",
                            key, table),
                    rowsAtOnce);
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing above reads or writes
        }
    }

    @Override
    public List<Path> write(String query, Path file) {
        run("duckdb/write_query", "query", query, "file", file);
        return List.of(file);
    }

    @Override
    public List<List<@Nullable Object>> rows(String query) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try {
            read(
                    query,
                    row -> {
                        List<@Nullable Object> values = new ArrayList<>();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            values.add(row.getObject(i));
                        }
                        rows.add(values);
                    });
            return rows;
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing above reads or writes
        }
    }

    /** Runs one statement of the engine's own, such as the one that reads a file. */
    void define(String sql) {
        try {
            execute(sql);
        } catch (SQLException e) {
            throw failure("'" + sql + "'", e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Streams the rows of a query. */
    void read(String sql, RowConsumer consumer) throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                consumer.accept(rows);
            }
        } catch (SQLException e) {
            throw failure("query '" + sql + "'", e);
        }
    }

    /**
     * Makes one Parquet file of several, one after the other, and deletes them. One thread reads
     * them: a second would have to keep all rows of the part after until it is its turn, and a part
     * of Spark's may be larger than the memory.
     *
     * @param parts the file itself may be among them
     */
    void join(List<Path> parts, Path file) throws IOException {
        if (parts.equals(List.of(file))) {
            return;
        }
        Path whole = file.resolveSibling(file.getFileName() + ".tmp");
        define("SET threads = 1");
        write("SELECT * FROM " + parquet(parts), whole);
        define("RESET threads");
        for (Path part : parts) {
            Files.delete(part);
        }
        AtomicFiles.move(whole, file);
    }

    /** Rows and hash of a Parquet file's content, in the order of the file. */
    PrepareReport.Table table(Path file) throws IOException {
        return table(List.of(file));
    }

    /** The same of several files, one after the other. */
    PrepareReport.Table table(List<Path> files) throws IOException {
        ContentHash hash = new ContentHash();
        read("SELECT * FROM " + parquet(files), hash::add);
        return hash.table();
    }

    DuckDBAppender appender(String table) throws SQLException {
        return connection.unwrap(DuckDBConnection.class).createAppender("main", table);
    }

    static String quoted(Path file) {
        return quoted(file.toString());
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** What the user can do about it depends on whether disk or memory ran out. */
    static NextactException failure(String what, SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("disk full")) {
            return new NextactException(
                    NextactException.Category.CAPACITY,
                    "the disk is full ("
                            + what
                            + "): "
                            + message
                            + ". Free some space and run again",
                    e);
        }
        if (lower.contains("out of memory")) {
            return new NextactException(
                    NextactException.Category.CAPACITY,
                    "the memory does not suffice (" + what + "): " + message,
                    e);
        }
        return new NextactException(
                NextactException.Category.INPUT, "DuckDB, " + what + ": " + message, e);
    }

    @Override
    public void close() {
        try {
            connection.close();
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (SQLException e) {
            throw failure("close", e);
        } catch (IOException e) {
            throw failure("close", new SQLException(e.toString(), e));
        }
    }
}
