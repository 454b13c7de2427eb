package dev.nextact.data;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text file line by line and counts the lines; unpacks {@code .gz} and {@code .zst}. Bytes
 * that are no text in the file's encoding become {@link #REPLACEMENT}. Of a line longer than {@link
 * #MOST} only the beginning is kept. Confined to one thread.
 */
final class LineReader implements AutoCloseable {

    /** Stands for bytes that are no text in the file's encoding. */
    static final char REPLACEMENT = '\uFFFD';

    /** A row of a log is some hundred characters; a longer line is damage. */
    static final int MOST = 1_000_000;

    /** One line. */
    record Line(long number, String text, boolean tooLong) {}

    private final Reader reader;
    private final Charset charset;
    private final char[] buffer = new char[1 << 16];
    private final StringBuilder text = new StringBuilder();
    private final Deque<Line> pushedBack = new ArrayDeque<>();
    private int position;
    private int limit;
    private long number;

    private LineReader(Reader reader, Charset charset) {
        this.reader = reader;
        this.charset = charset;
    }

    /**
     * @param encoding a charset's name, or {@code auto}: by the byte order mark, else UTF-8
     */
    static LineReader open(Path file, String encoding) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            InputStream in = raw;
            if (name.endsWith(".gz")) {
                in = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16);
            } else if (name.endsWith(".zst")) {
                in = new BufferedInputStream(new ZstdInputStream(raw), 1 << 16);
            }
            Charset marked = skipByteOrderMark(in);
            Charset charset =
                    encoding.equals("auto")
                            ? (marked == null ? StandardCharsets.UTF_8 : marked)
                            : Charset.forName(encoding);
            Reader reader =
                    new InputStreamReader(
                            in,
                            charset.newDecoder()
                                    .onMalformedInput(CodingErrorAction.REPLACE)
                                    .onUnmappableCharacter(CodingErrorAction.REPLACE));
            return new LineReader(reader, charset);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static @Nullable Charset skipByteOrderMark(InputStream in) throws IOException {
        in.mark(3);
        byte[] start = in.readNBytes(3);
        in.reset();
        Charset charset = null;
        int length = 0;
        if (begins(start, 0xEF, 0xBB, 0xBF)) {
            charset = StandardCharsets.UTF_8;
            length = 3;
        } else if (begins(start, 0xFF, 0xFE)) {
            charset = StandardCharsets.UTF_16LE;
            length = 2;
        } else if (begins(start, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16BE;
            length = 2;
        }
        in.skipNBytes(length);
        return charset;
    }

    private static boolean begins(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    Charset charset() {
        return charset;
    }

    /** The next line without its end, or null. */
    @Nullable Line next() throws IOException {
        if (!pushedBack.isEmpty()) {
            return pushedBack.pop();
        }
        text.setLength(0);
        boolean any = false;
        boolean tooLong = false;
        while (true) {
            if (position == limit) {
                limit = reader.read(buffer);
                position = 0;
                if (limit <= 0) {
                    limit = 0;
                    return any ? line(tooLong) : null;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            any = true;
            int kept = Math.min(end - position, MOST - text.length());
            text.append(buffer, position, kept);
            tooLong |= kept < end - position;
            position = end;
            if (end < limit) {
                position++;
                return line(tooLong);
            }
        }
    }

    private Line line(boolean tooLong) {
        int length = text.length();
        if (length > 0 && text.charAt(length - 1) == '\r') {
            text.setLength(length - 1);
        }
        return new Line(++number, text.toString(), tooLong);
    }

    /** Gives a line back, to be read again next. */
    void pushBack(Line line) {
        pushedBack.push(line);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
