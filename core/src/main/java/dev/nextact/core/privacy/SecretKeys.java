package dev.nextact.core.privacy;

import dev.nextact.core.NextactException;
import dev.nextact.core.PrivacyConfig.KeySource;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys of one purpose: the one in use, and earlier ones, which still open what was closed with
 * them. Immutable; thread-safe.
 */
public final class SecretKeys {

    /** As long as SHA-256's own output: fewer would be the weakest part. */
    private static final int LEAST_BYTES = 32;

    /**
     * @param id what tells keys apart and tells nothing of them: 8 hex digits of a hash
     */
    public record Key(String id, byte[] bytes) {
        static Key of(byte[] bytes) {
            byte[] named =
                    ("nextact key " + HexFormat.of().formatHex(bytes))
                            .getBytes(StandardCharsets.US_ASCII);
            return new Key(HexFormat.of().formatHex(sha256().digest(named), 0, 4), bytes);
        }
    }

    private final List<Key> keys;

    private SecretKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * @param place what the config calls it, for messages
     * @throws NextactException of category INPUT where there are none
     */
    public static SecretKeys load(ShopConfig config, KeySource source, String place) {
        return load(config, source, place, System.getenv());
    }

    static SecretKeys load(
            ShopConfig config, KeySource source, String place, Map<String, String> environment) {
        if (source.file().isPresent()) {
            Path file = config.file(source.file().get());
            try {
                return of(Files.readAllLines(file), place + ".file " + file);
            } catch (IOException e) {
                throw new NextactException(
                        NextactException.Category.INPUT,
                        place + ".file: cannot read the keys in " + file + ": " + e.getMessage(),
                        e);
            }
        }
        String variable = source.variable().orElseThrow();
        String text = environment.get(variable);
        if (text == null) {
            throw NextactException.input(
                    "%s.variable: the environment has no variable %s", place, variable);
        }
        return of(text.lines().toList(), place + ".variable " + variable);
    }

    /**
     * @param lines a key each, as hexadecimal digits or base64; the one in use first
     * @param place for messages
     */
    public static SecretKeys of(List<String> lines, String place) {
        List<Key> keys = new ArrayList<>();
        for (String line : lines) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                // nothing of a line is told: it may be a key with a slip in it
                byte[] bytes =
                        bytes(text)
                                .filter(key -> key.length >= LEAST_BYTES)
                                .orElseThrow(
                                        () ->
                                                NextactException.input(
                                                        "%s: key %d is none: expected at least 64"
                                                                + " hexadecimal digits, or 32 bytes"
                                                                + " in base64",
                                                        place, keys.size() + 1));
                keys.add(Key.of(bytes));
            }
        }
        if (keys.isEmpty()) {
            throw NextactException.input(
                    "%s holds no key. Make one, such as by `openssl rand -hex 32`", place);
        }
        return new SecretKeys(keys);
    }

    private static Optional<byte[]> bytes(String text) {
        try {
            return Optional.of(
                    text.matches("[0-9a-fA-F]+")
                            ? HexFormat.of().parseHex(text)
                            : Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With which all that is new is closed. */
    public Key current() {
        return keys.get(0);
    }

    /** The current one, then earlier ones. */
    public List<Key> all() {
        return keys;
    }

    public Optional<Key> byId(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }
}
