package dev.nextact.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.Remote;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes shoppers out of what {@code collect} and {@code prepare} keep in the workspace: files with
 * a row of theirs are written anew without it, prepared data are made anew, tables that follow from
 * these are deleted. Raw files are the shop's own and stay as they are; whoever has a tombstone
 * does not come back from them. The same takes away what has become too old.
 */
public final class EraseShoppers {

    /** Why rows are rejected that must not stay in collected files either. */
    private static final Set<String> TAKEN_OUT =
            Set.of(EventLoader.ERASED, EventLoader.TOO_OLD, EventLoader.FORGOTTEN);

    private final Clock clock;

    /**
     * @param clock from which the config's retention counts
     */
    public EraseShoppers(Clock clock) {
        this.clock = clock;
    }

    /**
     * What was found and taken away.
     *
     * @param staged rows
     * @param collected rows
     * @param texts of rejected rows, which are empty now
     * @param isPreparedAnew whether there were prepared data, which are made anew
     */
    public record Result(
            long staged,
            long collected,
            long texts,
            @JsonProperty("prepared_anew") boolean isPreparedAnew) {
        /** Whether anything of theirs was there, and so may have been learned. */
        public boolean foundAny() {
            return staged + collected + texts > 0;
        }
    }

    /**
     * @param users their ids, as the shop knows them; they have tombstones already
     * @throws NextactException when a file cannot be written
     */
    public Result run(ShopConfig config, Collection<String> users, Progress progress) {
        Pseudonyms pseudonyms = Pseudonyms.of(config);
        Set<String> names = new LinkedHashSet<>();
        for (String user : users) {
            names.add(user);
            names.addAll(pseudonyms.allOfUser(user));
        }
        Path spill = config.stagedDirectory().resolveSibling("erase.tmp");
        try {
            AtomicFiles.deleteTree(spill);
            Files.createDirectories(spill);
            long staged = 0;
            long texts = 0;
            long collected = 0;
            try (DuckDb engine = DuckDb.open(spill)) {
                name(engine, names);
                long oldest = KeptShoppers.oldestMicros(config, clock);
                for (Path directory : directories(config.stagedDirectory())) {
                    StagedFile file = StagedFile.open(directory);
                    if (file == null) {
                        AtomicFiles.deleteTree(directory); // no prepare would read it
                        continue;
                    }
                    staged += staged(engine, file, oldest);
                    texts += emptied(engine, directory.resolve("rejected.parquet"));
                }
                for (ShopConfig.Source source : config.sources()) {
                    if (source.remote().isPresent()) {
                        collected += collected(engine, config, source, source.remote().get());
                    }
                }
            }
            AtomicFiles.deleteTree(spill);
            AtomicFiles.deleteTree(config.featuresDirectory());
            boolean isPrepared = Files.exists(config.preparedDirectory());
            if (isPrepared && staged + texts + collected > 0) {
                prepare(config, progress);
            }
            return new Result(
                    staged, collected, texts, isPrepared && staged + texts + collected > 0);
        } catch (IOException | SQLException e) {
            throw DuckDb.failure(
                    "write files without shoppers who are forgotten",
                    new SQLException(e.toString(), e));
        }
    }

    /** What cannot be made anew must not stay as it was. */
    private void prepare(ShopConfig config, Progress progress) throws IOException {
        try {
            new PrepareData(clock).run(config, progress);
        } catch (NextactException e) {
            AtomicFiles.deleteTree(config.preparedDirectory());
            progress.say(
                    "prepared data are deleted, for they could not be made anew: "
                            + e.getMessage());
        }
    }

    /** Whose rows are taken out from now on. */
    static void name(DuckDb engine, Collection<String> names) throws SQLException {
        engine.define("CREATE OR REPLACE TABLE names (name VARCHAR)");
        try (var appender = engine.appender("names")) {
            for (String name : names) {
                appender.beginRow();
                appender.append(name);
                appender.endRow();
            }
        }
    }

    /**
     * Takes rows out of a staged file.
     *
     * @param oldest rows before this time go as well
     * @return how many there were
     */
    static long staged(DuckDb engine, StagedFile file, long oldest) throws IOException {
        boolean ages = file.clock() && oldest > Long.MIN_VALUE;
        long rows = 0;
        for (Path part : parquet(file.directory(), "rows-")) {
            rows +=
                    without(
                            engine,
                            part,
                            "user_id IN (SELECT name FROM names)"
                                    + (ages ? " OR time_micros < " + oldest : ""),
                            "");
        }
        if (rows > 0) {
            file.without(rows);
        }
        return rows;
    }

    /** Who has rows in a staged file. */
    static List<String> users(DuckDb engine, StagedFile file) throws IOException {
        List<String> users = new ArrayList<>();
        engine.read(
                "SELECT DISTINCT user_id FROM "
                        + DuckDb.parquet(parquet(file.directory(), "rows-")),
                row -> users.add(row.getString(1)));
        return users;
    }

