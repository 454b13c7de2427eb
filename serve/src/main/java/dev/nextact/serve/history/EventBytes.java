package dev.nextact.serve.history;

import dev.nextact.core.NextactException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Events as bytes, one behind the other, so that appending bytes appends events: format 1, id hash
 * (8), time (8), length and UTF-8 of the item, length and UTF-8 of the behaviour.
 */
final class EventBytes {

    private static final byte FORMAT = 1;

    /** Without item and behaviour. */
    private static final int FIXED = 1 + 8 + 8 + 2 + 1;

    private static final int LONGEST_BEHAVIOUR = 255;

    private EventBytes() {}

    static byte[] of(ShopperEvent event) {
        return of(
                new PastEvent(
                        hash(event.id()), event.item(), event.behaviour(), event.timeMicros()));
    }

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
        return ByteBuffer.allocate(FIXED + item.length + behaviour.length)
                .put(FORMAT)
                .putLong(event.idHash())
                .putLong(event.timeMicros())
                .putShort((short) item.length)
                .put(item)
                .put((byte) behaviour.length)
                .put(behaviour)
                .array();
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
                if (format != FORMAT) {
                    throw NextactException.input(
                            "the history store holds an event of format %d, this nextact reads"
                                    + " format %d. Update nextact",
                            format, FORMAT);
                }
                long id = in.getLong();
                long time = in.getLong();
                String item = text(bytes, in, in.getShort());
                behaviour = sameOr(behaviour, bytes, in, in.get() & 0xFF);
                events.add(new PastEvent(id, item, behaviour, time));
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
