package dev.nextact.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The rows of one raw file as they lie in {@code staged/}.
 *
 * @param number of the raw file, in the order of the config
 * @param parts Parquet files that hold its rows
 * @param offsetMicros what is added to its times
 * @param clock whether its times tell the time of day
 * @param inOrder whether its rows are in the order of time, give or take one in a hundred
 */
public record StagedRowFiles(
        int number, List<Path> parts, long offsetMicros, boolean clock, boolean inOrder) {

    /** Keeps the order of files and lines in one number. */
    private static final long LINES_A_FILE = 1_000_000_000_000L;

    public StagedRowFiles {
        parts = List.copyOf(parts);
    }

    /** The place in the log of its line 0. */
    public long firstSeq() {
        return number * LINES_A_FILE;
    }
}
