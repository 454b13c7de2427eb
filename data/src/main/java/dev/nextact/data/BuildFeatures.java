package dev.nextact.data;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.data.PrepareReport.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code nextact features}: what is known of every shopper, item, session and pair of them just
 * before a cut-off, as Parquet tables for any tool. docs/features.md explains each column.
 */
public final class BuildFeatures {

    /** Steps that look at each shopper alone. */
    private static final List<String> USER_STEPS =
            List.of(
                    "310_session_features",
                    "320_user_item_features",
                    "330_user_category_features",
                    "340_user_features");

    private static final String ITEM_STEP = "350_item_features";

    /** Of each table, the columns that put its rows in an order. */
    private static final Map<String, String> TABLES = tables();

    /** What the item step reads, of all shoppers. */
    private static final List<String> ITEM_INPUTS =
            List.of("past", "past_returns", "user_item_features");

    /** With its features an event holds a good 300 bytes; the steps need as much again and more. */
    private static final int BYTES_PER_EVENT = 1024;

    private final long memoryBytes;
    private final long eventsPerSlice;

    public BuildFeatures() {
        this(DuckDb.DEFAULT_MEMORY_BYTES);
    }

    /**
     * @param memoryBytes what the SQL engine may hold in memory; beyond, it goes to disk
     */
    public BuildFeatures(long memoryBytes) {
        this(memoryBytes, Math.max(1, memoryBytes / BYTES_PER_EVENT));
    }

