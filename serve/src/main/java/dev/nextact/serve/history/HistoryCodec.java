package dev.nextact.serve.history;

import dev.nextact.core.NextactException;
import dev.nextact.core.privacy.ValueCipher;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Events as the bytes of a row: those of {@link EventBytes}, or sealed pieces of them, each with
 * its length (4) before it, so that appending bytes appends events in either way. A piece is bound
 * to its shopper: it cannot be put into another's row. Immutable; thread-safe.
 */
public final class HistoryCodec {

    /** No format of an event. */
    private static final byte SEALED = 3;

    public static final HistoryCodec PLAIN = new HistoryCodec(Optional.empty());

    private final Optional<ValueCipher> cipher;

    private HistoryCodec(Optional<ValueCipher> cipher) {
        this.cipher = cipher;
    }

    public static HistoryCodec sealed(ValueCipher cipher) {
        return new HistoryCodec(Optional.of(cipher));
    }

    /** To be appended to the row of the shopper. */
    byte[] of(String user, List<PastEvent> events) {
        byte[] plain = EventBytes.of(events);
        if (cipher.isEmpty() || plain.length == 0) {
            return plain;
        }
        byte[] sealed = cipher.get().seal(plain, bound(user));
        return ByteBuffer.allocate(1 + 4 + sealed.length)
                .put(SEALED)
                .putInt(sealed.length)
                .put(sealed)
                .array();
    }

    private static byte[] bound(String user) {
        return user.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @throws NextactException of category INPUT for bytes that are no events, were sealed with
     *     another key, or changed
     */
    List<PastEvent> read(String user, byte[] row) {
        if (cipher.isEmpty()) {
            if (row.length > 0 && row[0] == SEALED) {
                throw NextactException.input(
                        "the history store is encrypted: name its key in privacy.history_key");
            }
            return EventBytes.read(row);
        }
        List<PastEvent> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(row);
        try {
            while (in.hasRemaining()) {
                if (in.get() != SEALED) {
                    throw NextactException.input(
                            "the history store holds events that are not encrypted, or were"
                                    + " changed. Where they were written before privacy.history_key"
                                    + " was named, begin with a new store");
                }
                byte[] sealed = new byte[Math.min(in.getInt(), in.remaining() + 1)];
                in.get(sealed);
                events.addAll(EventBytes.read(cipher.get().open(sealed, bound(user))));
            }
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "the history store is damaged: a sealed piece ends early",
                    e);
        }
        return events;
    }
}
