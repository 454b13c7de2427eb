package dev.nextact.serve.history;

import dev.nextact.core.NextactException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events as bytes, one behind the other, so that appending bytes appends events: format 1, id hash
 * (8), time (8), length and UTF-8 of the item, length and UTF-8 of the behaviour. An event with
 * fields is of format 2, and ends with their number, and for each the length and UTF-8 of its name,
 * the length (2) and UTF-8 of its value.
 */
final class EventBytes {

    private static final byte PLAIN = 1;
    private static final byte WITH_FIELDS = 2;

    /** Without item and behaviour. */
    private static final int FIXED = 1 + 8 + 8 + 2 + 1;

    private static final int LONGEST_BEHAVIOUR = 255;

    private EventBytes() {}

    static byte[] of(PastEvent event) {
        byte[] item = event.item().getBytes(StandardCharsets.UTF_8);
        byte[] behaviour = event.behaviour().getBytes(StandardCharsets.UTF_8);
        if (item.length > ShopperEvent.LONGEST_ID || behaviour.length > LONGEST_BEHAVIOUR) {
            throw new IllegalArgumentException(
                    "item, behaviour: expected at most 256 and 255 bytes, found "
                            + item.length
                            + " and "
                            + behaviour.length);
        }
        byte[] fields = fields(event.fields());
        return ByteBuffer.allocate(FIXED + item.length + behaviour.length + fields.length)
                .put(fields.length == 0 ? PLAIN : WITH_FIELDS)
                .putLong(event.idHash())
                .putLong(event.timeMicros())
                .putShort((short) item.length)
                .put(item)
                .put((byte) behaviour.length)
                .put(behaviour)
                .put(fields)
                .array();
    }

    /** Nothing where there are none; in the order of their names, so that equal is equal. */
    private static byte[] fields(Map<String, String> fields) {
        if (fields.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(fields.size());
        new TreeMap<>(fields)
                .forEach(
                        (name, text) -> {
                            byte[] key = name.getBytes(StandardCharsets.UTF_8);
                            byte[] value = text.getBytes(StandardCharsets.UTF_8);
                            bytes.write(key.length);
                            bytes.writeBytes(key);
                            bytes.write(value.length >> 8);
                            bytes.write(value.length);
                            bytes.writeBytes(value);
                        });
        return bytes.toByteArray();
    }

    static byte[] of(List<PastEvent> events) {
        List<byte[]> parts = events.stream().map(EventBytes::of).toList();
        ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(p -> p.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    /**
     * @throws NextactException of category INPUT for bytes that are no events
     */
    static List<PastEvent> read(byte[] bytes) {
        List<PastEvent> events = new ArrayList<>(bytes.length / (FIXED + 12) + 1);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String behaviour = "";
            while (in.hasRemaining()) {
                byte format = in.get();
                if (format != PLAIN && format != WITH_FIELDS) {
                    throw NextactException.input(
                            "the history store holds an event of format %d, this nextact reads"
                                    + " formats up to %d. Update nextact",
                            format, WITH_FIELDS);
                }
                long id = in.getLong();
                long time = in.getLong();
                String item = text(bytes, in, in.getShort());
                behaviour = sameOr(behaviour, bytes, in, in.get() & 0xFF);
                Map<String, String> fields = Map.of();
                if (format == WITH_FIELDS) {
                    fields = new HashMap<>();
                    for (int left = in.get() & 0xFF; left > 0; left--) {
                        String name = text(bytes, in, in.get() & 0xFF);
                        fields.put(name, text(bytes, in, in.getShort()));
                    }
                }
                events.add(new PastEvent(id, item, behaviour, time, fields));
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "the history store is damaged: an event of "
                            + bytes.length
                            + " bytes ends early",
                    e);
        }
        return events;
    }

    private static String text(byte[] bytes, ByteBuffer in, int length) {
        String text = new String(bytes, in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    /** Neighbours mostly share their behaviour: one text serves them all. */
    private static String sameOr(String before, byte[] bytes, ByteBuffer in, int length) {
        if (before.length() == length) {
            int start = in.position();
            int i = 0;
            while (i < length && before.charAt(i) == bytes[start + i]) {
                i++;
            }
            if (i == length) {
                in.position(start + length);
                return before;
            }
        }
        return text(bytes, in, length);
    }

    /** The first 64 bits of SHA-256, so that nobody can choose ids that fall together. */
    static long hash(String id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
