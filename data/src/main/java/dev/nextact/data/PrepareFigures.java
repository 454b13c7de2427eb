package dev.nextact.data;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the charts of the report show, each point counted in SQL: a label and one number for each
 * series.
 *
 * @param byDay events of each day (UTC), a series for each behaviour
 * @param funnel shoppers who did each behaviour at least once
 * @param activity shoppers by how many events they have, in powers of two
 * @param popularity items by how many events they have, in powers of two
 * @param sessions sessions by how many events they have, in powers of two
 * @param missing share of the kept events without a category, price or quantity
 * @param parts events of training, validation and test, where the split is by time
 */
public record PrepareFigures(
        List<Point> byDay,
        List<Point> funnel,
        List<Point> activity,
        List<Point> popularity,
        List<Point> sessions,
        List<Point> missing,
        List<Point> parts) {

    /** One group of bars. */
    public record Point(String label, List<Double> values) {}

    /** A chart of the days has at most so many bars; of longer logs a bar is several days. */
    private static final int MOST_BARS = 400;

    /**
     * @param behaviours names, in funnel order
     * @param cutOffs starts of validation and test in microseconds; empty where the split is not by
     *     time
     */
    static PrepareFigures of(
            DuckDb engine, List<String> behaviours, boolean isClock, List<Long> cutOffs)
            throws IOException {
        List<Point> byDay = new ArrayList<>();
        if (isClock) {
            byDay = byDay(engine, behaviours.size());
        }
        List<Point> funnel = new ArrayList<>();
        engine.read(
                "SELECT behaviour, count(*) FROM (SELECT behaviour, user_index FROM events GROUP BY"
                        + " behaviour, user_index) AS did GROUP BY behaviour ORDER BY behaviour",
                row ->
                        funnel.add(
                                new Point(
                                        behaviours.get(row.getInt(1)), List.of(row.getDouble(2)))));
        List<Point> missing = new ArrayList<>();
        engine.read(
                "SELECT 100.0 * (count(*) - count(category_index)) / count(*), 100.0 * (count(*) -"
                        + " count(price_micros)) / count(*), 100.0 * (count(*) - count(quantity)) /"
                        + " count(*) FROM events",
                row -> {
                    missing.add(new Point("category", List.of(row.getDouble(1))));
                    missing.add(new Point("price", List.of(row.getDouble(2))));
                    missing.add(new Point("quantity", List.of(row.getDouble(3))));
                });
        List<Point> parts = new ArrayList<>();
        if (!cutOffs.isEmpty()) {
            engine.read(
                    String.format(
                            "SELECT count(*) FILTER (WHERE time_micros < %1$d), count(*) FILTER"
                                    + " (WHERE time_micros >= %1$d AND time_micros < %2$d),"
                                    + " count(*) FILTER (WHERE time_micros >= %2$d) FROM events",
                            cutOffs.get(0), cutOffs.get(1)),
                    row -> {
                        parts.add(new Point("training", List.of(row.getDouble(1))));
                        parts.add(new Point("validation", List.of(row.getDouble(2))));
                        parts.add(new Point("test", List.of(row.getDouble(3))));
                    });
        }
        return new PrepareFigures(
                byDay,
                funnel,
                byPowersOfTwo(engine, "user_index"),
                byPowersOfTwo(engine, "item_index"),
                byPowersOfTwo(engine, "user_index, session"),
                missing,
                parts);
    }

    private static List<Point> byDay(DuckDb engine, int behaviours) throws IOException {
        long days =
                engine.count(
                        "SELECT CAST((max(time_micros) - min(time_micros)) / 86400000000.0 AS"
                                + " BIGINT) FROM events");
        long weeks = (days / MOST_BARS + 6) / 7;
        long step = days <= MOST_BARS ? 1 : 7 * weeks;
        Map<Long, List<Double>> points = new TreeMap<>();
        engine.read(
                String.format(
                        "SELECT CAST(floor(time_micros / (86400000000.0 * %1$d)) AS BIGINT) * %1$d"
                                + " AS day, behaviour, count(*) FROM events GROUP BY day, behaviour"
                                + " ORDER BY day, behaviour",
                        step),
                row -> {
                    List<Double> values =
                            points.computeIfAbsent(
                                    row.getLong(1),
                                    d -> new ArrayList<>(Collections.nCopies(behaviours, 0.0)));
                    values.set(row.getInt(2), row.getDouble(3));
                });
        List<Point> list = new ArrayList<>();
        long before = points.isEmpty() ? 0 : points.keySet().iterator().next();
        for (Map.Entry<Long, List<Double>> point : points.entrySet()) {
            for (long empty = before + step; empty < point.getKey(); empty += step) {
                list.add(day(empty, Collections.nCopies(behaviours, 0.0)));
            }
            list.add(day(point.getKey(), point.getValue()));
            before = point.getKey();
        }
        return list;
    }

    private static Point day(long day, List<Double> values) {
        return new Point(LocalDate.ofEpochDay(day).toString(), values);
    }

    private static List<Point> byPowersOfTwo(DuckDb engine, String of) throws IOException {
        List<Point> points = new ArrayList<>();
        engine.read(
                "SELECT CAST(floor(log2(n)) AS INTEGER) AS power, count(*) FROM (SELECT count(*) AS"
                        + " n FROM events GROUP BY "
                        + of
                        + ") AS counts GROUP BY power ORDER BY power",
                row -> {
                    long from = 1L << row.getInt(1);
                    String label = from == 1 ? "1" : from + "–" + (2 * from - 1);
                    points.add(new Point(label, List.of(row.getDouble(2))));
                });
        return points;
    }

    /** For {@code report.json}. */
    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("events_by_day", byDay);
        tree.put("funnel_users", funnel);
        tree.put("users_by_events", activity);
        tree.put("items_by_events", popularity);
        tree.put("sessions_by_events", sessions);
        tree.put("missing_percent", missing);
        tree.put("events_by_part", parts);
        return tree;
    }
}