    /**
     * @param eventsPerSlice how many events are worked on together; the outcome is the same
     *     whatever it is
     */
    BuildFeatures(long memoryBytes, long eventsPerSlice) {
        this.memoryBytes = memoryBytes;
        this.eventsPerSlice = eventsPerSlice;
    }

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("user_features", "user_index");
        tables.put("item_features", "item_index");
        tables.put("user_item_features", "user_index, item_index");
        tables.put("user_category_features", "user_index, category_index");
        tables.put("session_features", "user_index, session");
        return tables;
    }

    /**
     * What was built.
     *
     * @param cutOffMicros nothing at or after it was seen
     * @param tables rows and SHA-256 of each
     * @param diskBytes the most that lay on disk at one time while they were built, themselves
     *     among it
     */
    public record Result(
            Path directory, long cutOffMicros, Map<String, Table> tables, long diskBytes) {

        /** For the terminal. */
        public String toText() {
            StringBuilder text = new StringBuilder();
            tables.forEach(
                    (name, table) ->
                            text.append(
                                    String.format(
                                            Locale.ROOT, "  %-24s %,12d%n", name, table.rows())));
            return String.format(
                    Locale.ROOT,
                    "features before %s in %s%n%s  at most %,.1f MB on disk meanwhile%n",
                    at(cutOffMicros),
                    directory,
                    text,
                    diskBytes / 1e6);
        }

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
            Map<String, Object> tree = contentTree();
            tree.put("most_disk_bytes", diskBytes);
            return tree;
        }

        /** For {@code features.json}: nothing that differs from run to run. */
        private Map<String, Object> contentTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("directory", directory.toString());
            tree.put("cut_off", at(cutOffMicros));
            tree.put("cut_off_micros", cutOffMicros);
            tree.put("tables", tables);
            return tree;
        }
    }

    private static String at(long micros) {
        return Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000)
                .toString();
    }

    /**
     * The cut-offs a config's split asks for: the starts of validation and test, and the end of the
     * log.
     */
    public static List<Long> cutOffs(ShopConfig config) {
        long newest = PreparedData.newestMicros(config.preparedDirectory());
        List<Long> cutOffs = new ArrayList<>();
        if (config.split().protocol().equals("time")) {
            long test = newest + 1 - config.split().test().toNanos() / 1000;
            cutOffs.add(test - config.split().valid().toNanos() / 1000);
            cutOffs.add(test);
        }
        cutOffs.add(newest + 1);
        return cutOffs;
    }

    /**
     * Builds the tables of one cut-off in {@code features/<cut-off>/}.
     *
     * @param cutOffMicros since 1970-01-01 UTC; nothing at or after it is seen
     * @throws NextactException when nothing is prepared, or nothing lies before the cut-off
     */
    public Result run(ShopConfig config, long cutOffMicros, Progress progress) {
        PreparedData.requireIn(config.preparedDirectory());
        Path target = config.featuresDirectory().resolve(at(cutOffMicros).replaceAll("[:.]", "-"));
        return run(config, config.preparedDirectory(), target, cutOffMicros, progress);
    }

    /**
     * @param prepared where the tables of events and returns lie
     * @param target gets the feature tables
     */
    Result run(
            ShopConfig config, Path prepared, Path target, long cutOffMicros, Progress progress) {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        Path work = temporary.resolve("spill");
        try {
            AtomicFiles.deleteTree(temporary);
            Files.createDirectories(work);
            Job job = Job.of(config, prepared, work, cutOffMicros);
            Map<String, Table> tables = new LinkedHashMap<>();
            long diskBytes;
            try (DiskWatch disk = DiskWatch.open(temporary)) {
                List<UserSlice> slices = slices(job);
                int steps = slices.size() * USER_STEPS.size() + 2;
                try (Progress.Task task = progress.start("features", steps, "steps")) {
                    for (int part = 0; part < slices.size(); part++) {
                        ofShoppers(job, slices.get(part), part, task);
                    }
                    task.at(steps - 2, ITEM_STEP);
                    ofItems(job, slices.size());
                    task.at(steps - 1, "writing");
                    for (String table : TABLES.keySet()) {
                        Path file = temporary.resolve(table + ".parquet");
                        tables.put(table, write(job.parts(table, slices.size()), file, work));
                    }
                    task.at(steps, "written");
                }
                diskBytes = disk.mostBytes();
            }
            AtomicFiles.deleteTree(work);
            Result result = new Result(target, cutOffMicros, tables, diskBytes);
            AtomicFiles.write(
                    temporary.resolve("features.json"),
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(result.contentTree()));
            AtomicFiles.deleteTree(target);
            AtomicFiles.move(temporary, target);
            return result;
        } catch (IOException e) {
            throw DuckDb.failure("write " + target, new SQLException(e.toString(), e));
        }
    }

    /**
     * What is computed, from what, and where.
     *
     * @param work takes parts of tables, and what does not fit into memory
     * @param columns a name for each behaviour
     * @param target index of the behaviour the shop cares for most
     * @param cart index of the behaviour that fills a cart
     */
    private record Job(
            Path prepared, Path work, long cutOff, List<String> columns, int target, int cart) {

        static Job of(ShopConfig config, Path prepared, Path work, long cutOffMicros) {
            int target = config.behaviours().indexOf(config.target());
            int cart = config.behaviours().indexOf("cart");
            return new Job(
                    prepared,
                    work,
                    cutOffMicros,
                    BuildFeatures.columns(config),
                    target,
                    cart < 0 ? target : cart);
        }

        Path events() {
            return prepared.resolve(PreparedData.EVENTS);
        }

        SqlStep step(String name) {
            return SqlStep.load(name)
                    .forEachBehaviour(columns, target)
                    .with("cut_off", cutOff, "target", target, "cart", cart);
        }

        Path part(String table, int part) {
            return work.resolve(table + "-" + part + ".parquet");
        }

        /** Those of item_features, which is not cut into slices, are one. */
        List<Path> parts(String table, int slices) {
            return IntStream.range(0, table.equals("item_features") ? 1 : slices)
                    .mapToObj(part -> part(table, part))
                    .toList();
        }
    }

    private List<UserSlice> slices(Job job) throws IOException {
        try (DuckDb engine = DuckDb.openInMemory(job.work(), memoryBytes)) {
            // events.parquet is in the order of shoppers: a slice reads its own part of the file
            List<UserSlice> slices =
                    UserSlice.of(
                            engine,
                            "SELECT user_index, count(*) FROM read_parquet("
                                    + DuckDb.quoted(job.events())
                                    + ") WHERE time_micros < "
                                    + job.cutOff()
                                    + " GROUP BY user_index ORDER BY user_index",
                            eventsPerSlice);
            if (slices.isEmpty()) {
                throw NextactException.input(
                        "no event lies before the cut-off %s; choose a later one",
                        at(job.cutOff()));
            }
            return slices;
        }
    }

    /** One part of each table whose rows belong to a shopper, and of what the items need. */
    private void ofShoppers(Job job, UserSlice slice, int part, Progress.Task task) {
        try (DuckDb engine = DuckDb.openInMemory(job.work(), memoryBytes)) {
            String these = " WHERE " + slice.contains("user_index");
            engine.define(view("events", List.of(job.events())) + these);
            engine.define(
                    view("returned", List.of(job.prepared().resolve(PreparedData.RETURNS)))
                            + these);
            engine.run(job.step("300_past"));
            int done = part * USER_STEPS.size();
            for (String step : USER_STEPS) {
                task.at(done++, step);
                engine.run(job.step(step));
            }
            TABLES.forEach(
                    (table, order) -> {
                        if (!table.equals("item_features")) {
                            engine.run(write(table, order, job.part(table, part)));
                        }
                    });
            engine.run(write("past", "item_index", job.part("past", part)));
            engine.run(write("past_returns", "item_index", job.part("past_returns", part)));
        }
    }

    private void ofItems(Job job, int slices) {
        try (DuckDb engine = DuckDb.openInMemory(job.work(), memoryBytes)) {
            for (String input : ITEM_INPUTS) {
                engine.define(view(input, job.parts(input, slices)));
            }
            engine.run(job.step(ITEM_STEP));
            engine.run(write("item_features", "item_index", job.part("item_features", 0)));
        }
    }

    private static SqlStep write(String table, String order, Path file) {
        return SqlStep.load("duckdb/write_table")
                .with("table", table, "order", order, "file", file);
    }

    /** Puts the parts of a table together. */
    private Table write(List<Path> parts, Path file, Path work) throws IOException {
        try (DuckDb engine = DuckDb.openInMemory(work, memoryBytes)) {
            engine.join(parts, file);
            return engine.table(file);
        }
    }

    private static String view(String name, List<Path> files) {
        return "CREATE VIEW " + name + " AS SELECT * FROM read_parquet(" + DuckDb.list(files) + ")";
    }

    /** The behaviours' names as parts of a column's name, each once. */
    static List<String> columns(ShopConfig config) {
        List<String> columns = new ArrayList<>();
        for (int b = 0; b < config.behaviours().size(); b++) {
            String name =
                    config.behaviours()
                            .name(b)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9_]", "_");
            boolean usable = name.matches("[a-z].*") && !columns.contains(name);
            // "target", "events", … stand for themselves in the tables
            columns.add(usable && !RESERVED.contains(name) ? name : "b" + b + "_" + name);
        }
        return columns;
    }

    private static final List<String> RESERVED =
            List.of("target", "first", "cart_items", "events", "spend", "price");
}
