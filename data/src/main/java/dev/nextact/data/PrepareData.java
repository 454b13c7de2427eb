package dev.nextact.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfig.Action;
import dev.nextact.data.PrepareReport.SourceFile;
import dev.nextact.data.PrepareReport.Table;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code nextact prepare}: raw logs → {@code prepared/}, and a report of every row. */
public final class PrepareData {

    private final Clock clock;

    /**
     * @param clock tells which times lie in the future
     */
    public PrepareData(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads every source, cleans, numbers and sorts. The old prepared data stay until the new ones
     * are complete.
     *
     * @throws NextactException when a file or column is missing, no row can be used, or the
     *     workspace cannot be written
     */
    public PrepareReport run(ShopConfig config, Progress progress) {
        Path target = config.preparedDirectory();
        Path temporary = target.resolveSibling("prepared.tmp");
        try {
            makeEmpty(temporary);
            PrepareReport report;
            try (DuckDb engine = DuckDb.open(temporary.resolve("spill"));
                    RejectedRows rejected =
                            new RejectedRows(temporary.resolve(PreparedData.REJECTED))) {
                engine.run("010_raw_events");
                List<SourceFile> files = load(engine, config, rejected, progress);
                readFacts(engine, config.directory(), config.items(), "item");
                readFacts(engine, config.directory(), config.users(), "user");
                Map<String, Long> flagged = clean(engine, config.clean());
                files = withCleaned(engine, files, rejected);
                refuseNothing(engine, files);
                engine.run("050_tables");
                write(engine, temporary);
                report = report(engine, config, files, flagged, target);
            }
            AtomicFiles.write(temporary.resolve(PreparedData.REPORT), json(report));
            AtomicFiles.deleteTree(temporary.resolve("spill"));
            AtomicFiles.deleteTree(target);
            AtomicFiles.move(temporary, target);
            return report;
        } catch (IOException e) {
            throw DuckDb.failure("write " + target, new SQLException(e.toString(), e));
        }
    }

    private static void makeEmpty(Path temporary) {
        try {
            AtomicFiles.deleteTree(temporary);
            Files.createDirectories(temporary);
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

    private List<SourceFile> load(
            DuckDb engine, ShopConfig config, RejectedRows rejected, Progress progress)
            throws IOException {
        List<SourceFile> files = new ArrayList<>();
        try (EventLoader loader = new EventLoader(engine, config, clock, rejected);
                Progress.Task task = progress.start("prepare", -1, "rows")) {
            for (ShopConfig.Source source : config.sources()) {
                for (Path file : SourceFiles.find(config, source)) {
                    files.add(loader.load(file, source, task));
                }
            }
        } catch (SQLException e) {
            throw DuckDb.failure("load", e);
        }
        return files;
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

    private static Map<String, Long> clean(DuckDb engine, ShopConfig.Clean rules) {
        Map<String, Long> flagged = new LinkedHashMap<>();
        if (rules.duplicates() == Action.DROP) {
            engine.run("020_duplicates");
        }
        if (rules.outliers() != Action.KEEP) {
            engine.run("030_outliers", "most", rules.maxEventsPerUserDay());
            if (rules.outliers() == Action.DROP) {
                engine.run("040_drop_outliers");
            } else {
                long users = engine.count("SELECT count(*) FROM busy_users");
                if (users > 0) {
                    flagged.put(
                            "users with more than max_events_per_user_day events on a day", users);
                }
            }
        }
        return flagged;
    }

    /** Adds what the SQL steps rejected to each file's account. */
    private static List<SourceFile> withCleaned(
            DuckDb engine, List<SourceFile> files, RejectedRows rejected) throws IOException {
        engine.read(
                "SELECT r.file, r.line, x.reason, concat_ws(',', r.user_id, r.item_id,"
                        + " r.behaviour, r.time_micros) FROM rejected_events x JOIN raw_events r"
                        + " USING (seq) ORDER BY seq",
                row -> {
                    SourceFile file = files.get(row.getInt(1));
                    String reason = row.getString(3);
                    rejected.add(file.file(), row.getLong(2), reason, row.getString(4));
                    file.rejected().merge(reason, 1L, Long::sum);
                });
        // a repaired row that a later step rejects counts as rejected alone
        engine.read(
                "SELECT r.file, p.repair, count(*) FROM repaired_events p JOIN raw_events r USING"
                        + " (seq) JOIN rejected_events x USING (seq) GROUP BY ALL",
                row ->
                        files.get(row.getInt(1))
                                .repaired()
                                .merge(row.getString(2), -row.getLong(3), Long::sum));
        return files;
    }

    private static void refuseNothing(DuckDb engine, List<SourceFile> files) {
        long kept =
                engine.count(
                        "SELECT (SELECT count(*) FROM raw_events) - (SELECT count(*) FROM"
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

    private static void write(DuckDb engine, Path directory) {
        engine.run(
                "060_write",
                "events",
                directory.resolve(PreparedData.EVENTS),
                "users",
                directory.resolve(PreparedData.USERS),
                "items",
                directory.resolve(PreparedData.ITEMS),
                "item_attributes",
                directory.resolve(PreparedData.ITEM_ATTRIBUTES),
                "user_attributes",
                directory.resolve(PreparedData.USER_ATTRIBUTES));
    }

    private static PrepareReport report(
            DuckDb engine,
            ShopConfig config,
            List<SourceFile> files,
            Map<String, Long> flagged,
            Path directory)
            throws IOException {
        Map<String, Long> behaviours = new LinkedHashMap<>();
        for (int b = 0; b < config.behaviours().size(); b++) {
            behaviours.put(
                    config.behaviours().name(b),
                    engine.count("SELECT count(*) FROM events WHERE behaviour = " + b));
        }
        int[] lengths = new int[5];
        engine.read(
                "SELECT unnest(quantile_disc(n, [0, 0.25, 0.5, 0.75, 1])), generate_subscripts("
                        + "quantile_disc(n, [0, 0.25, 0.5, 0.75, 1]), 1) FROM (SELECT count(*) AS n"
                        + " FROM events GROUP BY user_index)",
                row -> lengths[row.getInt(2) - 1] = row.getInt(1));
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("events", table(engine, "events", "user_index, time_micros, rowid"));
        tables.put("users", table(engine, "users", "user_index"));
        tables.put("items", table(engine, "items", "item_index"));
        tables.put("item_attributes", table(engine, "item_attributes", "item_index, field, value"));
        tables.put("user_attributes", table(engine, "user_attributes", "user_index, field, value"));
        MessageDigest digest = sha256();
        for (String learnedFrom : List.of("events", "users", "items")) {
            String hash = Objects.requireNonNull(tables.get(learnedFrom)).sha256();
            digest.update(hash.getBytes(StandardCharsets.US_ASCII));
        }
        boolean clock =
                files.stream()
                        .noneMatch(f -> f.format().getOrDefault("time", "").startsWith("order"));
        return new PrepareReport(
                directory,
                files,
                (int) engine.count("SELECT count(*) FROM users"),
                (int) engine.count("SELECT count(*) FROM items"),
                engine.count("SELECT count(*) FROM events"),
                behaviours,
                config.behaviours().toMap(),
                engine.count("SELECT min(time_micros) FROM events"),
                engine.count("SELECT max(time_micros) FROM events"),
                clock,
                lengths,
                flagged,
                tables,
                HexFormat.of().formatHex(digest.digest()));
    }

    private static Table table(DuckDb engine, String name, String order) throws IOException {
        MessageDigest digest = sha256();
        long[] rows = {0};
        engine.read(
                "SELECT * FROM " + name + " ORDER BY " + order,
                row -> {
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        @Nullable String value = row.getString(i);
                        digest.update(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
                        digest.update((byte) 0);
                    }
                    rows[0]++;
                });
        return new Table(rows[0], HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(PrepareReport report) {
        try {
            return JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(report.toTree());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code rejected.csv}: where each row stood, why it was not kept, and its text. */
    static final class RejectedRows implements AutoCloseable {
        private final BufferedWriter writer;

        RejectedRows(Path file) throws IOException {
            writer = Files.newBufferedWriter(file);
            writer.write("file,line,reason,row\n");
        }

        void add(String file, long line, String reason, String row) throws IOException {
            writer.write(
                    quoted(file) + "," + line + "," + quoted(reason) + "," + quoted(row) + "\n");
        }

        private static String quoted(String text) {
            return '"' + text.replace("\"", "\"\"") + '"';
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
