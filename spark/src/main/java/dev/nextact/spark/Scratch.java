package dev.nextact.spark;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary directory of the driver, as long as a job lasts. The caller closes it. */
record Scratch(Path directory) implements AutoCloseable {

    static Scratch make() {
        try {
            return new Scratch(Files.createTempDirectory("nextact-spark-"));
        } catch (IOException e) {
            throw NextactException.input("no temporary directory can be made: %s", e);
        }
    }

    @Override
    public void close() {
        try {
            AtomicFiles.deleteTree(directory);
        } catch (IOException e) {
            throw NextactException.input("cannot delete %s: %s", directory, e);
        }
    }
}
