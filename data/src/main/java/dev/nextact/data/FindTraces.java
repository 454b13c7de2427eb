package dev.nextact.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Looks through every file below a directory for ids that must be nowhere any more: byte by byte,
 * and where a file's compression hides its bytes, through the values it holds. An id that ends or
 * begins with a digit is not found in a longer number. Immutable; thread-safe.
 */
public final class FindTraces {

    /** Ids of fewer bytes are found by chance wherever something is compressed. */
    public static final int SHORTEST = 6;

    private static final int CHUNK = 1 << 20;

    /** Takes a file apart. */
    @FunctionalInterface
    public interface Values {
        void forEach(Path file, Consumer<byte[]> value) throws IOException;
    }

    private final Map<String, Values> kinds;

    /**
     * @param more kinds of files than Parquet whose values must be looked through, by ending
     */
    public FindTraces(Map<String, Values> more) {
        kinds = new HashMap<>(more);
        kinds.put(".parquet", FindTraces::parquet);
    }

    /**
     * @param wanted each of at least {@link #SHORTEST} bytes
     * @return the files that hold one of them, in order
     * @throws IllegalArgumentException for one that is shorter
     */
    public List<Path> run(Path directory, Collection<byte[]> wanted) throws IOException {
        Search search = new Search(wanted);
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (isIn(file, search)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** What a server deletes in the meantime holds nothing. */
    private boolean isIn(Path file, Search search) throws IOException {
        try {
            return search.isIn(file) || hides(file, search);
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return false;
        }
    }

    private boolean hides(Path file, Search search) throws IOException {
        String name = file.getFileName().toString();
        Values values = kinds.get(name.substring(Math.max(0, name.lastIndexOf('.'))));
        if (values == null) {
            return false;
        }
        boolean[] found = new boolean[1];
        values.forEach(file, value -> found[0] |= search.isIn(value));
        return found[0];
    }

    private static void parquet(Path file, Consumer<byte[]> value) throws IOException {
        try (DuckDb engine = DuckDb.open(file.resolveSibling("find.tmp"))) {
            engine.read(
                    "SELECT * FROM read_parquet(" + DuckDb.quoted(file) + ")",
                    row -> {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            String text = row.getString(i);
                            if (text != null) {
                                value.accept(text.getBytes(StandardCharsets.UTF_8));
                            }
                        }
                    });
        }
    }

    /** Of many texts at once: those that begin with the two bytes at hand are compared. */
    private static final class Search {

        private final Map<Integer, List<byte[]>> wanted = new HashMap<>();
        private final boolean[] begins = new boolean[1 << 16];
        private int longest = SHORTEST;

        Search(Collection<byte[]> wanted) {
            for (byte[] one : wanted) {
                if (one.length < SHORTEST) {
                    throw new IllegalArgumentException(
                            "wanted: expected " + SHORTEST + " bytes or more, found " + one.length);
                }
                int begin = begin(one, 0);
                begins[begin] = true;
                this.wanted.computeIfAbsent(begin, b -> new ArrayList<>()).add(one);
                longest = Math.max(longest, one.length);
            }
        }

        private static int begin(byte[] bytes, int at) {
            return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        }

        boolean isIn(byte[] bytes) {
            return isIn(bytes, 0, bytes.length, true);
        }

        /**
         * @param isEnd whether nothing follows; else what ends here is left to who sees more
         */
        private boolean isIn(byte[] bytes, int from, int length, boolean isEnd) {
            for (int at = from; at + SHORTEST <= length; at++) {
                int begin = begin(bytes, at);
                if (begins[begin]) {
                    for (byte[] one : wanted.getOrDefault(begin, List.of())) {
                        int end = at + one.length;
                        if ((end < length || (end == length && isEnd))
                                && isAt(bytes, at, one)
                                && !isPartOfNumber(bytes, at, end, length)) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }

        private static boolean isAt(byte[] bytes, int at, byte[] one) {
            for (int i = 2; i < one.length; i++) {
                if (bytes[at + i] != one[i]) {
                    return false;
                }
            }
            return true;
        }

        /** As 12345 is of 123456. */
        private static boolean isPartOfNumber(byte[] bytes, int at, int end, int length) {
            return (at > 0 && isDigit(bytes[at - 1]) && isDigit(bytes[at]))
                    || (end < length && isDigit(bytes[end]) && isDigit(bytes[end - 1]));
        }

        private static boolean isDigit(byte letter) {
            return letter >= '0' && letter <= '9';
        }

        /** In chunks that overlap by the longest and a byte on both sides. */
        boolean isIn(Path file) throws IOException {
            byte[] bytes = new byte[CHUNK + longest + 2];
            int kept = 0;
            try (InputStream in = Files.newInputStream(file)) {
                while (true) {
                    int read = in.readNBytes(bytes, kept, CHUNK);
                    int length = kept + read;
                    if (isIn(bytes, kept == 0 ? 0 : 1, length, read < CHUNK)) {
                        return true;
                    }
                    if (read < CHUNK) {
                        return false;
                    }
                    kept = longest + 2;
                    System.arraycopy(bytes, length - kept, bytes, 0, kept);
                }
            }
        }
    }
}
