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
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** An embedded DuckDB. Confined to one thread; the caller closes it. */
final class DuckDb implements SqlEngine {

    /** What an engine may hold in memory unless told otherwise; beyond, it goes to disk. */
    static final long DEFAULT_MEMORY_BYTES = 2L << 30;

    private final Connection connection;

    private DuckDb(Connection connection) {
        this.connection = connection;
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
        return open("", temporary, memoryBytes);
    }

    /**
     * An engine whose tables lie in a file, of which it holds so much in memory.
     *
     * @param directory for the file, and for what does not fit its memory
     */
    static DuckDb openOnDisk(Path directory, long memoryBytes) {
        return open(directory.resolve("tables.duckdb").toString(), directory, memoryBytes);
    }

    private static DuckDb open(String file, Path temporary, long memoryBytes) {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file, properties);
            DuckDb engine = new DuckDb(connection);
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

    /** Rows and hash of a Parquet file's content, in the order of the file. */
    PrepareReport.Table table(Path file) throws IOException {
        ContentHash hash = new ContentHash();
        read("SELECT * FROM read_parquet(" + quoted(file) + ")", hash::add);
        return hash.table();
    }

    /**
     * Puts Parquet files together in one, in their order, and deletes them.
     *
     * @param parts of one table
     */
    void join(List<Path> parts, Path file) throws IOException {
        if (parts.size() == 1) {
            AtomicFiles.move(parts.get(0), file);
            return;
        }
        run("duckdb/write_parts", "parts", list(parts), "file", file);
        for (Path part : parts) {
            Files.delete(part);
        }
    }

    long count(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw failure("query '" + sql + "'", e);
        }
    }

    DuckDBAppender appender(String table) throws SQLException {
        return connection.unwrap(DuckDBConnection.class).createAppender("main", table);
    }

    static String quoted(Path file) {
        return quoted(file.toString());
    }

    /** For {@code read_parquet}. */
    static String list(List<Path> files) {
        return files.stream().map(DuckDb::quoted).collect(Collectors.joining(", ", "[", "]"));
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
        } catch (SQLException e) {
            throw failure("close", e);
        }
    }
}
