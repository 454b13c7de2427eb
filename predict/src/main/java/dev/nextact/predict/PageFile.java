package dev.nextact.predict;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a page, or another text, to where it was asked for. */
public final class PageFile {

    private PageFile() {}

    /** Makes the folders above it too. */
    public static void write(Path page, String html) {
        try {
            Path parent = page.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            AtomicFiles.write(page, html);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "cannot write "
                            + page
                            + ": "
                            + e.getMessage()
                            + ". Is the disk full or the folder read-only?",
                    e);
        }
    }
}
