package dev.nextact.data;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The features of shoppers as of a cut-off, as numbers for any model of tables; docs/features.md
 * explains each column.
 *
 * @param columns the names of the F features, without the shopper
 * @param rows [F] by the index of the shopper, in its order; NaN = no value
 */
public record FeatureTable(List<String> columns, Map<Integer, double[]> rows) {

    private static final String SHOPPER = "user_index";

    public FeatureTable {
        columns = List.copyOf(columns);
        rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    }

    /**
     * @param built what {@link BuildFeatures} made
     */
    public static FeatureTable ofShoppers(BuildFeatures.Result built) {
        Path file = built.directory().resolve("user_features.parquet");
        List<String> columns = new ArrayList<>();
        Map<Integer, double[]> rows = new TreeMap<>();
        try (DuckDb engine = DuckDb.open(built.directory())) {
            engine.read(
                    "SELECT * FROM read_parquet(" + DuckDb.quoted(file) + ")",
                    row -> {
                        if (columns.isEmpty()) {
                            columns.addAll(names(row.getMetaData()));
                        }
                        double[] values = new double[columns.size()];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = number(row, columns.get(i));
                        }
                        rows.put(row.getInt(SHOPPER), values);
                    });
        } catch (IOException e) {
            throw DuckDb.failure("read " + file, new SQLException(e.toString(), e));
        }
        return new FeatureTable(columns, rows);
    }

    private static List<String> names(ResultSetMetaData columns) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            if (!columns.getColumnName(i).equals(SHOPPER)) {
                names.add(columns.getColumnName(i));
            }
        }
        return names;
    }

    private static double number(ResultSet row, String column) throws SQLException {
        return row.getObject(column) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
