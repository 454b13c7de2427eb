package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.PlannedPrice;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads a table of prices that were told beforehand, by item. */
final class PlannedPrices {

    private static final TimeParser TIMES = TimeParser.of("iso", ZoneId.of("UTC"));
    private static final int DATE_CHARACTERS = 10;
    private static final double MICROS = 1e6;

    private PlannedPrices() {}

    /**
     * @param directory from which the table's path goes on
     * @throws NextactException at a row that cannot be read
     */
    static Map<String, List<PlannedPrice>> read(Path directory, ShopConfig.PriceTable table) {
        Map<String, List<PlannedPrice>> byItem = new HashMap<>();
        try {
            AttributeTableReader.read(
                    directory,
                    table.path(),
                    table.columns(),
                    (file, row, columns) -> {
                        Row read = new Row(file, row, columns);
                        byItem.computeIfAbsent(read.text("item"), item -> new ArrayList<>())
                                .add(read.price());
                    });
        } catch (SQLException e) {
            throw DuckDb.failure("read " + table.path(), e);
        }
        return byItem;
    }

    private record Row(Path file, RawRow row, Columns columns) {

        String text(String field) {
            @Nullable String text = columns.value(row, field);
            if (text == null || text.isBlank()) {
                throw refused("no " + field);
            }
            return text.strip();
        }

        PlannedPrice price() {
            long from = micros("from");
            boolean isDay = text("to").length() == DATE_CHARACTERS; // the whole of it
            long to = micros("to") + (isDay ? DemandPeriod.DAY_MICROS : 0);
            if (to <= from) {
                throw refused(
                        "it ends before it begins: from " + text("from") + " to " + text("to"));
            }
            @Nullable String announced = columns.value(row, "announced");
            return new PlannedPrice(
                    from,
                    to,
                    amount(),
                    announced == null || announced.isBlank()
                            ? PlannedPrice.ALWAYS
                            : micros("announced"));
        }

        private float amount() {
            String text = text("price");
            OptionalLong micros = DecimalParser.of("auto", List.of(text)).any(text);
            if (micros.isEmpty() || micros.getAsLong() < 0) {
                throw refused("found the price '" + text + "', expected a number of 0 or more");
            }
            return (float) (micros.getAsLong() / MICROS);
        }

        private long micros(String field) {
            String text = text(field);
            return TIMES.micros(text)
                    .orElseThrow(
                            () ->
                                    refused(
                                            "found '"
                                                    + text
                                                    + "' for "
                                                    + field
                                                    + ", expected a day or a moment such as"
                                                    + " 2025-11-28 or 2025-11-28T08:00:00Z"));
        }

        private NextactException refused(String why) {
            return NextactException.input("%s, line %d: %s: %s", file, row.line(), why, row.raw());
        }
    }
}
