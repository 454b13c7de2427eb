package dev.nextact.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.Action;
import dev.nextact.data.PrepareReport.DiskUse;
import dev.nextact.data.PrepareReport.Rule;
import dev.nextact.data.PrepareReport.SourceFile;
import dev.nextact.data.PrepareReport.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code nextact prepare}: raw logs → {@code prepared/}, and a report of every row.
 *
 * <p>Each raw file is read once, into {@code staged/}; the SQL steps then start anew from there, so
 * that the outcome is the same whether all files are new, one is, or the last run was killed.
 */
public final class PrepareData {

    private static final String SPILL = "spill";

    private final Clock clock;
    private final long memoryBytes;
    private final long eventsPerSlice;

    /**
     * @param clock tells which times lie in the future
     */
    public PrepareData(Clock clock) {
        this(clock, DuckDb.DEFAULT_MEMORY_BYTES);
    }

    /**
     * @param clock tells which times lie in the future
     * @param memoryBytes what the SQL engine may hold in memory, beside Java's heap; beyond, it
     *     goes to disk
     */
    public PrepareData(Clock clock, long memoryBytes) {
        this(clock, memoryBytes, NumberedSlices.eventsFor(memoryBytes));
    }

    /**
     * @param eventsPerSlice how many events the steps that look at each shopper alone see together;
     *     the outcome is the same whatever it is
     */
    PrepareData(Clock clock, long memoryBytes, long eventsPerSlice) {
        this.clock = clock;
        this.memoryBytes = memoryBytes;
        this.eventsPerSlice = eventsPerSlice;
    }

    /**
     * Reads new files, cleans, numbers and sorts. The old prepared data stay until the new ones are
     * complete.
     *
     * @throws NextactException when a file or column is missing, no row can be used, or the
     *     workspace cannot be written
     */
    public PrepareReport run(ShopConfig config, Progress progress) {
        Path target = config.preparedDirectory();
        Path temporary = target.resolveSibling("prepared.tmp");
        Path spill = temporary.resolve(SPILL);
        try {
            makeEmpty(temporary, spill);
            PrepareReport report;
            try (DiskWatch disk = DiskWatch.open(temporary);
                    Progress.Task task = progress.start("prepare", -1, "rows")) {
                List<StagedFile> files = stage(config, spill, task);
                long read = files.stream().mapToLong(f -> f.account().read()).sum();
                try (DuckDb engine = DuckDb.openOnDisk(spill, memoryBytes)) {
                    task.at(read, "cleaning");
                    define(engine, files, config);
                    readFacts(engine, config.directory(), config.items(), "item");
                    readFacts(engine, config.directory(), config.users(), "user");
                    engine.run("100_numbers", "negative_prices", negativePrices(config));
                    NumberedSlices slices = NumberedSlices.of(engine, eventsPerSlice);
                    List<Rule> rules = CleaningRules.apply(engine, slices, config, clock);
                    List<SourceFile> accounts = accounts(engine, files);
                    refuseNothing(engine, accounts);
                    engine.run("200_tables", "negative_prices", negativePrices(config));
                    task.at(read, "writing");
                    Map<String, Table> tables = write(engine, slices, temporary);
                    report =
                            report(
                                    engine, config, accounts, rules, tables, target, temporary,
                                    disk);
                }
            }
            AtomicFiles.write(temporary.resolve(PreparedData.REPORT), json(report));
            AtomicFiles.write(temporary.resolve(PreparedData.PAGE), PreparePage.html(report));
            AtomicFiles.deleteTree(spill);
            replace(target, temporary);
            return report;
        } catch (IOException e) {
            throw DuckDb.failure("write " + target, new SQLException(e.toString(), e));
        }
    }

