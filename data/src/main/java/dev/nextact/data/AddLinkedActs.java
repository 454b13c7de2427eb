package dev.nextact.data;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Adds a column to the prepared events for each of the config's {@code links}: the items of the
 * newest acts of those whom the shopper was linked to, as of the event's time. Beside it the same
 * as of the end of the log, for who asks then. The log is read in the order of time, once for each
 * table of links; what is in memory does not grow with it.
 */
final class AddLinkedActs {

    /** Rows whose times decide the format. */
    private static final int SAMPLE = 1000;

    private final DuckDb reader;
    private final ShopConfig config;
    private final KeptShoppers shoppers;
    private final Path prepared;
    private final Path spill;

    private AddLinkedActs(
            DuckDb reader, ShopConfig config, KeptShoppers shoppers, Path prepared, Path spill) {
        this.reader = reader;
        this.config = config;
        this.shoppers = shoppers;
        this.prepared = prepared;
        this.spill = spill;
    }

    /**
     * @param shoppers under which names they are prepared
     * @param prepared where events, users and items lie
     * @param spill for files on the way
     * @throws NextactException at a row of a table that cannot be read
     */
    static void to(
            DuckDb reader,
            ShopConfig config,
            KeptShoppers shoppers,
            Path prepared,
            Path spill,
            Progress progress)
            throws IOException {
        AddLinkedActs adding = new AddLinkedActs(reader, config, shoppers, prepared, spill);
        for (ShopConfig.Links links : config.links()) {
            adding.add(links, progress);
        }
    }

    /**
     * A link as the file has it.
     *
     * @param place in the file, for a message
     */
    private record Row(int from, int to, @Nullable String time, String place) {}

    private void add(ShopConfig.Links links, Progress progress) throws IOException {
        LinkedActs acts = new LinkedActs(read(links, progress), links.acts());
        boolean[] counts = new boolean[config.behaviours().size()];
        Arrays.fill(counts, links.behaviours().isEmpty());
        links.behaviours().forEach(name -> counts[config.behaviours().indexOf(name)] = true);
        List<String> items = items();
        Path events = prepared.resolve(PreparedData.EVENTS);
        Path values = spill.resolve("linked.tsv");
        long[] newest = {Long.MIN_VALUE};
        int[] users = {0};
        try (Writer out = Files.newBufferedWriter(values)) {
            reader.read(
                    "SELECT file_row_number, user_index, item_index, behaviour, time_micros FROM"
                            + " read_parquet("
                            + DuckDb.quoted(events)
                            + ", file_row_number = true) ORDER BY time_micros, file_row_number",
                    row -> {
                        int user = row.getInt(2);
                        newest[0] = row.getLong(5);
                        users[0] = Math.max(users[0], user + 1);
                        write(out, row.getLong(1), acts.before(user, newest[0]), items);
                        if (counts[row.getInt(4)]) {
                            acts.add(user, row.getInt(3), newest[0]);
                        }
                    });
        }
        Path now = spill.resolve("linked_now.tsv");
        try (Writer out = Files.newBufferedWriter(now)) {
            for (int user = 0; user < users[0]; user++) {
                write(out, user, acts.before(user, newest[0] + 1), items);
            }
        }
        String column = StagedRows.column(links.name());
        Path whole = spill.resolve(PreparedData.EVENTS);
        reader.run(
                "duckdb/add_linked_acts",
                "events",
                events,
                "values",
                values,
                "name",
                column,
                "file",
                whole);
        AtomicFiles.move(whole, events);
        reader.run(
                "duckdb/write_linked_now",
                "values",
                now,
                "name",
                column,
                "file",
                prepared.resolve(PreparedData.linkedNow(links.name())));
    }

    private static void write(Writer out, long number, int[] found, List<String> items)
            throws IOException {
        if (found.length > 0) {
            out.write(Long.toString(number));
            char between = '\t';
            for (int item : found) {
                out.write(between);
                // an id with the separator in it would be two
                out.write(
                        items.get(item - 1)
                                .replace(ShopConfig.Links.SEPARATOR, "_")
                                .replaceAll("\\p{Cntrl}", "_"));
                between = ShopConfig.Links.SEPARATOR.charAt(0);
            }
            out.write('\n');
        }
    }

