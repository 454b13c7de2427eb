package dev.nextact.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.TextEncoder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps vectors in a file, so that each text is run once: {@code <checksum of the model>.vectors},
 * for each text its SHA-256, how many numbers follow, and these. A file that is damaged counts as
 * far as it can be read; it is a cache. Confined to one thread.
 */
final class CachedTextEncoder implements TextEncoder {

    private static final int HASH_BYTES = 32;

    /** A vector longer than that is damage. */
    private static final int MOST_NUMBERS = 1 << 16;

    private final TextEncoder encoder;
    private final Path file;
    private final Map<String, float[]> known;

    CachedTextEncoder(Path directory, TextEncoder encoder) {
        this.encoder = encoder;
        this.file = directory.resolve(encoder.checksum().substring(0, 16) + ".vectors");
        this.known = read(file);
    }

    @Override
    public String checksum() {
        return encoder.checksum();
    }

    @Override
    public float[][] encode(List<String> texts) {
        Set<String> missing = new LinkedHashSet<>();
        for (String text : texts) {
            if (!known.containsKey(hash(text))) {
                missing.add(text);
            }
        }
        if (!missing.isEmpty()) {
            List<String> asked = new ArrayList<>(missing);
            float[][] vectors = encoder.encode(asked);
            for (int i = 0; i < vectors.length; i++) {
                known.put(hash(asked.get(i)), vectors[i]);
            }
            write();
        }
        float[][] vectors = new float[texts.size()][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = known.getOrDefault(hash(texts.get(i)), new float[0]);
        }
        return vectors;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, float[]> read(Path file) {
        Map<String, float[]> vectors = new HashMap<>();
        if (!Files.isRegularFile(file)) {
            return vectors;
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                byte[] hash = in.readNBytes(HASH_BYTES);
                if (hash.length < HASH_BYTES) {
                    return vectors;
                }
                int size = in.readInt();
                if (size < 1 || size > MOST_NUMBERS) {
                    return vectors;
                }
                float[] vector = new float[size];
                for (int f = 0; f < size; f++) {
                    vector[f] = in.readFloat();
                }
                vectors.put(HexFormat.of().formatHex(hash), vector);
            }
        } catch (EOFException e) {
            return vectors;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private void write() {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(file.getParent());
            try (DataOutputStream out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(temporary)))) {
                for (Map.Entry<String, float[]> entry : known.entrySet()) {
                    out.write(HexFormat.of().parseHex(entry.getKey()));
                    out.writeInt(entry.getValue().length);
                    for (float value : entry.getValue()) {
                        out.writeFloat(value);
                    }
                }
            }
            AtomicFiles.move(temporary, file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static NextactException failure(Path file, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                file + ": the vectors of texts cannot be kept there: " + e.getMessage(),
                e);
    }
}
