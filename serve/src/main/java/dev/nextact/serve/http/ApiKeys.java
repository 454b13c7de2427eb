package dev.nextact.serve.http;

import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what: a file with a line {@code id scope[,scope…] sha256} for each key. Only hashes
 * are in it. A key is 256 random bits, so its plain SHA-256 cannot be guessed back. The file is
 * read again when it changes: adding a line and, later, taking the old one out rotates a key while
 * the server runs. Thread-safe.
 */
public final class ApiKeys {

    private static final int KEY_BYTES = 32;
    private static final String PREFIX = "na_";

    /** How old the knowledge of the file may be. */
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    private final Path file;
    private final ServeLog log;
    private volatile Map<String, Owner> owners;
    private volatile String text;
    private volatile long lookedNanos = System.nanoTime();

    /**
     * A key's owner.
     *
     * @param id that logs and limits know it by
     */
    public record Owner(String id, Set<Scope> scopes) {
        public Owner {
            scopes = Set.copyOf(scopes);
        }
    }

    private ApiKeys(Path file, ServeLog log, String text) {
        this.file = file;
        this.log = log;
        this.text = text;
        this.owners = parse(file, text);
    }

    /**
     * @throws NextactException of category INPUT naming file and line
     */
    public static ApiKeys read(Path file, ServeLog log) {
        try {
            return new ApiKeys(file, log, Files.readString(file));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot read the API keys in "
                            + file
                            + ": "
                            + e.getMessage()
                            + ". `nextact keys add` makes the file",
                    e);
        }
    }

    private static Map<String, Owner> parse(Path file, String text) {
        Map<String, Owner> owners = new HashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\\s+", -1);
            if (parts.length != 3 || !parts[2].matches("[0-9a-f]{64}")) {
                throw NextactException.input(
                        "%s, line %d: expected `id scope[,scope] sha256` with 64 hex digits",
                        file, i + 1);
            }
            owners.put(parts[2], new Owner(parts[0], scopes(file, i + 1, parts[1])));
        }
        return owners;
    }

    private static Set<Scope> scopes(Path file, int line, String names) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : names.split(",", -1)) {
            try {
                scopes.add(Scope.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new NextactException(
                        NextactException.Category.INPUT,
                        "%s, line %d: no scope is named '%s'. Known: read, write, admin"
                                .formatted(file, line, name),
                        e);
            }
        }
        return scopes;
    }

    /**
     * The owner of a key, if it is one. Found by its hash, so that no time tells how near it was.
     */
    public Optional<Owner> owner(String key) {
        return ownerOfHash(hash(key));
    }

    /** The same of a key whose {@link #hash} is known. */
    public Optional<Owner> ownerOfHash(String hash) {
        lookAgain();
        return Optional.ofNullable(owners.get(hash));
    }

    private void lookAgain() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_AGAIN_NANOS) {
            return;
        }
        lookedNanos = now;
        try {
            String found = Files.readString(file);
            if (!found.equals(text)) {
                owners = parse(file, found);
                text = found;
                log.info("API keys read again", "keys", owners.size());
            }
        } catch (IOException | NextactException e) {
            log.warn("the API keys stay as they were", "reason", String.valueOf(e.getMessage()));
        }
    }

    /** SHA-256 in hexadecimal. */
    public static String hash(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new key; nothing keeps it but who gets it. */
    public static String create(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The line of a key in the file. */
    public static String line(String id, Set<Scope> scopes, String key) {
        return id
                + " "
                + String.join(",", scopes.stream().map(Scope::lower).sorted().toList())
                + " "
                + hash(key);
    }
}
