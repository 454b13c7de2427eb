package dev.nextact.model.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors in one file, in the safetensors format: the header's length (8 bytes, little
 * endian), a JSON header with type, shape and place of each tensor, the values. Only 32-bit floats.
 */
public final class Safetensors {

    /** The format's own limit: a longer header is an attack or damage. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int CHUNK_BYTES = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private Safetensors() {}

    /** Writes under a temporary name and renames. */
    public static void write(Path file, Map<String, FloatTensor> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, FloatTensor> entry : tensors.entrySet()) {
            FloatTensor tensor = entry.getValue();
            long end = offset + (long) tensor.values().length * Float.BYTES;
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", "F32");
            node.set("shape", JSON.valueToTree(tensor.shape()));
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padding = (8 - json.length % 8) % 8; // tensors begin at a multiple of 8
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer head = little(8 + json.length + padding);
            head.putLong((long) json.length + padding)
                    .put(json)
                    .put(" ".repeat(padding).getBytes(UTF_8));
            writeFully(channel, head.flip());
            for (FloatTensor tensor : tensors.values()) {
                writeValues(channel, tensor.values());
            }
        }
        AtomicFiles.move(temporary, file);
    }

    /**
     * @throws NextactException of category BUNDLE when the file is no such file or is damaged
     */
    public static Map<String, FloatTensor> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer length = little(8);
            if (size < 8 || readFully(channel, length, 0) < 8) {
                throw damaged(file, "it is only " + size + " bytes long");
            }
            long headerBytes = length.getLong(0);
            if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
                throw damaged(file, "its header claims " + headerBytes + " bytes");
            }
            ByteBuffer header = little((int) headerBytes);
            readFully(channel, header, 8);
            JsonNode tree;
            try {
                tree = JSON.readTree(UTF_8.decode(header.flip()).toString());
            } catch (IOException e) {
                throw damaged(file, "its header is no JSON");
            }
            Map<String, FloatTensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : tree.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    tensors.put(
                            entry.getKey(),
                            readTensor(
                                    file,
                                    channel,
                                    entry.getKey(),
                                    entry.getValue(),
                                    8 + headerBytes));
                }
            }
            return tensors;
        }
    }

    private static FloatTensor readTensor(
            Path file, FileChannel channel, String name, JsonNode node, long dataStart)
            throws IOException {
        if (!node.path("dtype").asText().equals("F32")) {
            throw damaged(
                    file, name + " has type " + node.path("dtype").asText() + ", expected F32");
        }
        int[] shape = JSON.convertValue(node.path("shape"), int[].class);
        long begin = node.path("data_offsets").path(0).asLong(-1);
        long end = node.path("data_offsets").path(1).asLong(-1);
        long count = 1;
        for (int dimension : shape == null ? new int[0] : shape) {
            count = dimension < 0 ? -1 : count * dimension;
        }
        if (shape == null
                || count < 0
                || begin < 0
                || end - begin != count * Float.BYTES
                || dataStart + end > channel.size()) {
            throw damaged(file, name + " lies outside the file or does not fit its shape");
        }
        float[] values = new float[(int) count];
        ByteBuffer buffer = little(CHUNK_BYTES);
        int done = 0;
        while (done < values.length) {
            int part = Math.min(CHUNK_BYTES / Float.BYTES, values.length - done);
            buffer.clear().limit(part * Float.BYTES);
            readFully(channel, buffer, dataStart + begin + (long) done * Float.BYTES);
            buffer.flip();
            buffer.asFloatBuffer().get(values, done, part);
            done += part;
        }
        return new FloatTensor(shape, values);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeValues(FileChannel channel, float[] values) throws IOException {
        ByteBuffer buffer = little(CHUNK_BYTES);
        int done = 0;
        while (done < values.length) {
            int part = Math.min(CHUNK_BYTES / Float.BYTES, values.length - done);
            buffer.clear();
            buffer.asFloatBuffer().put(values, done, part);
            buffer.limit(part * Float.BYTES);
            writeFully(channel, buffer);
            done += part;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static int readFully(FileChannel channel, ByteBuffer buffer, long position)
            throws IOException {
        int total = 0;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, position + total);
            if (read < 0) {
                return total;
            }
            total += read;
        }
        return total;
    }

    private static NextactException damaged(Path file, String why) {
        return NextactException.bundle(
                "%s is no whole safetensors file: %s. Take the model from where it was made again",
                file, why);
    }
}