    private static void makeEmpty(Path temporary, Path spill) {
        try {
            AtomicFiles.deleteTree(temporary);
            Files.createDirectories(spill);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot write to the workspace "
                            + temporary.getParent()
                            + ": "
                            + e
                            + ". Is it read-only? Name another with workspace: in the config",
                    e);
        }
    }

    /** At every moment the old data or the new ones are there, or both. */
    private static void replace(Path target, Path temporary) throws IOException {
        Path old = target.resolveSibling("prepared.old");
        AtomicFiles.deleteTree(old);
        if (Files.exists(target)) {
            AtomicFiles.move(target, old);
        }
        AtomicFiles.move(temporary, target);
        AtomicFiles.deleteTree(old);
    }

    /** Reads the files that are new or changed, and forgets those the config no longer names. */
    private List<StagedFile> stage(ShopConfig config, Path spill, Progress.Task task)
            throws IOException {
        Path staged = config.stagedDirectory();
        Files.createDirectories(staged);
        List<StagedFile> files = new ArrayList<>();
        Set<Path> used = new HashSet<>();
        try (DuckDb engine = DuckDb.openInMemory(spill, memoryBytes)) {
            for (ShopConfig.Source source : config.sources()) {
                for (Path file : SourceFiles.find(config, source)) {
                    Path directory = StagedFile.directory(staged, file, source, config);
                    used.add(directory);
                    @Nullable StagedFile known = StagedFile.open(directory);
                    files.add(
                            known != null
                                    ? known
                                    : StagedFile.read(
                                            engine, directory, file, source, config, task));
                }
            }
        }
        List<Path> others;
        try (Stream<Path> entries = Files.list(staged)) {
            others = entries.filter(entry -> !used.contains(entry)).toList();
        }
        for (Path other : others) {
            AtomicFiles.deleteTree(other);
        }
        return files;
    }

    /** Makes the staged files readable by the SQL steps. */
    private static void define(DuckDb engine, List<StagedFile> files, ShopConfig config) {
        List<String> rows = new ArrayList<>();
        List<String> rejected = new ArrayList<>();
        List<String> names = new ArrayList<>();
        long micros = 0;
        for (int i = 0; i < files.size(); i++) {
            StagedFile file = files.get(i);
            rows.add(file.query(i, micros));
            rejected.add("SELECT " + i + " AS number, * FROM (" + file.rejectedQuery() + ")");
            names.add("(" + i + ", " + DuckDb.quoted(file.account().file()) + ")");
            micros += file.kept() * 1_000_000;
        }
        List<String> behaviours = new ArrayList<>();
        for (int b = 0; b < config.behaviours().size(); b++) {
            behaviours.add("(" + b + ", " + DuckDb.quoted(config.behaviours().name(b)) + ")");
        }
        engine.define("CREATE VIEW raw_events AS " + String.join(" UNION ALL ", rows));
        engine.define("CREATE VIEW staged_rejected AS " + String.join(" UNION ALL ", rejected));
        engine.define(
                "CREATE VIEW source_files AS SELECT * FROM (VALUES "
                        + String.join(", ", names)
                        + ") AS f (number, name)");
        engine.define(
                "CREATE VIEW behaviours AS SELECT * FROM (VALUES "
                        + String.join(", ", behaviours)
                        + ") AS b (behaviour, name)");
        engine.define("CREATE TABLE item_facts (item_id VARCHAR, field VARCHAR, value VARCHAR)");
        engine.define("CREATE TABLE user_facts (user_id VARCHAR, field VARCHAR, value VARCHAR)");
    }

    private static String negativePrices(ShopConfig config) {
        return config.clean().outliers() == Action.FLAG ? "'flag'" : "'keep'";
    }

    /**
     * @param key {@code item} or {@code user}
     */
    private static void readFacts(
            DuckDb engine, Path directory, List<ShopConfig.AttributeTable> tables, String key) {
        try (var appender = engine.appender(key + "_facts")) {
            for (ShopConfig.AttributeTable table : tables) {
                AttributeTableReader.read(
                        directory,
                        table,
                        key,
                        (id, field, value) -> {
                            appender.beginRow();
                            appender.append(id);
                            appender.append(field);
                            appender.append(value);
                            appender.endRow();
                        });
            }
        } catch (SQLException e) {
            throw DuckDb.failure("load facts of each " + key, e);
        }
    }

    /** Each file's account, with what the rules rejected. */
    private static List<SourceFile> accounts(DuckDb engine, List<StagedFile> files)
            throws IOException {
        List<SourceFile> accounts = new ArrayList<>();
        for (StagedFile file : files) {
            SourceFile read = file.account();
            accounts.add(
                    new SourceFile(
                            read.file(),
                            read.format(),
                            read.read(),
                            new TreeMap<>(read.repaired()),
                            new TreeMap<>(read.rejected())));
        }
        engine.read(
                "SELECT CAST(floor(seq / 1000000000000) AS INTEGER), reason, count(*)"
                        + " FROM rejected_events GROUP BY ALL",
                row ->
                        accounts.get(row.getInt(1))
                                .rejected()
                                .merge(row.getString(2), row.getLong(3), Long::sum));
        // what was repaired by a rule is repaired; what a rule rejects is rejected alone
        for (SourceFile account : accounts) {
            account.repaired().clear();
        }
        engine.read(
                "SELECT CAST(floor(n.seq / 1000000000000) AS INTEGER), n.repair, count(*) FROM"
                        + " numbered AS n LEFT JOIN rejected_events AS x ON x.seq = n.seq WHERE"
                        + " n.repair IS NOT NULL AND x.seq IS NULL GROUP BY ALL",
                row ->
                        accounts.get(row.getInt(1))
                                .repaired()
                                .merge(row.getString(2), row.getLong(3), Long::sum));
        return accounts;
    }

    private static void refuseNothing(DuckDb engine, List<SourceFile> files) {
        long kept =
                engine.count(
                        "SELECT (SELECT count(*) FROM numbered) - (SELECT count(*) FROM"
                                + " rejected_events)");
        if (kept == 0) {
            StringBuilder reasons = new StringBuilder();
            for (SourceFile file : files) {
                reasons.append(
                        String.format(
                                "; %s: %,d rows read%s",
                                file.file(),
                                file.read(),
                                file.rejected().isEmpty() ? "" : ", rejected " + file.rejected()));
            }
            throw NextactException.input("no row can be used%s", reasons);
        }
    }

    /** Writes the prepared tables; their rows and hashes. */
    private static Map<String, Table> write(DuckDb engine, NumberedSlices slices, Path directory)
            throws IOException {
        List<Path> parts =
                IntStream.range(0, slices.size())
                        .mapToObj(slice -> directory.resolve(SPILL).resolve("events-" + slice))
                        .toList();
        slices.forEach(slice -> engine.run("duckdb/write_events", "file", parts.get(slice)));
        engine.join(parts, directory.resolve(PreparedData.EVENTS));
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("events", engine.table(directory.resolve(PreparedData.EVENTS)));
        for (PreparedData.PlainTable plain : PreparedData.PLAIN_TABLES) {
            Path file = directory.resolve(plain.file());
            engine.run(
                    "duckdb/write_table",
                    "table",
                    plain.table(),
                    "order",
                    plain.order(),
                    "file",
                    file);
            tables.put(plain.name(), engine.table(file));
        }
        engine.run("duckdb/write_rejected", "file", directory.resolve(PreparedData.REJECTED));
        engine.define(
                "CREATE VIEW events AS SELECT * FROM read_parquet("
                        + DuckDb.quoted(directory.resolve(PreparedData.EVENTS))
                        + ")");
        return tables;
    }

    private static PrepareReport report(
            DuckDb engine,
            ShopConfig config,
            List<SourceFile> files,
            List<Rule> rules,
            Map<String, Table> tables,
            Path directory,
            Path temporary,
            DiskWatch disk)
            throws IOException {
        Map<String, Long> behaviours = new LinkedHashMap<>();
        config.behaviours().list().forEach(b -> behaviours.put(b.name(), 0L));
        long[] span = new long[2];
        engine.read(
                "SELECT behaviour, count(*), min(time_micros), max(time_micros) FROM events GROUP"
                        + " BY behaviour ORDER BY behaviour",
                row -> {
                    boolean first = behaviours.values().stream().allMatch(n -> n == 0);
                    behaviours.put(config.behaviours().name(row.getInt(1)), row.getLong(2));
                    span[0] = first ? row.getLong(3) : Math.min(span[0], row.getLong(3));
                    span[1] = first ? row.getLong(4) : Math.max(span[1], row.getLong(4));
                });
        int[] lengths = new int[5];
        engine.read(
                "SELECT unnest(quantile_disc(n, [0, 0.25, 0.5, 0.75, 1])), generate_subscripts("
                        + "quantile_disc(n, [0, 0.25, 0.5, 0.75, 1]), 1) FROM (SELECT count(*) AS n"
                        + " FROM events GROUP BY user_index)",
                row -> lengths[row.getInt(2) - 1] = row.getInt(1));
        MessageDigest digest = StagedFile.sha256();
        for (String learnedFrom : List.of("events", "users", "items")) {
            String hash = Objects.requireNonNull(tables.get(learnedFrom)).sha256();
            digest.update(hash.getBytes(StandardCharsets.US_ASCII));
        }
        boolean isClock =
                files.stream()
                        .noneMatch(f -> f.format().getOrDefault("time", "").startsWith("order"));
        return new PrepareReport(
                directory,
                files,
                (int) Objects.requireNonNull(tables.get("users")).rows(),
                (int) Objects.requireNonNull(tables.get("items")).rows(),
                Objects.requireNonNull(tables.get("events")).rows(),
                behaviours,
                config.behaviours().toMap(),
                span[0],
                span[1],
                isClock,
                lengths,
                rules,
                tables,
                HexFormat.of().formatHex(digest.digest()),
                PrepareFigures.of(
                        engine,
                        List.copyOf(behaviours.keySet()),
                        isClock,
                        cutOffs(config, span[1])),
                new DiskUse(
                        DiskWatch.bytes(config.stagedDirectory()),
                        DiskWatch.bytes(temporary) - DiskWatch.bytes(temporary.resolve(SPILL)),
                        disk.mostBytes()));
    }

    /** Starts of validation and test where the split is by time. */
    private static List<Long> cutOffs(ShopConfig config, long newestMicros) {
        if (!config.split().protocol().equals("time")) {
            return List.of();
        }
        long test = newestMicros + 1 - config.split().test().toNanos() / 1000;
        return List.of(test - config.split().valid().toNanos() / 1000, test);
    }

    private static String json(PrepareReport report) {
        try {
            return JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(report.contentTree());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
