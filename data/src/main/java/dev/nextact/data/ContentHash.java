package dev.nextact.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a table's rows, in the order they come: of the content, not of a file, so that it
 * is the same whatever engine made the table. A null is a 0 byte; a whole number or truth value a 1
 * and 8 bytes, big end first; a text a 2, its length in 4 bytes and its UTF-8; a fraction a 3 and
 * the 8 bytes of its double. Confined to one thread.
 */
final class ContentHash {

    private static final int LARGEST_FIXED = 9;

    private final MessageDigest digest = StagedFile.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private int[] types = new int[0];
    private long rows;

    /** Takes the row a cursor stands on. */
    void add(ResultSet row) throws SQLException, IOException {
        if (rows++ == 0) {
            types = new int[row.getMetaData().getColumnCount()];
            for (int i = 0; i < types.length; i++) {
                types[i] = row.getMetaData().getColumnType(i + 1);
            }
        }
        for (int i = 0; i < types.length; i++) {
            if (buffer.remaining() < LARGEST_FIXED) {
                drain();
            }
            switch (types[i]) {
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
                        number(row.getLong(i + 1), row.wasNull());
                case Types.BOOLEAN -> number(row.getBoolean(i + 1) ? 1 : 0, row.wasNull());
                case Types.FLOAT, Types.DOUBLE, Types.REAL -> {
                    double value = row.getDouble(i + 1);
                    if (row.wasNull()) {
                        buffer.put((byte) 0);
                    } else {
                        buffer.put((byte) 3).putLong(Double.doubleToLongBits(value));
                    }
                }
                default -> text(row.getString(i + 1));
            }
        }
    }

    private void number(long value, boolean isNull) {
        if (isNull) {
            buffer.put((byte) 0);
        } else {
            buffer.put((byte) 1).putLong(value);
        }
    }

    private void text(@Nullable String value) {
        if (value == null) {
            buffer.put((byte) 0);
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        buffer.put((byte) 2).putInt(bytes.length);
        drain();
        digest.update(bytes);
    }

    private void drain() {
        digest.update(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /** How many rows there were, and their hash in hexadecimal. */
    PrepareReport.Table table() {
        drain();
        return new PrepareReport.Table(rows, HexFormat.of().formatHex(digest.digest()));
    }
}
