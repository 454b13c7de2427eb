package dev.nextact.core.privacy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) for one purpose: equal texts of different purposes have nothing in
 * common. Thread-safe.
 */
final class KeyedHash {

    private final byte[] purpose;
    private final ThreadLocal<Mac> macs;

    /**
     * @param purpose that goes into every hash
     */
    KeyedHash(SecretKeys.Key key, String purpose) {
        this.purpose = (purpose + '\0').getBytes(StandardCharsets.UTF_8);
        this.macs = ThreadLocal.withInitial(() -> mac(key.bytes()));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** 32 bytes. */
    byte[] of(String text) {
        Mac mac = macs.get();
        mac.update(purpose);
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
