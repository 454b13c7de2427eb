package dev.nextact.model.bundle;

import dev.nextact.core.Catalog;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code items.parquet}: index, id and training events of each item of a model.
 *
 * @param trainEvents [V+1]
 */
record ItemTable(Catalog catalog, int[] trainEvents) {

    void write(Path file) throws IOException {
        try (ParquetWriter writer =
                ParquetWriter.create(file, "index INTEGER, id VARCHAR, events INTEGER")) {
            for (int item = 1; item <= catalog.size(); item++) {
                writer.row(item, catalog.id(item), trainEvents[item]);
            }
            writer.finish();
        }
    }

    static ItemTable read(Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT id, events FROM read_parquet("
                                        + ParquetWriter.quoted(file)
                                        + ") ORDER BY index")) {
            List<String> ids = new ArrayList<>();
            List<Integer> events = new ArrayList<>(List.of(0));
            while (rows.next()) {
                ids.add(rows.getString(1));
                events.add(rows.getInt(2));
            }
            int[] counts = events.stream().mapToInt(Integer::intValue).toArray();
            return new ItemTable(Catalog.of(ids), counts);
        } catch (SQLException | IllegalArgumentException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + file + ": " + e.getMessage(),
                    e);
        }
    }
}
