package dev.nextact.data;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of a raw file.
 *
 * @param line where it begins, from 1; for Parquet the number of the row
 * @param raw its text, shortened when very long
 * @param characters how long its text was before
 * @param fields by column; null where there is none
 * @param problem why it cannot be read
 */
record RawRow(
        long line,
        String raw,
        int characters,
        @Nullable String[] fields,
        Optional<String> problem) {

    /** What is kept of a row's text in the file of rejected rows. */
    private static final int MOST_RAW = 500;

    static RawRow of(long line, String raw, @Nullable String[] fields) {
        return new RawRow(line, shortened(raw), raw.length(), fields, Optional.empty());
    }

    static RawRow bad(long line, String raw, String problem) {
        String kept = shortened(raw);
        return new RawRow(line, kept, kept.length(), new String[0], Optional.of(problem));
    }

    private static String shortened(String raw) {
        return raw.length() <= MOST_RAW
                ? raw
                : raw.substring(0, MOST_RAW) + "… (" + raw.length() + " characters)";
    }
}
