package dev.nextact.data;

import java.nio.file.Path;

/**
 * Engines within this process.
 *
 * @param memoryBytes what each may hold in memory; beyond, it goes to disk
 * @param rowsAtOnce see {@link SqlEngine#bySlices}
 */
record DuckDbEngines(long memoryBytes, long rowsAtOnce) implements SqlEngines {

    /**
     * A window sorts its rows and holds them twice, 60 bytes each and more, and DuckDB 1.4.1 does
     * not put all of it on disk: 100 million rows were too much for 2 GB.
     */
    private static final int BYTES_PER_ROW = 128;

    DuckDbEngines(long memoryBytes) {
        this(memoryBytes, Math.max(1, memoryBytes / BYTES_PER_ROW));
    }

    @Override
    public SqlEngine open(Path directory) {
        return DuckDb.openOnDisk(directory, memoryBytes, rowsAtOnce);
    }
}