    private List<String> items() throws IOException {
        List<String> items = new ArrayList<>();
        reader.read(
                "SELECT item_id FROM read_parquet("
                        + DuckDb.quoted(prepared.resolve(PreparedData.ITEMS))
                        + ") ORDER BY item_index",
                row -> items.add(row.getString(1)));
        return items;
    }

    private Map<String, Integer> users() throws IOException {
        Map<String, Integer> users = new HashMap<>();
        reader.read(
                "SELECT user_id, user_index FROM read_parquet("
                        + DuckDb.quoted(prepared.resolve(PreparedData.USERS))
                        + ")",
                row -> users.put(row.getString(1), row.getInt(2)));
        return users;
    }

    private LinkedActs.Links read(ShopConfig.Links links, Progress progress) throws IOException {
        Map<String, Integer> users = users();
        List<Row> sample = new ArrayList<>();
        Linked linked = new Linked();
        long[] outside = {0};
        try {
            AttributeTableReader.read(
                    config.directory(),
                    links.path(),
                    links.columns(),
                    (file, row, columns) -> {
                        String place = file + ", line " + row.line();
                        int from = user(users, columns.value(row, "from"), "from", place);
                        int to = user(users, columns.value(row, "to"), "to", place);
                        if (from < 0 || to < 0) {
                            outside[0]++;
                            return;
                        }
                        Row link = new Row(from, to, columns.value(row, "time"), place);
                        if (sample.size() < SAMPLE) {
                            sample.add(link);
                            if (sample.size() == SAMPLE) {
                                linked.detect(sample);
                            }
                        } else {
                            linked.add(link);
                        }
                    });
        } catch (SQLException e) {
            throw DuckDb.failure("read " + links.path(), e);
        }
        if (sample.size() < SAMPLE) {
            linked.detect(sample);
        }
        progress.say(
                String.format(
                        Locale.ROOT,
                        "%s: %,d links from %s%s",
                        links.name(),
                        linked.size,
                        links.path(),
                        outside[0] == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; %,d more are from or to someone who is not in the log",
                                        outside[0])));
        return linked.byFirst(users.size());
    }

    /** -1 for one who is not in the log. */
    private int user(Map<String, Integer> users, @Nullable String id, String field, String place) {
        if (id == null || id.isBlank()) {
            throw NextactException.input("%s: no %s", place, field);
        }
        return shoppers.user(id.strip()).map(kept -> users.getOrDefault(kept, -1)).orElse(-1);
    }

    /** Links in the order of the file; 16 bytes each. */
    private static final class Linked {
        private int[] from = new int[SAMPLE];
        private int[] to = new int[SAMPLE];
        private long[] since = new long[SAMPLE];
        private int size;
        private @Nullable TimeParser times;

        void detect(List<Row> sample) {
            List<String> texts = new ArrayList<>();
            for (Row row : sample) {
                if (row.time() != null && !row.time().isBlank()) {
                    texts.add(row.time().strip());
                }
            }
            times = TimeParser.detect(texts, ZoneId.of("UTC"));
            sample.forEach(this::add);
        }

        void add(Row row) {
            if (size == from.length) {
                from = Arrays.copyOf(from, size * 2);
                to = Arrays.copyOf(to, size * 2);
                since = Arrays.copyOf(since, size * 2);
            }
            from[size] = row.from();
            to[size] = row.to();
            since[size++] = micros(row);
        }

        /** Where the file tells no time a link holds always. */
        private long micros(Row row) {
            if (times == null || row.time() == null || row.time().isBlank()) {
                return Long.MIN_VALUE;
            }
            OptionalLong micros = times.micros(row.time().strip());
            if (micros.isEmpty()) {
                throw NextactException.input(
                        "%s: found the time '%s', expected the format %s",
                        row.place(), row.time(), times.name());
            }
            return micros.getAsLong();
        }

        LinkedActs.Links byFirst(int users) {
            int[] offsets = new int[users + 1];
            for (int i = 0; i < size; i++) {
                offsets[from[i] + 1]++;
            }
            for (int user = 0; user < users; user++) {
                offsets[user + 1] += offsets[user];
            }
            int[] next = offsets.clone();
            int[] targets = new int[size];
            long[] times = new long[size];
            for (int i = 0; i < size; i++) {
                int place = next[from[i]]++;
                targets[place] = to[i];
                times[place] = since[i];
            }
            return new LinkedActs.Links(offsets, targets, times);
        }
    }
}
