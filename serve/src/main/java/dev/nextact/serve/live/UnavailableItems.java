package dev.nextact.serve.live;

import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The file of items that cannot be had, an id a line. It is read again when its time or its size
 * changes; to be sure that half a file is never read, write another one and rename it. Confined to
 * one thread at a time.
 */
final class UnavailableItems {

    private final Path file;
    private FileTime time = FileTime.fromMillis(0);
    private long size = -1;

    UnavailableItems(Path file) {
        this.file = file;
    }

    /**
     * @return the ids, where the file has changed since it was read
     * @throws NextactException of category INPUT when it cannot be read
     */
    Optional<Set<String>> read() {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            long bytes = Files.size(file);
            if (now.equals(time) && bytes == size) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file);
            time = now;
            size = bytes;
            return Optional.of(
                    lines.stream()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty())
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot read the unavailable items in "
                            + file
                            + ": "
                            + e
                            + ". serve.unavailable names a text file, an item's id a line",
                    e);
        }
    }
}
