package dev.nextact.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.Action;
import dev.nextact.core.privacy.SmallCells;
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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
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
    private static final String ITEM = "item";
    private static final String USER = "user";

    private final Clock clock;
    private final SqlEngines engines;
    private final long memoryBytes;

    /**
     * @param clock tells which times lie in the future
     */
    public PrepareData(Clock clock) {
        this(clock, DuckDb.DEFAULT_MEMORY_BYTES);
    }

    /**
     * @param clock tells which times lie in the future
     * @param memoryBytes what DuckDB may hold in memory, beside Java's heap; beyond, it goes to
     *     disk
     */
    public PrepareData(Clock clock, long memoryBytes) {
        this(clock, SqlEngines.duckDb(memoryBytes), memoryBytes);
    }

    /**
     * @param clock tells which times lie in the future
     * @param engines run the SQL steps; raw files are read, and prepared ones written, by this
     *     process in any case
     * @param memoryBytes what DuckDB may hold in memory
     */
    public PrepareData(Clock clock, SqlEngines engines, long memoryBytes) {
        this.clock = clock;
        this.engines = engines;
        this.memoryBytes = memoryBytes;
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
                List<StagedFile> files;
                KeptShoppers shoppers = KeptShoppers.of(config, clock);
                try (DuckDb reader = DuckDb.openInMemory(spill, memoryBytes)) {
                    files = stage(reader, config, shoppers, task);
                    readFacts(reader, config.directory(), config.items(), ITEM, shoppers, spill);
                    readFacts(reader, config.directory(), config.users(), USER, shoppers, spill);
                }
                Steps steps = runSteps(files, config, spill, temporary, task);
                try (DuckDb reader = DuckDb.openInMemory(spill, memoryBytes)) {
                    join(reader, steps.written(), temporary);
                    AddLinkedActs.to(reader, config, shoppers, temporary, spill, progress);
                    Map<String, Table> tables = tables(reader, temporary);
                    writeRejected(reader, files, steps.written(), config, temporary);
                    reader.openTable("events", temporary.resolve(PreparedData.EVENTS));
                    report = report(reader, config, steps, tables, target, temporary, disk);
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

    /**
     * What the SQL steps have done.
     *
     * @param accounts each file's
     * @param written files that hold a table's rows, by the name of its one file
     */
    private record Steps(
            List<SourceFile> accounts, List<Rule> rules, Map<String, List<Path>> written) {}

    private Steps runSteps(
            List<StagedFile> files,
            ShopConfig config,
            Path spill,
            Path directory,
            Progress.Task task) {
        long read = files.stream().mapToLong(f -> f.account().read()).sum();
        try (SqlEngine engine = engines.open(spill)) {
            task.at(read, "cleaning");
            List<String> fields = config.extraColumns().stream().map(StagedRows::column).toList();
            engine.openStaged(rows(files), fields);
            engine.openTable("item_facts", spill.resolve("item_facts.parquet"));
            engine.openTable("user_facts", spill.resolve("user_facts.parquet"));
            engine.run("100_numbers", "negative_prices", negativePrices(config));
            OptionalLong most = engine.mostTogether(engine.count("SELECT count(*) FROM numbered"));
            if (most.isPresent()) {
                for (String of : List.of("user", "item")) {
                    engine.run(
                            "105_stretches",
                            "table",
                            of + "_stretches",
                            "key",
                            of + "_number",
                            "most",
                            most.getAsLong());
                }
            } else {
                engine.run("106_no_stretches");
            }
            List<Rule> rules = CleaningRules.apply(engine, config, clock);
            engine.run("190_accounts");
            List<SourceFile> accounts = accounts(engine, files);
            refuseNothing(engine, accounts);
            engine.run("195_kept");
            if (most.isPresent()) {
                engine.run("196_sessions_before");
            }
            engine.run("200_tables", "negative_prices", negativePrices(config));
            addLogFacts(engine, config.itemColumns());
            engine.run("210_rejected");
            task.at(read, "writing");
            Map<String, List<Path>> written = new LinkedHashMap<>();
            for (PreparedData.PreparedTable table : PreparedData.tables(fields)) {
                Path file = directory.resolve(table.file());
                List<Path> parts = new ArrayList<>();
                IntConsumer write =
                        slice ->
                                parts.addAll(
                                        engine.write(
                                                table.query(),
                                                slice == 0
                                                        ? file
                                                        : spill.resolve(slice + table.file())));
                if (table.name().equals("events")) {
                    engine.bySlices("numbered", "user_number", write);
                } else {
                    write.accept(0);
                }
                written.put(table.file(), parts);
            }
            String rejected = "rejected.parquet";
            written.put(
                    rejected,
                    engine.write(
                            "SELECT * FROM rejected ORDER BY file, line", spill.resolve(rejected)));
            return new Steps(accounts, rules, written);
        }
    }

    /** What the log itself tells of items, beside their prices. */
    private static void addLogFacts(SqlEngine engine, List<String> shopsOwn) {
        Map<String, String> columnByFact = new TreeMap<>();
        shopsOwn.forEach(fact -> columnByFact.put(fact, StagedRows.column(fact)));
        columnByFact.putAll(Map.of("category", "category", "brand", "brand"));
        columnByFact.forEach(
                (fact, column) -> engine.run("205_log_facts", "field", fact, "column", column));
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
    private static List<StagedFile> stage(
            DuckDb reader, ShopConfig config, KeptShoppers all, Progress.Task task)
            throws IOException {
        Path staged = config.stagedDirectory();
        Files.createDirectories(staged);
        List<StagedFile> files = new ArrayList<>();
        Set<Path> used = new HashSet<>();
        for (ShopConfig.Source source : config.sources()) {
            KeptShoppers shoppers =
                    source.remote()
                            .map(remote -> config.collectedDirectory().resolve(remote.name()))
                            .map(all::ofCollected)
                            .orElse(all);
            for (Path file : SourceFiles.find(config, source)) {
                Path directory = StagedFile.directory(staged, file, source, config, shoppers);
                used.add(directory);
                @Nullable StagedFile known = StagedFile.open(directory);
                if (known != null && shoppers.takesOut()) {
                    known = shoppers.cleared(reader, known);
                }
                StagedFile read =
                        known != null
                                ? known
                                : StagedFile.read(
                                        reader, directory, file, source, config, shoppers, task);
                if (source.remote().isPresent() && shoppers.takesOut()) {
                    EraseShoppers.followStaged(reader, file, read);
                }
                files.add(read);
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

    private static List<StagedRowFiles> rows(List<StagedFile> files) {
        List<StagedRowFiles> rows = new ArrayList<>();
        long micros = 0;
        for (int i = 0; i < files.size(); i++) {
            rows.add(files.get(i).rows(i, micros));
            micros += files.get(i).kept() * 1_000_000;
        }
        return rows;
    }

    private static String negativePrices(ShopConfig config) {
        return config.clean().outliers() == Action.FLAG ? "'flag'" : "'keep'";
    }

    /**
     * Writes {@code item_facts.parquet} or {@code user_facts.parquet}.
     *
     * @param key {@code item} or {@code user}
     */
    private static void readFacts(
            DuckDb reader,
            Path directory,
            List<ShopConfig.AttributeTable> tables,
            String key,
            KeptShoppers shoppers,
            Path into) {
        String facts = key + "_facts";
        reader.define(
                "CREATE TABLE "
                        + facts
                        + " ("
                        + key
                        + "_id VARCHAR, field VARCHAR, value VARCHAR)");
        try (var appender = reader.appender(facts)) {
            for (ShopConfig.AttributeTable table : tables) {
                AttributeTableReader.read(
                        directory,
                        table,
                        key,
                        (id, field, value) -> {
                            Optional<String> kept =
                                    key.equals(USER) ? shoppers.user(id) : Optional.of(id);
                            if (kept.isPresent()) {
                                appender.beginRow();
                                appender.append(kept.get());
                                appender.append(field);
                                appender.append(shoppers.value(field, value));
                                appender.endRow();
                            }
                        });
            }
        } catch (SQLException e) {
            throw DuckDb.failure("load facts of each " + key, e);
        }
        reader.write("SELECT * FROM " + facts, into.resolve(facts + ".parquet"));
    }

    /** Each file's account, with what the rules rejected. */
    private static List<SourceFile> accounts(SqlEngine engine, List<StagedFile> files) {
        List<SourceFile> accounts = new ArrayList<>();
        for (StagedFile file : files) {
            SourceFile read = file.account();
            // what a rule rejects is rejected alone, so the repaired are counted after all rules
            accounts.add(
                    new SourceFile(
                            read.file(),
                            read.format(),
                            read.read(),
                            new TreeMap<>(),
                            new TreeMap<>(read.rejected())));
        }
        for (List<@Nullable Object> row :
                engine.rows("SELECT file, fate, reason, events FROM accounts")) {
            SourceFile account = accounts.get(((Number) value(row, 0)).intValue());
            Map<String, Long> rows =
                    value(row, 1).equals("rejected") ? account.rejected() : account.repaired();
            rows.merge((String) value(row, 2), ((Number) value(row, 3)).longValue(), Long::sum);
        }
        return accounts;
    }

    private static Object value(List<@Nullable Object> row, int column) {
        return Objects.requireNonNull(row.get(column));
    }

    private static void refuseNothing(SqlEngine engine, List<SourceFile> files) {
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

    /** Makes one file of each table that lies in parts. */
    private static void join(DuckDb reader, Map<String, List<Path>> written, Path directory)
            throws IOException {
        for (PreparedData.PreparedTable table : PreparedData.tables(List.of())) {
            reader.join(
                    Objects.requireNonNull(written.get(table.file())),
                    directory.resolve(table.file()));
        }
    }

    /** Rows and hashes. */
    private static Map<String, Table> tables(DuckDb reader, Path directory) throws IOException {
        Map<String, Table> tables = new LinkedHashMap<>();
        for (PreparedData.PreparedTable table : PreparedData.tables(List.of())) {
            tables.put(table.name(), reader.table(directory.resolve(table.file())));
        }
        return tables;
    }

    /** Writes what the files' readers and what the rules rejected into one file. */
    private static void writeRejected(
            DuckDb reader,
            List<StagedFile> files,
            Map<String, List<Path>> written,
            ShopConfig config,
            Path directory) {
        List<String> unreadable = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            StagedFile file = files.get(i);
            unreadable.add("SELECT " + i + " AS number, * FROM (" + file.rejectedQuery() + ")");
            names.add("(" + i + ", " + DuckDb.quoted(file.account().file()) + ")");
        }
        List<String> behaviours = new ArrayList<>();
        for (int b = 0; b < config.behaviours().size(); b++) {
            behaviours.add("(" + b + ", " + DuckDb.quoted(config.behaviours().name(b)) + ")");
        }
        reader.define("CREATE VIEW staged_rejected AS " + String.join(" UNION ALL ", unreadable));
        reader.define(
                "CREATE VIEW source_files AS SELECT * FROM (VALUES "
                        + String.join(", ", names)
                        + ") AS f (number, name)");
        reader.define(
                "CREATE VIEW behaviours AS SELECT * FROM (VALUES "
                        + String.join(", ", behaviours)
                        + ") AS b (behaviour, name)");
        reader.define(
                "CREATE VIEW rejected AS SELECT * FROM "
                        + DuckDb.parquet(Objects.requireNonNull(written.get("rejected.parquet"))));
        reader.run("duckdb/write_rejected", "file", directory.resolve(PreparedData.REJECTED));
    }

    private static PrepareReport report(
            DuckDb reader,
            ShopConfig config,
            Steps steps,
            Map<String, Table> tables,
            Path directory,
            Path temporary,
            DiskWatch disk)
            throws IOException {
        List<SourceFile> files = steps.accounts();
        Map<String, Long> behaviours = new LinkedHashMap<>();
        config.behaviours().list().forEach(b -> behaviours.put(b.name(), 0L));
        int k = config.privacy().k();
        long[] span = new long[2];
        List<String> names = new ArrayList<>();
        List<Long> shoppers = new ArrayList<>();
        reader.read(
                "SELECT behaviour, count(*), min(time_micros), max(time_micros), "
                        + (k == 1 ? "1" : "count(DISTINCT user_index)")
                        + " FROM events GROUP BY behaviour ORDER BY behaviour",
                row -> {
                    boolean first = names.isEmpty();
                    names.add(config.behaviours().name(row.getInt(1)));
                    behaviours.put(config.behaviours().name(row.getInt(1)), row.getLong(2));
                    span[0] = first ? row.getLong(3) : Math.min(span[0], row.getLong(3));
                    span[1] = first ? row.getLong(4) : Math.max(span[1], row.getLong(4));
                    shoppers.add(row.getLong(5));
                });
        boolean[] hidden =
                SmallCells.hidden(shoppers.stream().mapToLong(Long::longValue).toArray(), k);
        for (int b = 0; b < hidden.length; b++) {
            if (hidden[b]) {
                behaviours.put(names.get(b), 0L);
            }
        }
        int[] lengths = new int[5];
        reader.read(
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
                k,
                (int) Objects.requireNonNull(tables.get("users")).rows(),
                (int) Objects.requireNonNull(tables.get("items")).rows(),
                Objects.requireNonNull(tables.get("events")).rows(),
                behaviours,
                config.behaviours().toMap(),
                span[0],
                span[1],
                isClock,
                lengths,
                steps.rules(),
                tables,
                HexFormat.of().formatHex(digest.digest()),
                PrepareFigures.of(
                        reader,
                        List.copyOf(behaviours.keySet()),
                        isClock,
                        cutOffs(config, span[1]),
                        k),
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
