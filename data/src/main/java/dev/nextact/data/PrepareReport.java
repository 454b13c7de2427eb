package dev.nextact.data;

import dev.nextact.core.ShopConfig.Action;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Where every input row went: read = kept + repaired + rejected, for each file and in all.
 *
 * @param directory where the prepared data lie
 * @param k of fewer shoppers no number is told
 * @param behaviours events of each, in funnel order; 0 also where too few shoppers did it
 * @param rawNames of each behaviour
 * @param firstMicros time of the oldest event
 * @param clock whether times tell the time of day; else they only order the events
 * @param lengths events of a shopper: least, quartiles, most
 * @param rules what each cleaning rule found, in the order they were applied
 * @param tables rows and SHA-256 of the sorted content
 * @param fingerprint of all tables together
 * @param figures what the charts show
 * @param disk what the run took of the disk
 */
public record PrepareReport(
        Path directory,
        List<SourceFile> files,
        int k,
        int users,
        int items,
        long events,
        Map<String, Long> behaviours,
        Map<String, List<String>> rawNames,
        long firstMicros,
        long lastMicros,
        boolean clock,
        int[] lengths,
        List<Rule> rules,
        Map<String, Table> tables,
        String fingerprint,
        PrepareFigures figures,
        DiskUse disk) {

    /**
     * A cleaning rule.
     *
     * @param name of its key in {@code clean:}
     * @param rows it found
     * @param explanation what it looks for
     */
    public record Rule(String name, Action action, long rows, String explanation) {}

    /**
     * Bytes on disk.
     *
     * @param staged the raw files as they were read, which stay
     * @param prepared the tables
     * @param mostAtWork the most at one time beside {@code staged} while they were made, themselves
     *     among it
     */
    public record DiskUse(long staged, long prepared, long mostAtWork) {}

    /** A prepared table. */
    public record Table(long rows, String sha256) {}

    /**
     * One raw file.
     *
     * @param format what was found out about it
     * @param repaired rows kept after a change, by the change
     * @param rejected rows not kept, by reason
     */
    public record SourceFile(
            String file,
            Map<String, String> format,
            long read,
            Map<String, Long> repaired,
            Map<String, Long> rejected) {

        long repairedRows() {
            return repaired.values().stream().mapToLong(Long::longValue).sum();
        }

        long rejectedRows() {
            return rejected.values().stream().mapToLong(Long::longValue).sum();
        }

        long keptRows() {
            return read - repairedRows() - rejectedRows();
        }
    }

    /** Rows of all files. */
    public long read() {
        return files.stream().mapToLong(SourceFile::read).sum();
    }

    /** Rows kept as they are. */
    public long kept() {
        return files.stream().mapToLong(SourceFile::keptRows).sum();
    }

    /** Rows kept after a change. */
    public long repaired() {
        return files.stream().mapToLong(SourceFile::repairedRows).sum();
    }

    /** Rows not kept. */
    public long rejected() {
        return files.stream().mapToLong(SourceFile::rejectedRows).sum();
    }

    /** Rows that rules found and kept, by what they look for. */
    public Map<String, Long> flagged() {
        Map<String, Long> flagged = new TreeMap<>();
        for (Rule rule : rules) {
            if (rule.action() == Action.FLAG && rule.rows() > 0) {
                flagged.put(rule.explanation(), rule.rows());
            }
        }
        return flagged;
    }

    Map<String, Long> rejectedByReason() {
        return total(SourceFile::rejected);
    }

    Map<String, Long> repairedByReason() {
        return total(SourceFile::repaired);
    }

    Instant firstEvent() {
        return instant(firstMicros);
    }

    Instant lastEvent() {
        return instant(lastMicros);
    }

    private Map<String, Long> total(Function<SourceFile, Map<String, Long>> part) {
        Map<String, Long> total = new TreeMap<>();
        for (SourceFile file : files) {
            part.apply(file).forEach((reason, rows) -> total.merge(reason, rows, Long::sum));
        }
        return total;
    }

    /** For the terminal. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (SourceFile file : files) {
            line(text, "%s: %,d rows (%s)", file.file(), file.read(), join(file.format()));
        }
        line(text, "");
        line(text, "  read      %,12d", read());
        line(text, "  kept      %,12d", kept());
        line(text, "  repaired  %,12d%s", repaired(), reasons(total(SourceFile::repaired)));
        line(text, "  rejected  %,12d%s", rejected(), reasons(total(SourceFile::rejected)));
        for (Rule rule : rules) {
            if (rule.action() == Action.FLAG && rule.rows() > 0) {
                line(text, "  flagged   %,12d  %s", rule.rows(), rule.explanation());
            }
        }
        line(text, "");
        line(text, "%,d events of %,d users and %,d items", events, users, items);
        behaviours.forEach((name, rows) -> line(text, "  %-12s %,12d", name, rows));
        if (k > 1) {
            line(text, fewAreHidden());
        }
        if (clock) {
            line(
                    text,
                    "from %s to %s UTC; events at equal times keep the order of the log",
                    instant(firstMicros),
                    instant(lastMicros));
        } else {
            line(text, "times only order the events; equal ones keep the order of the log");
        }
        if (k == 1) {
            line(
                    text,
                    "events a user: least %,d, quartiles %,d %,d %,d, most %,d",
                    lengths[0],
                    lengths[1],
                    lengths[2],
                    lengths[3],
                    lengths[4]);
        } else if (tellsQuartiles()) {
            line(text, "events a user: quartiles %,d %,d %,d", lengths[1], lengths[2], lengths[3]);
        }
        line(
                text,
                "disk: staged %,.1f MB, prepared %,.1f MB; at work at most %,.1f MB beside staged",
                disk.staged() / 1e6,
                disk.prepared() / 1e6,
                disk.mostAtWork() / 1e6);
        line(text, "prepared  %s", directory);
        line(text, "report    %s", directory.resolve(PreparedData.PAGE));
        if (rejected() > 0) {
            line(text, "rejected  %s", directory.resolve(PreparedData.REJECTED));
        }
        return text.toString();
    }

    /** What a reader must know of numbers that are missing. */
    String fewAreHidden() {
        return String.format(
                Locale.ROOT,
                "numbers of fewer than %,d shoppers (privacy.k) are left out, or 0",
                k);
    }

    /** Whether beyond each quartile there are enough shoppers. */
    private boolean tellsQuartiles() {
        return users / 4 >= k;
    }

    private static String reasons(Map<String, Long> rows) {
        List<String> list = new ArrayList<>();
        rows.forEach(
                (reason, count) -> list.add(String.format(Locale.ROOT, "%,d %s", count, reason)));
        return list.isEmpty() ? "" : "  " + String.join(", ", list);
    }

    private static String join(Map<String, String> format) {
        List<String> list = new ArrayList<>();
        format.forEach((key, value) -> list.add(key + " " + value));
        return String.join(", ", list);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS);
    }

    private static void line(StringBuilder text, String format, Object... args) {
        text.append(String.format(Locale.ROOT, format, args)).append(System.lineSeparator());
    }

    /** For {@code --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = contentTree();
        Map<String, Object> bytes = new LinkedHashMap<>();
        bytes.put("staged_bytes", disk.staged());
        bytes.put("prepared_bytes", disk.prepared());
        bytes.put("most_at_work_bytes", disk.mostAtWork());
        tree.put("disk", bytes);
        return tree;
    }

    /** For {@code report.json}: nothing that differs from run to run. */
    Map<String, Object> contentTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("read", read());
        rows.put("kept", kept());
        rows.put("repaired", repaired());
        rows.put("rejected", rejected());
        rows.put("repaired_by_reason", total(SourceFile::repaired));
        rows.put("rejected_by_reason", total(SourceFile::rejected));
        rows.put("flagged", flagged());
        tree.put("rows", rows);
        tree.put("rules", rules);
        tree.put("files", files);
        tree.put("users", users);
        tree.put("items", items);
        tree.put("events", events);
        List<Object> list = new ArrayList<>();
        behaviours.forEach(
                (name, count) -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("name", name);
                    entry.put("raw_names", rawNames.getOrDefault(name, List.of()));
                    entry.put("events", count);
                    list.add(entry);
                });
        tree.put("behaviours", list);
        if (clock) {
            tree.put("first_event", instant(firstMicros).toString());
            tree.put("last_event", instant(lastMicros).toString());
        }
        if (k == 1) {
            tree.put("events_per_user", lengths);
        } else {
            tree.put("k", k);
            if (tellsQuartiles()) {
                tree.put("events_per_user_quartiles", Arrays.copyOfRange(lengths, 1, 4));
            }
        }
        tree.put("tables", tables);
        tree.put("fingerprint", fingerprint);
        tree.put("figures", figures.toTree());
        return tree;
    }
}
