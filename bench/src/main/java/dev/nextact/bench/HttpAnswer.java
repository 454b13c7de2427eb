package dev.nextact.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A response as its bytes come in: one with a Content-Length, as all of this server's are. Used
 * again for the next one of its connection.
 */
final class HttpAnswer {

    private byte[] buffer = new byte[1 << 13];
    private int have;

    /** Where the body begins; −1 until the head is whole. */
    private int bodyAt;

    private int bodyBytes;

    HttpAnswer() {
        begin();
    }

    /** Forgets what came. */
    void begin() {
        have = 0;
        bodyAt = -1;
        bodyBytes = 0;
    }

    /** Where the next bytes belong, from {@link #at()} on; there is room for one at least. */
    byte[] buffer() {
        if (have == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        return buffer;
    }

    int at() {
        return have;
    }

    /**
     * Takes bytes put into the buffer.
     *
     * @return whether the response is whole
     */
    boolean isWholeWith(int bytes) {
        have += bytes;
        if (bodyAt < 0) {
            bodyAt = endOfHead();
            bodyBytes = bodyAt < 0 ? 0 : contentLength();
        }
        return bodyAt >= 0 && have >= bodyAt + bodyBytes;
    }

    /** Of a whole one. */
    int status() {
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
    }

    private int endOfHead() {
        for (int i = 3; i < have; i++) {
            if (buffer[i] == '\n' && buffer[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private int contentLength() {
        String head = new String(buffer, 0, bodyAt, StandardCharsets.US_ASCII);
        int at = head.toLowerCase(Locale.ROOT).indexOf("content-length:");
        return at < 0
                ? 0
                : Integer.parseInt(head.substring(at + 15, head.indexOf('\r', at)).strip());
    }
}
