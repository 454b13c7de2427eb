package dev.nextact.data;

import dev.nextact.core.Nearest;
import dev.nextact.core.NextactException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where in a file's rows the fields of the config stand. */
record Columns(Map<String, Integer> places) {

    /**
     * @param fields field to column name or 1-based number
     * @throws NextactException naming a column the file lacks, and those it has
     */
    static Columns of(Path file, List<String> columns, Map<String, String> fields) {
        Map<String, Integer> places = new HashMap<>();
        fields.forEach(
                (field, column) -> {
                    int place = columns.indexOf(column);
                    if (place < 0 && column.matches("[1-9]\\d{0,5}")) {
                        int number = Integer.parseInt(column);
                        place = number <= columns.size() ? number - 1 : -1;
                    }
                    if (place < 0) {
                        throw NextactException.input(
                                "%s, line 1: there is no column '%s' (the config wants it as"
                                        + " %s)%s; the columns are: %s",
                                file,
                                column,
                                field,
                                Nearest.of(column, columns)
                                        .map(near -> "; did you mean '" + near + "'")
                                        .orElse(""),
                                String.join(", ", columns));
                    }
                    places.put(field, place);
                });
        return new Columns(places);
    }

    /** -1 where the file has none. */
    int place(String field) {
        return places.getOrDefault(field, -1);
    }

    /** Null where the row or the file has none. */
    @Nullable String value(RawRow row, String field) {
        Integer place = places.get(field);
        return place == null ? null : row.fields()[place];
    }
}
