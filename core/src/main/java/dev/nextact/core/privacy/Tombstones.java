package dev.nextact.core.privacy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who was forgotten: keyed hashes of what was kept of their ids, a line each in {@code
 * privacy/forgotten}. They tell who it was only to who has the key and the id already, and keep the
 * person from coming back with the next file, request or message. Thread-safe.
 */
public final class Tombstones {

    private static final String FILE = "forgotten";
    private static final String OWN_KEY = "key";

    private final Path directory;
    private final Path file;
    private @Nullable Keyed keyed;
    private final Set<String> forgotten = ConcurrentHashMap.newKeySet();
    private long readUntil;

    private Tombstones(Path directory) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
    }

    /** One secret for two purposes. */
    private record Keyed(String id, KeyedHash tombstone, KeyedHash receipt) {
        static Keyed of(SecretKeys.Key key) {
            return new Keyed(
                    key.id(), new KeyedHash(key, "tombstone"), new KeyedHash(key, "receipt"));
        }
    }

    /**
     * Those of a workspace. Its key is that of {@code privacy.receipt_key}, or one of its own, made
     * when first needed.
     *
     * @throws NextactException of category INPUT where they cannot be read
     */
    public static Tombstones open(ShopConfig config) {
        Tombstones tombstones = new Tombstones(config.privacyDirectory());
        config.privacy()
                .receiptKeys()
                .map(keys -> SecretKeys.load(config, keys, "privacy.receipt_key"))
                .ifPresent(keys -> tombstones.keyed = Keyed.of(keys.current()));
        tombstones.refresh();
        return tombstones;
    }

    /** Where nobody was ever forgotten, no key is made. */
    private synchronized Keyed keyed() {
        Keyed known = keyed;
        if (known == null) {
            try {
                known = Keyed.of(ownKey(directory));
            } catch (IOException e) {
                throw failure("read the key of the tombstones in " + directory, e);
            }
            keyed = known;
        }
        return known;
    }

    private static SecretKeys.Key ownKey(Path directory) throws IOException {
        Path file = directory.resolve(OWN_KEY);
        if (!Files.exists(file)) {
            PrivateFiles.directory(directory);
            byte[] bytes = new byte[32];
            new SecureRandom().nextBytes(bytes);
            Path temporary = directory.resolve(OWN_KEY + ".tmp");
            Files.deleteIfExists(temporary);
            PrivateFiles.file(temporary);
            Files.writeString(temporary, HexFormat.of().formatHex(bytes) + "\n");
            Files.move(temporary, file);
        }
        return SecretKeys.of(Files.readAllLines(file), file.toString()).current();
    }

    private static NextactException failure(String what, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot " + what + ": " + e.getMessage() + ". Is the folder read-only?",
                e);
    }

    /** Reads what another process has added. */
    public synchronized void refresh() {
        try {
            if (!Files.exists(file) || Files.size(file) == readUntil) {
                return;
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
            forgotten.addAll(lines);
            readUntil = Files.size(file);
        } catch (IOException e) {
            throw failure("read the tombstones in " + file, e);
        }
    }

    /** Whether anybody was forgotten: then every id has to be looked at. */
    public boolean isEmpty() {
        return forgotten.isEmpty();
    }

    /** How many were forgotten. */
    public int size() {
        return forgotten.size();
    }

    /**
     * @param user what is kept of a shopper's id
     */
    public boolean covers(String user) {
        return !forgotten.isEmpty() && forgotten.contains(of(user));
    }

    /** Of one shopper. */
    public String of(String user) {
        return HexFormat.of().formatHex(keyed().tombstone().of(user));
    }

    /**
     * Adds shoppers; when it returns, that they were forgotten is safe from a crash.
     *
     * @param users what is kept of their ids
     */
    public synchronized void add(Collection<String> users) {
        List<String> added = new ArrayList<>();
        for (String user : users) {
            String tombstone = of(user);
            if (forgotten.add(tombstone)) {
                added.add(tombstone);
            }
        }
        if (added.isEmpty()) {
            return;
        }
        byte[] lines = (String.join("\n", added) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            PrivateFiles.directory(directory);
            PrivateFiles.file(file);
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
                out.write(ByteBuffer.wrap(lines));
                out.force(true);
            }
        } catch (IOException e) {
            forgotten.removeAll(added);
            throw failure("write the tombstones to " + file, e);
        }
    }

    /** HMAC-SHA-256 of a text by the same key, as hexadecimal digits. */
    public String sign(String text) {
        return HexFormat.of().formatHex(keyed().receipt().of(text));
    }

    /** Of the key that receipts are signed with. */
    public String keyId() {
        return keyed().id();
    }
}
