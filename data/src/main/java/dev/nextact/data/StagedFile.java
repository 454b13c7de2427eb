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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
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

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Account(
            int version,
            SourceFile account,
            int parts,
            long kept,
            boolean clock,
            boolean inOrder) {}

    /** The directory that holds, or will hold, what the file says. */
    static Path directory(
            Path staged,
            Path file,
            ShopConfig.Source source,
            ShopConfig config,
            KeptShoppers shoppers)
            throws IOException {
        MessageDigest digest = sha256();
        List<Object> decidesHowItIsRead =
                new ArrayList<>(
                        List.of(
                                VERSION,
                                file.toAbsolutePath().normalize().toString(),
                                Files.size(file),
                                Files.getLastModifiedTime(file).toMillis(),
                                ShopConfigWriter.source(source),
                                config.behaviours().toMap(),
                                config.target(),
                                new TreeMap<>(config.clean().missing())));
        if (!config.extraColumns().isEmpty()) {
            decidesHowItIsRead.add(config.extraColumns());
        }
        if (!shoppers.name().isEmpty()) {
            decidesHowItIsRead.add(shoppers.name());
        }
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
            KeptShoppers shoppers,
            Progress.Task progress)
            throws IOException {
        Path temporary = directory.resolveSibling(directory.getFileName() + ".tmp");
        AtomicFiles.deleteTree(temporary);
        Files.createDirectories(temporary);
        try {
            EventLoader.Account account;
            int parts;
            try (StagedRows read = new StagedRows(engine, temporary, config.extraColumns())) {
                account = EventLoader.load(file, source, config, shoppers, read, progress);
                parts = read.finish();
            }
            SourceFile read =
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
                                    VERSION, read, parts, account.kept, account.isClock, inOrder)));
            AtomicFiles.deleteTree(directory);
            AtomicFiles.move(temporary, directory);
            return new StagedFile(directory, read, parts, account.kept, account.isClock, inOrder);
        } catch (SQLException e) {
            throw DuckDb.failure("read " + file, e);
        }
    }

    /** Writes the account anew: so many rows were taken out of its files. */
    void without(long rows) throws IOException {
        TreeMap<String, Long> rejected = new TreeMap<>(account.rejected());
        rejected.merge(EventLoader.ERASED, rows, Long::sum);
        SourceFile now =
                new SourceFile(
                        account.file(),
                        account.format(),
                        account.read(),
                        account.repaired(),
                        rejected);
        AtomicFiles.write(
                directory.resolve("account.json"),
                JSON.writeValueAsString(
                        new Account(VERSION, now, parts, kept - rows, clock, inOrder)));
    }

    /**
     * @param number of the file, in the order of the config
     * @param offsetMicros behind the rows of the files before it, where the log has no times
     */
    StagedRowFiles rows(int number, long offsetMicros) {
        return new StagedRowFiles(
                number,
                IntStream.range(0, parts)
                        .mapToObj(part -> directory.resolve(StagedRows.partFile(part)))
                        .toList(),
                clock ? 0 : offsetMicros,
                clock,
                inOrder);
    }

    String rejectedQuery() {
        return "SELECT "
                + DuckDb.quoted(account.file())
                + " AS file, line, reason, \"row\" FROM "
                + DuckDb.parquet(List.of(directory.resolve("rejected.parquet")));
    }
}
