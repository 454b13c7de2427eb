package dev.nextact.data;

import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Reads a Parquet file, by way of an embedded DuckDB; every value as text. */
final class ParquetReader implements RowReader {

    /** The rows come as they are asked for, not all at once. */
    private static final Properties STREAMED = new Properties();

    static {
        STREAMED.setProperty("jdbc_stream_results", "true");
    }

    private final Path file;
    private final Connection connection;
    private final ResultSet rows;
    private final List<String> columns;
    private long number;

    private ParquetReader(Path file, Connection connection, ResultSet rows, List<String> columns) {
        this.file = file;
        this.connection = connection;
        this.rows = rows;
        this.columns = columns;
    }

    static ParquetReader open(Path file) throws IOException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:", STREAMED);
            try {
                Statement statement = connection.createStatement();
                statement.execute("SET TimeZone = 'UTC'");
                ResultSet rows = statement.executeQuery(query(connection, DuckDb.quoted(file)));
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(rows.getMetaData().getColumnName(i));
                }
                return new ParquetReader(file, connection, rows, columns);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot read " + file + " as Parquet: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Every column as text; a whole number is written as one, be its column of fractions or not.
     */
    private static String query(Connection connection, String file) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet described =
                        statement.executeQuery(
                                "DESCRIBE SELECT * FROM read_parquet(" + file + ")")) {
            while (described.next()) {
                String name = '"' + described.getString(1).replace("\"", "\"\"") + '"';
                String type = described.getString(2);
                String text = "CAST(" + name + " AS VARCHAR)";
                columns.add(
                        type.equals("DOUBLE") || type.equals("FLOAT")
                                ? String.format(
                                        "CASE WHEN %1$s = floor(%1$s) AND abs(%1$s) < 1e15 THEN"
                                                + " CAST(CAST(%1$s AS BIGINT) AS VARCHAR) ELSE %2$s"
                                                + " END AS %1$s",
                                        name, text)
                                : text + " AS " + name);
            }
        }
        return "SELECT " + String.join(", ", columns) + " FROM read_parquet(" + file + ")";
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public Map<String, String> format() {
        return Map.of("format", "Parquet");
    }

    @Override
    public @Nullable RawRow next() throws IOException {
        try {
            if (!rows.next()) {
                return null;
            }
            @Nullable String[] values = new @Nullable String[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = rows.getString(i + 1);
            }
            return RawRow.of(++number, String.join(",", Arrays.asList(values)), values);
        } catch (SQLException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
