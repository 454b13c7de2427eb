package dev.nextact.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of a raw file and writes them to Parquet, part by part. Plain rows go to the
 * engine as tab-separated text, which it reads four times as fast as it takes values one by one;
 * rows with a tab, a line's end or another control character in them go value by value. Confined to
 * one thread.
 */
final class StagedRows implements AutoCloseable {

    /** About 100 MB of text. */
    private static final int ROWS_A_PART = 1_000_000;

    private static final int BUFFER = 1 << 16;

    /**
     * @param line where it begins
     * @param behaviour index in the config's funnel order
     * @param priceMicros millionths of the currency
     * @param repair what was changed so that the row could be kept
     * @param fields the values of the shop's own columns
     */
    record Row(
            long line,
            String user,
            String item,
            int behaviour,
            long timeMicros,
            @Nullable String category,
            @Nullable String brand,
            OptionalLong priceMicros,
            OptionalLong quantity,
            @Nullable String session,
            @Nullable String repair,
            @Nullable String[] fields) {}

    private final DuckDb engine;
    private final Path directory;
    private final Path text;
    private final List<String> fields;
    private final DuckDBAppender rejected;
    private DuckDBAppender odd;
    private OutputStream out;
    private byte[] buffer = new byte[BUFFER];
    private int filled;
    private boolean isOdd;
    private int parts;
    private int inPart;

    /**
     * @param directory for the Parquet files
     * @param fields the shop's own columns
     */
    StagedRows(DuckDb engine, Path directory, List<String> fields)
            throws IOException, SQLException {
        this.engine = engine;
        this.fields = fields.stream().map(StagedRows::column).toList();
        this.directory = directory;
        this.text = directory.resolve("rows.tsv");
        engine.run("duckdb/staged_rows", "fields", each(", %s VARCHAR"));
        this.rejected = engine.appender("staged_rejected");
        this.odd = engine.appender("odd_rows");
        this.out = Files.newOutputStream(text);
    }

    /** What a shop's own column is called in staged and prepared tables. */
    static String column(String field) {
        return "field_" + field;
    }

    private String each(String format) {
        return fields.stream().map(format::formatted).collect(Collectors.joining());
    }

    static String partFile(int part) {
        return String.format(Locale.ROOT, "rows-%05d.parquet", part);
    }

    void add(Row row) throws IOException, SQLException {
        int start = filled;
        isOdd = false;
        put(row.line());
        put(row.user());
        put(row.item());
        put(row.behaviour());
        put(row.timeMicros());
        put(row.category());
        put(row.brand());
        put(row.priceMicros());
        put(row.quantity());
        put(row.session());
        put(row.repair());
        for (@Nullable String field : row.fields()) {
            put(field);
        }
        buffer[filled - 1] = '\n';
        if (isOdd) {
            filled = start;
            append(row);
        } else if (filled >= BUFFER) {
            flush();
        }
        if (++inPart == ROWS_A_PART) {
            writePart();
            odd = engine.appender("odd_rows");
            out = Files.newOutputStream(text);
        }
    }

    private void room(int bytes) {
        if (buffer.length - filled < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, filled + bytes));
        }
    }

    private void put(OptionalLong value) {
        if (value.isPresent()) {
            put(value.getAsLong());
        } else {
            room(1);
            buffer[filled++] = '\t';
        }
    }

    private void put(long value) {
        room(21);
        long left = value;
        if (left < 0) {
            buffer[filled++] = '-';
        }
        int digits = 1;
        for (long rest = left / 10; rest != 0; rest /= 10) {
            digits++;
        }
        for (int i = filled + digits - 1; i >= filled; i--) {
            buffer[i] = (byte) ('0' + Math.abs(left % 10));
            left /= 10;
        }
        filled += digits;
        buffer[filled++] = '\t';
    }

    private void put(@Nullable String value) {
        if (value != null) {
            putText(value);
        }
        room(1);
        buffer[filled++] = '\t';
    }

    private void putText(String value) {
        int length = value.length();
        room(length);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                byte[] bytes = value.substring(i).getBytes(StandardCharsets.UTF_8);
                room(bytes.length);
                System.arraycopy(bytes, 0, buffer, filled, bytes.length);
                filled += bytes.length;
                isOdd |= value.chars().anyMatch(Character::isISOControl);
                return;
            }
            isOdd |= c < ' ';
            buffer[filled++] = (byte) c;
        }
    }

    private void append(Row row) throws SQLException {
        odd.beginRow();
        odd.append(row.line());
        odd.append(row.user());
        odd.append(row.item());
        odd.append((byte) row.behaviour());
        odd.append(row.timeMicros());
        odd.append(row.category());
        odd.append(row.brand());
        append(row.priceMicros());
        append(row.quantity());
        odd.append(row.session());
        odd.append(row.repair());
        for (@Nullable String field : row.fields()) {
            odd.append(field);
        }
        odd.endRow();
    }

    private void append(OptionalLong value) throws SQLException {
        if (value.isPresent()) {
            odd.append(value.getAsLong());
        } else {
            odd.appendNull();
        }
    }

    void reject(long line, String reason, String row) throws SQLException {
        rejected.beginRow();
        rejected.append(line);
        rejected.append(reason);
        rejected.append(row);
        rejected.endRow();
    }

    private void flush() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }

    private void writePart() throws IOException, SQLException {
        flush();
        out.close();
        odd.close();
        engine.run(
                "duckdb/write_staged_rows",
                "text",
                text,
                "file",
                directory.resolve(partFile(parts++)),
                "fields",
                each(", '%s': 'VARCHAR'"));
        inPart = 0;
    }

    /** How many parts there are. */
    int finish() throws IOException, SQLException {
        if (inPart > 0 || parts == 0) {
            writePart();
        }
        rejected.close();
        engine.run("duckdb/write_staged_rejected", "file", directory.resolve("rejected.parquet"));
        Files.deleteIfExists(text);
        return parts;
    }

    @Override
    public void close() throws IOException, SQLException {
        out.close();
        if (!odd.isClosed()) {
            odd.close();
        }
        if (!rejected.isClosed()) {
            rejected.close();
        }
    }
}
