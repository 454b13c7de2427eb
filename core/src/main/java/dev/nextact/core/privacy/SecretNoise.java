package dev.nextact.core.privacy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random numbers that nobody can foretell or repeat: the key stream of AES in counter mode. Whoever
 * could repeat the noise could take it away again, so it never follows from a config's seed.
 * Confined to one thread.
 */
public final class SecretNoise implements RandomGenerator {

    private static final int KEY_BYTES = 16;
    private static final byte[] ZEROS = new byte[1 << 15];

    private final Cipher stream;
    private ByteBuffer waiting = ByteBuffer.allocate(0);

    private SecretNoise(byte[] key) {
        try {
            stream = Cipher.getInstance("AES/CTR/NoPadding");
            stream.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From the operating system's own source. */
    public static SecretNoise create() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new SecretNoise(key);
    }

    /** Always the same: for tests and measurements, never for data of real shoppers. */
    public static SecretNoise repeatable(long seed) {
        return new SecretNoise(ByteBuffer.allocate(KEY_BYTES).putLong(seed).array());
    }

    @Override
    public long nextLong() {
        if (waiting.remaining() < Long.BYTES) {
            waiting = ByteBuffer.wrap(stream.update(ZEROS));
        }
        return waiting.getLong();
    }

    /** Above 0 and up to 1. */
    private double uniform() {
        return ((nextLong() >>> 11) + 1) * 0x1.0p-53;
    }

    /**
     * Independent draws of N(0, deviation²) (Box and Muller 1958).
     *
     * @param values overwritten
     */
    public void fillNormal(float[] values, double deviation) {
        for (int i = 0; i < values.length; i += 2) {
            double radius = deviation * Math.sqrt(-2 * Math.log(uniform()));
            double angle = 2 * Math.PI * uniform();
            values[i] = (float) (radius * Math.cos(angle));
            if (i + 1 < values.length) {
                values[i + 1] = (float) (radius * Math.sin(angle));
            }
        }
    }
}
