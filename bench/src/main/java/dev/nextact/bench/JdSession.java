package dev.nextact.bench;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session of JD's micro-behaviours, of two acts or more.
 *
 * @param seconds [T] since its first act, ascending
 * @param behaviours [T], 0 browse, 1 follow, 2 order, 3 comment
 * @param items [T], the n-th different one of the session is n, from 1 on: which items they are
 *     tells too little of an order in a few thousand sessions
 */
record JdSession(double[] seconds, int[] behaviours, int[] items) {

    static final int BEHAVIOURS = 4;
    static final int ORDER = 2;

    /** The types of the file, in the order of the behaviours. */
    private static final List<String> TYPES = List.of("1", "3", "2", "4");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private record Line(long second, int behaviour, String item) {}

    /** All of a file, in the order in which they begin. */
    static List<JdSession> read(Path file) {
        Map<String, List<Line>> lines = new LinkedHashMap<>();
        CsvLines.read(
                file,
                "action_time,user_id,sku_id,type,sessionId,index",
                cells ->
                        lines.computeIfAbsent(cells[4], id -> new ArrayList<>())
                                .add(
                                        new Line(
                                                LocalDateTime.parse(cells[0], TIME)
                                                        .toEpochSecond(ZoneOffset.UTC),
                                                TYPES.indexOf(cells[3]),
                                                cells[2])));
        return lines.values().stream()
                .filter(session -> session.size() > 1)
                .map(JdSession::of)
                .toList();
    }

    private static JdSession of(List<Line> lines) {
        double[] seconds = new double[lines.size()];
        int[] behaviours = new int[lines.size()];
        int[] items = new int[lines.size()];
        Map<String, Integer> places = new HashMap<>();
        for (int t = 0; t < items.length; t++) {
            Line line = lines.get(t);
            seconds[t] = line.second() - lines.get(0).second();
            behaviours[t] = line.behaviour();
            items[t] = places.computeIfAbsent(line.item(), id -> places.size() + 1);
        }
        return new JdSession(seconds, behaviours, items);
    }

    int size() {
        return items.length;
    }

    /** How many acts are seen before it is asked whether an order follows. */
    int half() {
        return size() / 2;
    }

    boolean ordersLater() {
        for (int t = half(); t < size(); t++) {
            if (behaviours[t] == ORDER) {
                return true;
            }
        }
        return false;
    }

    /** What is seen, as a row of a table. */
    double[] features() {
        int half = half();
        double[] row = new double[2 * BEHAVIOURS + 9];
        Set<Integer> different = new HashSet<>();
        int again = 0;
        for (int t = 0; t < half; t++) {
            row[behaviours[t]]++;
            different.add(items[t]);
            again += items[t] == items[half - 1] ? 1 : 0;
        }
        int at = BEHAVIOURS;
        row[at + behaviours[half - 1]] = 1; // the newest act
        at += BEHAVIOURS;
        row[at] = half;
        row[at + 1] = different.size();
        row[at + 2] = different.size() / (double) half;
        row[at + 3] = again; // how often the newest item
        row[at + 4] = seconds[half - 1];
        row[at + 5] = seconds[half - 1] / half;
        row[at + 6] = half > 1 ? seconds[half - 1] - seconds[half - 2] : Double.NaN;
        row[at + 7] = half > 2 ? seconds[half - 2] - seconds[half - 3] : Double.NaN;
        row[at + 8] = half > 1 ? behaviours[half - 2] : Double.NaN;
        return row;
    }
}
