package dev.nextact.model.bundle;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** {@code item_facts.parquet}: what is known of items, a row for each item, field and value. */
final class FactTable {

    private FactTable() {}

    static void write(Path file, ItemFacts facts, Catalog catalog) throws IOException {
        try (ParquetWriter writer =
                ParquetWriter.create(file, "index INTEGER, field VARCHAR, value VARCHAR")) {
            for (String field : facts.fields()) {
                Map<String, List<String>> values = facts.of(field);
                for (int item = 1; item <= catalog.size(); item++) {
                    for (String value : values.getOrDefault(catalog.id(item), List.of())) {
                        writer.row(item, field, value);
                    }
                }
            }
            writer.finish();
        }
    }

    /** Field by field, and of each in the order of the items. */
    static void read(Path file, Bundle.FactReader reader) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT index, field, value FROM read_parquet("
                                        + ParquetWriter.quoted(file)
                                        + ") ORDER BY field, index, value")) {
            while (rows.next()) {
                reader.fact(rows.getInt(1), rows.getString(2), rows.getString(3));
            }
        } catch (SQLException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + file + ": " + e.getMessage(),
                    e);
        }
    }
}
