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
import org.jspecify.annotations.Nullable;

/** Reads a Parquet file, by way of an embedded DuckDB; every value as text. */
final class ParquetReader implements RowReader {

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
            Connection connection = DriverManager.getConnection("jdbc:duckdb:");
            try {
                Statement statement = connection.createStatement();
                statement.execute("SET TimeZone = 'UTC'");
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet("
                                        + DuckDb.quoted(file)
                                        + ")");
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
