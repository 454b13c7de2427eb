package dev.nextact.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedTextEncoderTest {

    @TempDir private Path directory;

    private final List<String> asked = new ArrayList<>();

    /** The vector of a text is its length. */
    private TextEncoder lengths(char checksum) {
        return new TextEncoder() {
            @Override
            public String checksum() {
                return String.valueOf(checksum).repeat(64);
            }

            @Override
            public float[][] encode(List<String> texts) {
                asked.addAll(texts);
                return texts.stream().map(t -> new float[] {t.length()}).toArray(float[][]::new);
            }
        };
    }

    private float[][] encode(char checksum, String... texts) {
        return new CachedTextEncoder(directory, lengths(checksum)).encode(List.of(texts));
    }

    @Test
    void aTextIsRunOnceForEachModel() {
        encode('a', "pot", "cup", "pot");
        assertThat(encode('a', "cup", "kettle")).isDeepEqualTo(new float[][] {{3}, {6}});
        assertThat(asked).containsExactly("pot", "cup", "kettle");

        encode('b', "pot");
        assertThat(asked).endsWith("pot").hasSize(4);
    }

    @Test
    void whatIsDamagedIsWorkedOutAgain() throws IOException {
        encode('a', "pot", "cup");
        Path file = directory.resolve("a".repeat(16) + ".vectors");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 45));

        assertThat(encode('a', "pot", "cup")).isDeepEqualTo(new float[][] {{3}, {3}});
        assertThat(asked).hasSize(3);
    }
}
