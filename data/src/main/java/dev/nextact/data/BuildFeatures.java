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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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

    private static final List<String> USER_TABLES =
            List.of(
                    "session_features",
                    "user_item_features",
                    "user_category_features",
                    "user_features");

    private static final String ITEM_STEP = "350_item_features";
    private static final String ITEM_TABLE = "item_features";

    /** What the item step reads, of all shoppers. */
    private static final List<String> ITEM_INPUTS =
            List.of("past", "past_returns", "user_item_features");

    /** With all its features an event takes the room of so many rows of one table. */
    private static final int ROWS_AN_EVENT = 8;

    /** Of each table, the columns that put its rows in an order. */
    private static final Map<String, String> TABLES = tables();

    private final SqlEngines engines;
    private final long memoryBytes;

    public BuildFeatures() {
        this(DuckDb.DEFAULT_MEMORY_BYTES);
    }

    /**
     * @param memoryBytes what DuckDB may hold in memory; beyond, it goes to disk
     */
    public BuildFeatures(long memoryBytes) {
        this(SqlEngines.duckDb(memoryBytes), memoryBytes);
    }

    /**
     * @param engines run the SQL steps
     * @param memoryBytes what DuckDB may hold in memory
     */
    public BuildFeatures(SqlEngines engines, long memoryBytes) {
        this.engines = engines;
        this.memoryBytes = memoryBytes;
    }

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("user_features", "user_index");
        tables.put(ITEM_TABLE, "item_index");
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
        Path spill = temporary.resolve("spill");
        try {
            AtomicFiles.deleteTree(temporary);
            Files.createDirectories(spill);
            Map<String, Table> tables = new LinkedHashMap<>();
            long diskBytes;
            try (DiskWatch disk = DiskWatch.open(temporary);
                    DuckDb reader = DuckDb.openInMemory(spill, memoryBytes)) {
                Job job = Job.of(config, prepared, spill, cutOffMicros);
                List<Slice> slices = slices(reader, job);
                int steps = slices.size() * USER_STEPS.size() + 2;
                try (Progress.Task task = progress.start("features", steps, "steps")) {
                    Map<String, List<Path>> written = build(job, slices, temporary, task);
                    task.at(steps - 1, "writing");
                    for (String table : TABLES.keySet()) {
                        Path file = temporary.resolve(table + ".parquet");
                        reader.join(Objects.requireNonNull(written.get(table)), file);
                        tables.put(table, reader.table(file));
                    }
                    task.at(steps, "written");
                }
                diskBytes = disk.mostBytes();
            }
            AtomicFiles.deleteTree(spill);
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
     * What is computed, and from what.
     *
     * @param spill takes parts of tables, and what does not fit into memory
     * @param columns a name for each behaviour
     * @param target index of the behaviour the shop cares for most
     * @param cart index of the behaviour that fills a cart
     */
    private record Job(
            Path prepared, Path spill, long cutOff, List<String> columns, int target, int cart) {

        static Job of(ShopConfig config, Path prepared, Path spill, long cutOffMicros) {
            int target = config.behaviours().indexOf(config.target());
            int cart = config.behaviours().indexOf("cart");
            return new Job(
                    prepared,
                    spill,
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
    }

    /** Shoppers whose features are built together: all of them, or as many as fit into memory. */
    private List<Slice> slices(DuckDb reader, Job job) throws IOException {
        List<Slice> slices =
                Slice.of(
                        reader,
                        "SELECT user_index, count(*) FROM "
                                + DuckDb.parquet(List.of(job.events()))
                                + " WHERE time_micros < "
                                + job.cutOff()
                                + " GROUP BY user_index ORDER BY user_index",
                        Math.max(1, engines.rowsAtOnce() / ROWS_AN_EVENT));
        if (slices.isEmpty()) {
            throw NextactException.input(
                    "no event lies before the cut-off %s; choose a later one", at(job.cutOff()));
        }
        return slices;
    }

    /**
     * Builds the features of shoppers slice by slice, then those of items, which need all shoppers.
     *
     * @param directory for tables that are whole
     * @return of each table the files that hold its rows, in their order
     */
    private Map<String, List<Path>> build(
            Job job, List<Slice> slices, Path directory, Progress.Task task) throws IOException {
        Map<String, List<Path>> written = new HashMap<>();
        boolean isWhole = slices.size() == 1;
        int done = 0;
        for (int i = 0; i < slices.size(); i++) {
            Path parts = Files.createDirectories(job.spill().resolve("part-" + i));
            try (SqlEngine engine = engines.open(job.spill())) {
                openPast(engine, job, slices.get(i));
                for (String step : USER_STEPS) {
                    task.at(done++, step);
                    engine.run(job.step(step));
                }
                for (String table : USER_TABLES) {
                    write(engine, table, i == 0 ? directory : parts, written);
                }
                if (isWhole) {
                    buildOfItems(engine, job, directory, written);
                } else {
                    write(engine, "past", parts, written);
                    write(engine, "past_returns", parts, written);
                }
            }
        }
        if (!isWhole) {
            try (SqlEngine engine = engines.open(job.spill())) {
                for (String input : ITEM_INPUTS) {
                    engine.openTable(input, Objects.requireNonNull(written.get(input)));
                }
                buildOfItems(engine, job, directory, written);
            }
        }
        return written;
    }

    private static void openPast(SqlEngine engine, Job job, Slice slice) {
        engine.openTable("all_events", job.events());
        engine.openTable("all_returned", job.prepared().resolve(PreparedData.RETURNS));
        engine.run("290_shoppers", "first", slice.first(), "last", slice.last());
        engine.run(job.step("300_past"));
    }

    private static void buildOfItems(
            SqlEngine engine, Job job, Path directory, Map<String, List<Path>> written) {
        engine.run(job.step(ITEM_STEP));
        write(engine, ITEM_TABLE, directory, written);
    }

    private static void write(
            SqlEngine engine, String table, Path directory, Map<String, List<Path>> written) {
        String order = TABLES.containsKey(table) ? " ORDER BY " + TABLES.get(table) : "";
        written.computeIfAbsent(table, t -> new ArrayList<>())
                .addAll(
                        engine.write(
                                "SELECT * FROM " + table + order,
                                directory.resolve(table + ".parquet")));
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