    private static List<Path> directories(Path staged) throws IOException {
        if (!Files.isDirectory(staged)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(staged)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static List<Path> parquet(Path directory, String begin) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(
                            entry -> {
                                String name = entry.getFileName().toString();
                                return name.startsWith(begin) && name.endsWith(".parquet");
                            })
                    .sorted()
                    .toList();
        }
    }

    /**
     * Writes a file anew without some rows, where it has any.
     *
     * @param options of the copy
     * @return how many there were
     */
    private static long without(DuckDb engine, Path file, String whose, String options)
            throws IOException {
        String from = " FROM read_parquet(" + DuckDb.quoted(file) + ")";
        long rows = count(engine, "SELECT count(*)" + from + " WHERE " + whose);
        if (rows > 0) {
            copy(engine, "SELECT *" + from + " WHERE (" + whose + ") IS NOT TRUE", file, options);
        }
        return rows;
    }

    /** Texts of rejected rows that hold one of the names; the reason stays. */
    private static long emptied(DuckDb engine, Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        String from = " FROM read_parquet(" + DuckDb.quoted(file) + ") AS r";
        String named = "EXISTS (SELECT 1 FROM names WHERE contains(r.\"row\", names.name))";
        long rows = count(engine, "SELECT count(*)" + from + " WHERE " + named);
        if (rows > 0) {
            copy(
                    engine,
                    "SELECT * REPLACE (CASE WHEN "
                            + named
                            + " THEN '' ELSE r.\"row\" END AS \"row\")"
                            + from,
                    file,
                    "");
        }
        return rows;
    }

    private static void copy(DuckDb engine, String query, Path file, String options)
            throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        engine.define(
                "COPY ("
                        + query
                        + ") TO "
                        + DuckDb.quoted(temporary)
                        + " (FORMAT parquet, COMPRESSION zstd"
                        + options
                        + ")");
        AtomicFiles.move(temporary, file);
    }

    private static long count(DuckDb engine, String query) throws IOException {
        long[] count = new long[1];
        engine.read(query, row -> count[0] = row.getLong(1));
        return count[0];
    }

    /** What a source's files know of their place in it is kept. */
    private static long collected(
            DuckDb engine, ShopConfig config, ShopConfig.Source source, Remote remote)
            throws IOException {
        Path directory = config.collectedDirectory().resolve(remote.name());
        String column = source.columns().get("user");
        if (!Files.isDirectory(directory) || column == null) {
            return 0;
        }
        long rows = 0;
        for (Path part : parquet(directory, "")) {
            rows +=
                    without(
                            engine,
                            part,
                            '"' + column.replace("\"", "\"\"") + "\" IN (SELECT name FROM names)",
                            placeInSource(engine, part));
        }
        return rows;
    }

    /** What a collected file knows of its place in its source, as an option of a copy. */
    private static String placeInSource(DuckDb engine, Path file) throws IOException {
        List<String> keys = new ArrayList<>();
        engine.read(
                "SELECT decode(key), decode(value) FROM parquet_kv_metadata("
                        + DuckDb.quoted(file)
                        + ") WHERE decode(key) LIKE 'nextact.%'",
                row -> keys.add("'" + row.getString(1) + "': " + DuckDb.quoted(row.getString(2))));
        return keys.isEmpty()
                ? ""
                : keys.stream().collect(Collectors.joining(", ", ", KV_METADATA {", "}"));
    }

    /**
     * Takes out of a collected file what its staged rows no longer hold, because it is too old or
     * of a shopper who was forgotten. Its place in its source is kept, also where no row is left.
     */
    static void followStaged(DuckDb engine, Path collected, StagedFile staged) throws IOException {
        if (staged.account().rejected().keySet().stream().noneMatch(TAKEN_OUT::contains)) {
            return;
        }
        String reasons =
                TAKEN_OUT.stream().map(DuckDb::quoted).collect(Collectors.joining(", ", "(", ")"));
        List<Path> parts = parquet(staged.directory(), "rows-");
        String kept =
                "SELECT line FROM "
                        + DuckDb.parquet(List.of(staged.directory().resolve("rejected.parquet")))
                        + " WHERE reason NOT IN "
                        + reasons
                        + (parts.isEmpty()
                                ? ""
                                : " UNION ALL SELECT line FROM " + DuckDb.parquet(parts));
        copy(
                engine,
                "SELECT * EXCLUDE (file_row_number) FROM read_parquet("
                        + DuckDb.quoted(collected)
                        + ", file_row_number = true) WHERE file_row_number + 1 IN ("
                        + kept
                        + ") ORDER BY file_row_number",
                collected,
                placeInSource(engine, collected));
    }
}
