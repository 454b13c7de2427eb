package dev.nextact.core.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who read, erased or promoted what, a line of JSON each in {@code privacy/audit.jsonl}. Each line
 * ends with a keyed hash of itself and of the one before, and {@code privacy/audit.head} holds how
 * many there are with the last one's, so a line that is changed, moved, put in or taken out shows
 * to who has the key. It names shoppers by their tombstones only. Thread-safe, also between
 * processes.
 */
public final class AuditLog {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String START = "";

    private final Path directory;
    private final Path file;
    private final Path head;
    private final Tombstones keys;
    private final Clock clock;

    private AuditLog(Path directory, Tombstones keys, Clock clock) {
        this.directory = directory;
        this.file = directory.resolve("audit.jsonl");
        this.head = directory.resolve("audit.head");
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * @param keys whose key hashes are made with
     */
    public static AuditLog open(ShopConfig config, Tombstones keys, Clock clock) {
        return new AuditLog(config.privacyDirectory(), keys, clock);
    }

    /**
     * @param at in ISO 8601, UTC
     * @param who the operating system's user, or {@code http} for a request
     * @param what was done: {@code forget}, {@code export}, {@code publish}, {@code promote},
     *     {@code rollback}
     * @param of to what: a tombstone, a version, a budget
     * @param hash of these and of the line before
     */
    public record Entry(String at, String who, String what, String of, String hash) {}

    /**
     * Adds an entry; when it returns, it is safe from a crash.
     *
     * @throws NextactException of category INPUT where it cannot be written
     */
    public synchronized void add(String who, String what, String of) {
        try {
            PrivateFiles.directory(directory);
            PrivateFiles.file(file);
            PrivateFiles.file(head);
            try (FileChannel out = FileChannel.open(head, StandardOpenOption.WRITE);
                    FileLock lock = out.lock()) {
                Head last = head();
                String at = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
                String hash = hash(last.hash(), at, who, what, of);
                append(new Entry(at, who, what, of, hash));
                byte[] next =
                        (last.count() + 1 + " " + hash + "\n").getBytes(StandardCharsets.US_ASCII);
                out.truncate(0);
                out.write(ByteBuffer.wrap(next), 0);
                out.force(true);
            }
        } catch (IOException e) {
            throw failure("write", e);
        }
    }

    /**
     * To what something was done, the oldest first.
     *
     * @param what as in {@link Entry}
     * @throws NextactException as {@link #verify}
     */
    public synchronized List<String> done(String what) {
        verify();
        try {
            List<String> of = new ArrayList<>();
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                Entry entry = JSON.readValue(line, Entry.class);
                if (entry.what().equals(what)) {
                    of.add(entry.of());
                }
            }
            return of;
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private void append(Entry entry) throws IOException {
        byte[] line = (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
            out.write(ByteBuffer.wrap(line));
            out.force(true);
        }
    }

    private record Head(long count, String hash) {}

    private Head head() throws IOException {
        String text = Files.exists(head) ? Files.readString(head).strip() : "";
        if (text.isEmpty()) {
            return new Head(0, START);
        }
        int space = text.indexOf(' ');
        try {
            return new Head(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw tampered(head + " does not say how many entries there are", e);
        }
    }

    private String hash(String before, String at, String who, String what, String of) {
        return keys.sign("audit\n" + String.join("\n", before, at, who, what, of));
    }

    /**
     * Follows the chain from its beginning.
     *
     * @return how many entries there are
     * @throws NextactException of category INPUT at the first that does not fit
     */
    public synchronized long verify() {
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            String before = START;
            for (int i = 0; i < lines.size(); i++) {
                Entry entry;
                try {
                    entry = JSON.readValue(lines.get(i), Entry.class);
                } catch (JsonProcessingException e) {
                    throw tampered(file + ", line " + (i + 1) + ": is no entry", e);
                }
                String right = hash(before, entry.at(), entry.who(), entry.what(), entry.of());
                if (!right.equals(entry.hash())) {
                    throw tampered(
                            file
                                    + ", line "
                                    + (i + 1)
                                    + ": does not follow from the line before: one of them was"
                                    + " changed, or another key is at hand",
                            null);
                }
                before = right;
            }
            Head last = head();
            if (last.count() != lines.size() || !last.hash().equals(before)) {
                throw tampered(
                        file
                                + " has "
                                + lines.size()
                                + " entries, and "
                                + head
                                + " knows of "
                                + last.count()
                                + ": some were taken away, or the head was changed",
                        null);
            }
            return lines.size();
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private static NextactException tampered(String what, @Nullable Exception e) {
        return e == null
                ? NextactException.input("%s", what)
                : new NextactException(NextactException.Category.INPUT, what, e);
    }

    private NextactException failure(String what, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot " + what + " the audit log " + file + ": " + e.getMessage(),
                e);
    }
}
