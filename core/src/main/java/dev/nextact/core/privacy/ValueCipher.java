package dev.nextact.core.privacy;

import dev.nextact.core.NextactException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals values with AES-256 in Galois/Counter mode (NIST SP 800-38D): who has not the key learns
 * nothing but their length, and a changed bit does not go unseen. A sealed value is the id of its
 * key (4 bytes), a random nonce (12), the sealed bytes and their tag (16). Thread-safe.
 */
public final class ValueCipher {

    private static final int KEY_ID = 4;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String ALGORITHM = "AES/GCM/NoPadding";

    private final byte[] currentId;
    private final Map<String, SecretKeySpec> keys = new HashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(ValueCipher::cipher);

    /**
     * @param keys the first seals, all of them open
     */
    public ValueCipher(SecretKeys keys) {
        this.currentId = HexFormat.of().parseHex(keys.current().id());
        for (SecretKeys.Key key : keys.all()) {
            // one secret may serve several purposes: each has a key of its own
            byte[] own = new KeyedHash(key, "value cipher").of("AES-256-GCM");
            this.keys.put(key.id(), new SecretKeySpec(own, "AES"));
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param bound what the value belongs to: elsewhere it cannot be opened
     */
    public byte[] seal(byte[] value, byte[] bound) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = ciphers.get();
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    keys.get(HexFormat.of().formatHex(currentId)),
                    new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(bound);
            byte[] sealed = cipher.doFinal(value);
            return ByteBuffer.allocate(KEY_ID + NONCE + sealed.length)
                    .put(currentId)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param bound what it belongs to
     * @throws NextactException of category INPUT when the key is not there, or a bit was changed
     */
    public byte[] open(byte[] sealed, byte[] bound) {
        if (sealed.length < KEY_ID + NONCE + TAG_BITS / 8) {
            throw NextactException.input(
                    "an encrypted value of %d bytes ends early: it was changed or cut",
                    sealed.length);
        }
        String id = HexFormat.of().formatHex(sealed, 0, KEY_ID);
        SecretKeySpec key = keys.get(id);
        if (key == null) {
            throw NextactException.input(
                    "a value is encrypted with the key %s, and the keys at hand are %s: give the key"
                            + " it was written with, behind the one in use",
                    id, keys.keySet().stream().sorted().toList());
        }
        try {
            Cipher cipher = ciphers.get();
            byte[] nonce = Arrays.copyOfRange(sealed, KEY_ID, KEY_ID + NONCE);
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(bound);
            return cipher.doFinal(sealed, KEY_ID + NONCE, sealed.length - KEY_ID - NONCE);
        } catch (AEADBadTagException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "an encrypted value was changed after it was written",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
