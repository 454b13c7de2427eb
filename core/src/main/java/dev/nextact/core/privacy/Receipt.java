package dev.nextact.core.privacy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * That a shopper was forgotten, and when. Whoever has the key can tell whether it is genuine and of
 * whom.
 *
 * @param tombstone a keyed hash of what was kept of the shopper's id
 * @param forgottenAt in ISO 8601, UTC
 * @param key its id
 * @param signature HMAC-SHA-256 of the other three
 */
public record Receipt(
        String tombstone,
        @JsonProperty("forgotten_at") String forgottenAt,
        String key,
        String signature) {

    /**
     * @param user what was kept of the shopper's id
     */
    public static Receipt of(Tombstones tombstones, String user, Instant at) {
        String tombstone = tombstones.of(user);
        String time = at.truncatedTo(ChronoUnit.SECONDS).toString();
        String key = tombstones.keyId();
        return new Receipt(tombstone, time, key, tombstones.sign(text(tombstone, time, key)));
    }

    private static String text(String tombstone, String time, String key) {
        return tombstone + "\n" + time + "\n" + key;
    }

    /** Whether it is of this shopper, and nothing of it was changed. */
    public boolean isGenuine(Tombstones tombstones, String user) {
        String right = tombstones.sign(text(tombstone, forgottenAt, key));
        return tombstone.equals(tombstones.of(user))
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.US_ASCII));
    }
}
