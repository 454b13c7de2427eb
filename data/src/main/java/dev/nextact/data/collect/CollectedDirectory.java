package dev.nextact.data.collect;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was collected from one source: {@code <stream>-<from>-<to>.parquet}, where a stream is
 * numbered without gaps and {@code to} is the first number that is not in the file. One process at
 * a time has it open.
 */
final class CollectedDirectory implements AutoCloseable {

    /** The file that is being written; hidden from who reads the directory. */
    static final String TEMPORARY = ".part.tmp";

    private static final String LOCK = ".lock";
    private static final String ORIGIN = ".origin";
    private static final String PAGES = ".pages";

    /** How ids were kept; see {@code Pseudonyms}. Missing = as they came. */
    static final String KEPT = ".kept";

    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{15})-(\\d{15})\\.parquet");

    /**
     * A file of a stream.
     *
     * @param from number of its first event or page
     * @param to number behind its last one
     */
    record PartFile(Path file, String stream, long from, long to) {}

    private final Path directory;
    private final FileChannel lock;

    private CollectedDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * @param origin what is collected there; another one is refused
     * @throws NextactException when another process has it open, or it holds something else
     */
    static CollectedDirectory open(Path directory, String origin) {
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(
                            directory.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            try {
                if (!isLocked(channel)) {
                    throw NextactException.input(
                            "another nextact collect is at work in %s; wait for its end",
                            directory);
                }
                CollectedDirectory collected = new CollectedDirectory(directory, channel);
                collected.check(origin);
                Files.deleteIfExists(directory.resolve(TEMPORARY));
                return collected;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw Part.failure("write to " + directory, e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void check(String origin) throws IOException {
        Path file = directory.resolve(ORIGIN);
        if (!Files.exists(file) || isEmpty()) {
            AtomicFiles.write(file, origin + "\n");
            return;
        }
        String before = Files.readString(file).strip();
        if (!before.equals(origin)) {
            throw NextactException.input(
                    "%s holds what was collected from %s, not from %s. Give the new source another"
                            + " name: in the config, or delete the directory to collect anew",
                    directory, before, origin);
        }
    }

    /**
     * @param how ids and texts are kept from now on
     * @throws NextactException when those there were kept otherwise
     */
    void refuseOtherwiseKept(String how) {
        Path file = directory.resolve(KEPT);
        try {
            if (isEmpty()) {
                AtomicFiles.write(file, how + "\n");
                return;
            }
            String before = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!before.equals(how)) {
                throw NextactException.input(
                        "%s was collected with other privacy.pseudonyms or privacy.scrub than the"
                                + " config has now. Delete the directory to collect anew",
                        directory);
            }
        } catch (IOException e) {
            throw Part.failure("read " + file, e);
        }
    }

    /** Neither files nor pages: all runs before have failed. */
    private boolean isEmpty() throws IOException {
        if (!parts().isEmpty()) {
            return false;
        }
        try (Stream<Path> pages =
                Files.isDirectory(pages()) ? Files.list(pages()) : Stream.empty()) {
            return pages.findAny().isEmpty();
        }
    }

    /** Pages that are not in a file yet. */
    Path pages() {
        return directory.resolve(PAGES);
    }

    Path path() {
        return directory;
    }

    /** A file of a stream, whether it is there or not. */
    Path file(String stream, long from, long to) {
        return directory.resolve(String.format("%s-%015d-%015d.parquet", stream, from, to));
    }

    /** The files in the order of stream and number. */
    List<PartFile> parts() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(CollectedDirectory::partFile)
                    .flatMap(Stream::ofNullable)
                    .sorted(Comparator.comparing(PartFile::file))
                    .toList();
        } catch (IOException e) {
            throw Part.failure("read " + directory, e);
        }
    }

    /** In all files. */
    long rows() {
        return parts().isEmpty() ? 0 : Part.rows(directory);
    }

    private static @Nullable PartFile partFile(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        return matcher.matches()
                ? new PartFile(
                        file,
                        matcher.group(1),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)))
                : null;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw Part.failure("close " + directory, e);
        }
    }
}
