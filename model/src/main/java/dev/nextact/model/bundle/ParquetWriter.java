package dev.nextact.model.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Writes rows to a Parquet file, by way of an embedded DuckDB. Confined to one thread. */
public final class ParquetWriter implements AutoCloseable {

    private final Path file;
    private final Connection connection;
    private final DuckDBAppender appender;

    private ParquetWriter(Path file, Connection connection, DuckDBAppender appender) {
        this.file = file;
        this.connection = connection;
        this.appender = appender;
    }

    /**
     * @param columns as in CREATE TABLE: {@code user VARCHAR, rank INTEGER}
     */
    public static ParquetWriter create(Path file, String columns) throws IOException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:");
            try {
                try (Statement statement = connection.createStatement()) {
                    // one thread keeps the order of the rows and the bytes of the file
                    statement.execute("SET threads = 1");
                    statement.execute("CREATE TABLE rows (" + columns + ")");
                }
                DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
                return new ParquetWriter(file, connection, duck.createAppender("main", "rows"));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /**
     * @param values a String, Integer, Float or Double for each column
     */
    public void row(Object... values) throws IOException {
        try {
            appender.beginRow();
            for (Object value : values) {
                if (value instanceof Integer number) {
                    appender.append(number.intValue());
                } else if (value instanceof Float number) {
                    appender.append(number.floatValue());
                } else if (value instanceof Double number) {
                    appender.append(number.doubleValue());
                } else {
                    appender.append(value.toString());
                }
            }
            appender.endRow();
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** Writes the file. */
    public void finish() throws IOException {
        try (Statement statement = connection.createStatement()) {
            appender.close();
            statement.execute(
                    "COPY rows TO " + quoted(file) + " (FORMAT parquet, COMPRESSION zstd)");
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    private static IOException failure(Path file, SQLException e) {
        return new IOException(file.getFileName() + ": " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }
}
