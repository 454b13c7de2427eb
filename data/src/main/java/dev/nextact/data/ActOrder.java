package dev.nextact.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds of acts come before which, for names that tell nothing: of every pair of a shopper
 * and an item, the order in which the kinds were first met there. Browsing comes before ordering,
 * and ordering before commenting, far more often than the other way round.
 *
 * @param pairs at how many pairs each kind was met
 * @param before kind to kind to how many pairs had the first before the second
 * @param after at how many pairs each kind had another kind before it
 */
record ActOrder(
        Map<String, Long> pairs, Map<String, Map<String, Long>> before, Map<String, Long> after) {

    /** Reads the rows in their order, which is that of time in nearly every log. */
    static ActOrder read(List<InspectFiles.Guess> logs, long mostRows) {
        Map<Long, List<String>> met = new HashMap<>();
        for (InspectFiles.Guess log : logs) {
            Optional<ColumnProfile> item = log.fields().column("item");
            Optional<ColumnProfile> act = log.fields().column("behaviour");
            if (item.isPresent() && act.isPresent()) {
                int user = place(log, log.fields().column("user").orElseThrow());
                read(log, user, place(log, item.get()), place(log, act.get()), mostRows, met);
            }
        }
        return of(met.values());
    }

    private static int place(InspectFiles.Guess log, ColumnProfile column) {
        return log.profile().columns().indexOf(column);
    }

    private static void read(
            InspectFiles.Guess log,
            int user,
            int item,
            int act,
            long mostRows,
            Map<Long, List<String>> met) {
        try (RowReader reader = log.profile().reopen()) {
            long rows = 0;
            for (RawRow row = reader.next();
                    row != null && rows < mostRows;
                    row = reader.next(), rows++) {
                if (row.problem().isEmpty()) {
                    @Nullable String kind = row.fields()[act];
                    long pair =
                            ((long) hash(row.fields()[user]) << Integer.SIZE)
                                    ^ (hash(row.fields()[item]) & 0xFFFF_FFFFL);
                    if (kind != null && !kind.isBlank()) {
                        List<String> kinds = met.computeIfAbsent(pair, p -> new ArrayList<>(2));
                        String name = kind.strip().toLowerCase(Locale.ROOT);
                        if (!kinds.contains(name)) {
                            kinds.add(name);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw SourceFiles.unreadable(log.file(), e);
        }
    }

    private static int hash(@Nullable String text) {
        return text == null ? 0 : text.strip().hashCode();
    }

    /**
     * @param sequences of each pair, the kinds in the order in which they were first met
     */
    static ActOrder of(Iterable<List<String>> sequences) {
        Map<String, Long> pairs = new LinkedHashMap<>();
        Map<String, Map<String, Long>> before = new LinkedHashMap<>();
        Map<String, Long> after = new LinkedHashMap<>();
        for (List<String> kinds : sequences) {
            for (int i = 0; i < kinds.size(); i++) {
                pairs.merge(kinds.get(i), 1L, Long::sum);
                if (i > 0) {
                    after.merge(kinds.get(i), 1L, Long::sum);
                }
                for (int j = i + 1; j < kinds.size(); j++) {
                    before.computeIfAbsent(kinds.get(i), k -> new HashMap<>())
                            .merge(kinds.get(j), 1L, Long::sum);
                }
            }
        }
        return new ActOrder(pairs, before, after);
    }

    private long before(String a, String b) {
        return before.getOrDefault(a, Map.of()).getOrDefault(b, 0L);
    }

    /** The kinds that come first before those that come later; those equal in it by frequency. */
    Comparator<String> order() {
        return Comparator.<String>comparingLong(
                        kind ->
                                pairs.keySet().stream()
                                        .filter(other -> before(other, kind) > before(kind, other))
                                        .count())
                .thenComparing(
                        Comparator.<String>comparingLong(kind -> pairs.getOrDefault(kind, 0L))
                                .reversed());
    }

    /** Of its pairs, the share in which another kind came before. */
    double shareAfterOthers(String kind) {
        long all = pairs.getOrDefault(kind, 0L);
        return all == 0 ? 0 : (double) after.getOrDefault(kind, 0L) / all;
    }
}
