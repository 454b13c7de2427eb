package dev.nextact.data;

import dev.nextact.core.privacy.SmallCells;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
 *     <p>Numbers of fewer shoppers than {@code privacy.k} are left out, or 0.
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
     * @param k nothing is told of fewer shoppers
     */
    static PrepareFigures of(
            DuckDb engine, List<String> behaviours, boolean isClock, List<Long> cutOffs, int k)
            throws IOException {
        List<Point> byDay = new ArrayList<>();
        if (isClock) {
            byDay = byDay(engine, behaviours.size(), k);
        }
        List<Point> funnel = new ArrayList<>();
        engine.read(
                "SELECT behaviour, count(*) FROM (SELECT behaviour, user_index FROM events GROUP BY"
                        + " behaviour, user_index) AS did GROUP BY behaviour HAVING count(*) >= "
                        + k
                        + " ORDER BY behaviour",
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
            double[] events = new double[3];
            engine.read(
                    String.format(
                            "SELECT part, count(*) FROM (SELECT user_index, CASE WHEN time_micros <"
                                    + " %d THEN 0 WHEN time_micros < %d THEN 1 ELSE 2 END AS part"
                                    + " FROM events) AS parts GROUP BY part%s",
                            cutOffs.get(0), cutOffs.get(1), ofAtLeast(k)),
                    row -> events[row.getInt(1)] = row.getDouble(2));
            parts.add(new Point("training", List.of(events[0])));
            parts.add(new Point("validation", List.of(events[1])));
            parts.add(new Point("test", List.of(events[2])));
        }
        return new PrepareFigures(
                byDay,
                funnel,
                byPowersOfTwo(engine, "user_index", SHOPPERS, k),
                byPowersOfTwo(engine, "item_index", ITEMS, k),
                byPowersOfTwo(engine, "user_index, session", SHOPPERS, k),
                missing,
                parts);
    }

    /** What a cell of a table is counted by, where few must not be told. */
    private static final String SHOPPERS = "count(DISTINCT user_index)";

    /** Numbers of items, of which any may be told. */
    private static final String ITEMS = Integer.toString(Integer.MAX_VALUE);

    /** Groups of rows of at least so many shoppers; of 1 there is nothing to be counted. */
    private static String ofAtLeast(int k) {
        return k == 1 ? "" : " HAVING " + SHOPPERS + " >= " + k;
    }

    private static List<Point> byDay(DuckDb engine, int behaviours, int k) throws IOException {
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
                                + " AS day, behaviour, count(*) FROM events GROUP BY day,"
                                + " behaviour%2$s ORDER BY day, behaviour",
                        step, ofAtLeast(k)),
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

    /**
     * @param shoppers SQL of how many a cell is of
     */
    private static List<Point> byPowersOfTwo(DuckDb engine, String of, String shoppers, int k)
            throws IOException {
        List<Point> points = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        engine.read(
                "SELECT CAST(floor(log2(n)) AS INTEGER) AS power, count(*), "
                        + (k == 1 ? ITEMS : shoppers)
                        + " FROM (SELECT "
                        + of
                        + ", count(*) AS n FROM events GROUP BY "
                        + of
                        + ") AS counts GROUP BY power ORDER BY power",
                row -> {
                    long from = 1L << row.getInt(1);
                    points.add(new Point(range(from), List.of(row.getDouble(2))));
                    sizes.add(row.getLong(3));
                });
        boolean[] hidden =
                SmallCells.hidden(sizes.stream().mapToLong(Long::longValue).toArray(), k);
        return IntStream.range(0, points.size())
                .filter(i -> !hidden[i])
                .mapToObj(points::get)
                .toList();
    }

    /** A power of two up to the next. */
    static String range(long from) {
        return from == 1 ? "1" : from + "–" + (2 * from - 1);
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
