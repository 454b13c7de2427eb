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

/**
 * {@code nextact features}: what is known of every shopper, item, session and pair of them just
 * before a cut-off, as Parquet tables for any tool. docs/features.md explains each column.
 */
public final class BuildFeatures {

    private static final List<String> STEPS =
            List.of(
                    "310_session_features",
                    "320_user_item_features",
                    "330_user_category_features",
                    "340_user_features",
                    "350_item_features");

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
     */
    public record Result(Path directory, long cutOffMicros, Map<String, Table> tables) {

        /** For the terminal. */
        public String toText() {
            StringBuilder text = new StringBuilder();
            tables.forEach(
                    (name, table) ->
                            text.append(
                                    String.format(
                                            Locale.ROOT, "  %-24s %,12d%n", name, table.rows())));
            return String.format("features before %s in %s%n%s", at(cutOffMicros), directory, text);
        }

        /** For {@code --json}. */
        public Map<String, Object> toTree() {
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
            Map<String, List<Path>> written = new LinkedHashMap<>();
            Map<String, Table> tables = new LinkedHashMap<>();
            try (Progress.Task task = progress.start("features", STEPS.size() + 1, "steps")) {
                try (SqlEngine engine = engines.open(spill)) {
                    build(engine, config, prepared, cutOffMicros, task);
                    TABLES.forEach(
                            (table, order) ->
                                    written.put(
                                            table,
                                            engine.write(
                                                    "SELECT * FROM " + table + " ORDER BY " + order,
                                                    temporary.resolve(table + ".parquet"))));
                }
                try (DuckDb reader = DuckDb.openInMemory(spill, memoryBytes)) {
                    for (Map.Entry<String, List<Path>> table : written.entrySet()) {
                        Path file = temporary.resolve(table.getKey() + ".parquet");
                        reader.join(table.getValue(), file);
                        tables.put(table.getKey(), reader.table(file));
                    }
                }
                task.at(STEPS.size() + 1, "written");
            }
            AtomicFiles.deleteTree(spill);
            Result result = new Result(target, cutOffMicros, tables);
            AtomicFiles.write(
                    temporary.resolve("features.json"),
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(result.toTree()));
            AtomicFiles.deleteTree(target);
            AtomicFiles.move(temporary, target);
            return result;
        } catch (IOException e) {
            throw DuckDb.failure("write " + target, new SQLException(e.toString(), e));
        }
    }

    private static void build(
            SqlEngine engine,
            ShopConfig config,
            Path prepared,
            long cutOffMicros,
            Progress.Task task) {
        engine.openTable("events", prepared.resolve(PreparedData.EVENTS));
        engine.openTable("returned", prepared.resolve(PreparedData.RETURNS));
        List<String> columns = columns(config);
        int target = config.behaviours().indexOf(config.target());
        int cart = config.behaviours().indexOf("cart");
        Object[] parameters = {
            "cut_off", cutOffMicros, "target", target, "cart", cart < 0 ? target : cart
        };
        engine.run("300_past", parameters);
        if (engine.count("SELECT count(*) FROM past") == 0) {
            throw NextactException.input(
                    "no event lies before the cut-off %s; choose a later one", at(cutOffMicros));
        }
        int done = 0;
        for (String step : STEPS) {
            task.at(++done, step);
            engine.run(SqlStep.load(step).forEachBehaviour(columns, target).with(parameters));
        }
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
