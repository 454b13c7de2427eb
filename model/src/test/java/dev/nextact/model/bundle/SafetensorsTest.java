package dev.nextact.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    @TempDir private Path directory;

    private Path file(byte[] header, int dataBytes) throws IOException {
        ByteBuffer buffer =
                ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length).put(header);
        return Files.write(directory.resolve("x.safetensors"), buffer.array());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        float[] many = new float[600_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i / 7f;
        }
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        tensors.put("many", new FloatTensor(new int[] {1000, 600}, many));
        tensors.put("scalar", new FloatTensor(new int[0], new float[] {3.5f}));
        tensors.put("none", new FloatTensor(new int[] {0, 4}, new float[0]));
        Path file = directory.resolve("w.safetensors");

        Safetensors.write(file, tensors);

        assertThat(Safetensors.read(file)).isEqualTo(tensors);
        assertThat(directory.toFile().list()).containsExactly("w.safetensors");
    }

    @Test
    void readsWhatOthersWrite() throws IOException {
        String header =
                "{\"__metadata__\":{\"by\":\"other\"},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

        assertThat(Safetensors.read(file(header.getBytes(StandardCharsets.UTF_8), 8)))
                .containsOnlyKeys("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"F32\"}}",
                "{\"a\""
            })
    void refusesWhatDoesNotFit(String header) throws IOException {
        Path file = file(header.getBytes(StandardCharsets.UTF_8), 8);

        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("x.safetensors is no whole safetensors file");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1L << 40, Long.MAX_VALUE})
    void refusesAnAbsurdHeaderLength(long length) throws IOException {
        byte[] bytes =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
        Path file = Files.write(directory.resolve("x.safetensors"), bytes);

        assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("header claims");
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        Path file = directory.resolve("w.safetensors");
        Safetensors.write(file, Map.of("a", FloatTensor.zeros(100)));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(NextactException.class);
    }
}
