package dev.nextact.core.privacy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that nobody but their owner may read, where the file system knows owners. */
public final class PrivateFiles {

    private static final boolean KNOWS_OWNERS =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    /** Makes a directory, and those above it that are missing, or closes the one there is. */
    public static void directory(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (KNOWS_OWNERS) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Makes an empty file if there is none. */
    static void file(Path file) throws IOException {
        if (!Files.exists(file)) {
            if (KNOWS_OWNERS) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
        }
    }
}
