package dev.nextact.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigWriter;
import dev.nextact.data.PrepareReport.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * A raw file as it was read: {@code staged/<key>/} with {@code rows-<n>.parquet}, {@code
 * rejected.parquet} and {@code account.json}. It appears whole or not at all, and its key changes
 * with the file and with whatever decides how it is read; so a later {@code prepare} reads new and
 * changed files only.
 *
 * @param parts how many Parquet files hold its rows
 * @param kept rows in them
 * @param clock whether its times tell the time of day
 * @param inOrder whether its rows are in the order of time, give or take one in a hundred
 */
record StagedFile(
        Path directory, SourceFile account, int parts, long kept, boolean clock, boolean inOrder) {

    /** Of what lies in the directory; another version is read anew. */
    private static final int VERSION = 1;

    /** About 100 MB in memory. */
    private static final int ROWS_A_PART = 1_000_000;

    /** Keeps the order of files and lines in one number. */
    private static final long LINES_A_FILE = 1_000_000_000_000L;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Account(
            int version,
            SourceFile account,
            int parts,
            long kept,
            boolean clock,
            boolean inOrder) {}

    /** The directory that holds, or will hold, what the file says. */
    static Path directory(Path staged, Path file, ShopConfig.Source source, ShopConfig config)
            throws IOException {
        MessageDigest digest = sha256();
        Object decidesHowItIsRead =
                List.of(
                        VERSION,
                        file.toAbsolutePath().normalize().toString(),
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis(),
                        ShopConfigWriter.source(source),
                        config.behaviours().toMap(),
                        new TreeMap<>(config.clean().missing()));
        digest.update(decidesHowItIsRead.toString().getBytes(StandardCharsets.UTF_8));
        return staged.resolve(HexFormat.of().formatHex(digest.digest(), 0, 16));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null where the file has not been read, or not with this version. */
    static @Nullable StagedFile open(Path directory) throws IOException {
        Path account = directory.resolve("account.json");
        if (!Files.isRegularFile(account)) {
            return null;
        }
        try {
            Account read = JSON.readValue(account.toFile(), Account.class);
            return new StagedFile(
                    directory,
                    read.account(),
                    read.parts(),
                    read.kept(),
                    read.clock(),
                    read.inOrder());
        } catch (JacksonException e) {
            return null; // written by another version
        }
    }

    /** Reads the file and leaves what it says in the directory. */
    static StagedFile read(
            DuckDb engine,
            Path directory,
            Path file,
            ShopConfig.Source source,
            ShopConfig config,
            Progress.Task progress)
            throws IOException {
        Path temporary = directory.resolveSibling(directory.getFileName() + ".tmp");
        AtomicFiles.deleteTree(temporary);
        Files.createDirectories(temporary);
        try {
            EventLoader.Account account;
            int parts;
            try (Writer writer = new Writer(engine, temporary)) {
                account = EventLoader.load(file, source, config, writer, progress);
                parts = writer.finish();
            }
            SourceFile rows =
                    new SourceFile(
                            account.name,
                            account.format,
                            account.read,
                            account.repaired,
                            account.rejected);
            boolean inOrder = account.outOfOrder * 100 <= account.kept;
            AtomicFiles.write(
                    temporary.resolve("account.json"),
                    JSON.writeValueAsString(
                            new Account(
                                    VERSION, rows, parts, account.kept, account.isClock, inOrder)));
            AtomicFiles.deleteTree(directory);
            AtomicFiles.move(temporary, directory);
            return new StagedFile(directory, rows, parts, account.kept, account.isClock, inOrder);
        } catch (SQLException e) {
            throw DuckDb.failure("read " + file, e);
        }
    }

    /** A query for its rows, as {@code raw_events} has them. */
    String query(int file, long micros) {
        return String.format(
                "SELECT CAST(%d AS INTEGER) AS file, line, %d + line AS seq, user_id, item_id,"
                        + " behaviour, time_micros + %d AS time_micros, %b AS is_clock, %b AS"
                        + " is_in_order, category, brand, price_micros, quantity, session, repair"
                        + " FROM read_parquet(%s)",
                file,
                file * LINES_A_FILE,
                clock || micros == 0 ? 0 : micros,
                clock,
                inOrder,
                IntStream.range(0, parts)
                        .mapToObj(part -> DuckDb.quoted(directory.resolve(partFile(part))))
                        .collect(Collectors.joining(", ", "[", "]")));
    }

    private static String partFile(int part) {
        return String.format(Locale.ROOT, "rows-%05d.parquet", part);
    }

    String rejectedQuery() {
        return "SELECT "
                + DuckDb.quoted(account.file())
                + " AS file, line, reason, \"row\" FROM read_parquet("
                + DuckDb.quoted(directory.resolve("rejected.parquet"))
                + ")";
    }

    /** Takes rows one by one and writes them part by part. Confined to one thread. */
    static final class Writer implements AutoCloseable {
        private final DuckDb engine;
        private final Path directory;
        private DuckDBAppender rows;
        private final DuckDBAppender rejected;
        private int parts;
        private int inPart;

        Writer(DuckDb engine, Path directory) throws SQLException {
            this.engine = engine;
            this.directory = directory;
            engine.run("duckdb/staged_rows");
            this.rows = engine.appender("staged_rows");
            this.rejected = engine.appender("staged_rejected");
        }

        Writer row() throws SQLException {
            rows.beginRow();
            return this;
        }

        Writer number(long value) throws SQLException {
            rows.append(value);
            return this;
        }

        Writer number(OptionalLong value) throws SQLException {
            if (value.isPresent()) {
                rows.append(value.getAsLong());
            } else {
                rows.appendNull();
            }
            return this;
        }

        Writer small(int value) throws SQLException {
            rows.append((byte) value);
            return this;
        }

        Writer text(@Nullable String value) throws SQLException {
            if (value == null) {
                rows.appendNull();
            } else {
                rows.append(value);
            }
            return this;
        }

        void end() throws SQLException {
            rows.endRow();
            if (++inPart == ROWS_A_PART) {
                writePart();
                rows = engine.appender("staged_rows");
            }
        }

        void reject(long line, String reason, String row) throws SQLException {
            rejected.beginRow();
            rejected.append(line);
            rejected.append(reason);
            rejected.append(row);
            rejected.endRow();
        }

        private void writePart() throws SQLException {
            rows.close();
            engine.run("duckdb/write_staged_rows", "file", directory.resolve(partFile(parts++)));
            inPart = 0;
        }

        /** How many parts there are. */
        int finish() throws SQLException {
            if (inPart > 0 || parts == 0) {
                writePart();
            }
            rejected.close();
            engine.run(
                    "duckdb/write_staged_rejected", "file", directory.resolve("rejected.parquet"));
            return parts;
        }

        @Override
        public void close() throws SQLException {
            if (!rows.isClosed()) {
                rows.close();
            }
            if (!rejected.isClosed()) {
                rejected.close();
            }
        }
    }
}
