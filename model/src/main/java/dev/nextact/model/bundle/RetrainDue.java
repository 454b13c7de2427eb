package dev.nextact.model.bundle;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Marks of versions that have learned from shoppers who were forgotten since: {@code
 * models/<name>/retrain-due}, a line with version and time each. A bundle itself never changes.
 */
public final class RetrainDue {

    private static final String FILE = "retrain-due";

    private RetrainDue() {}

    /**
     * Marks every version there is.
     *
     * @return the directories of those that were not marked before
     */
    public static List<Path> mark(Path models, Instant now) {
        List<Path> marked =
                Bundle.list(models).stream().filter(bundle -> of(bundle).isEmpty()).toList();
        for (Path bundle : marked) {
            Path file = file(bundle);
            try {
                Map<Integer, String> due = read(file);
                due.put(version(bundle), now.truncatedTo(ChronoUnit.SECONDS).toString());
                StringBuilder lines = new StringBuilder();
                due.forEach(
                        (version, at) -> lines.append(version).append(' ').append(at).append('\n'));
                AtomicFiles.write(file, lines.toString());
            } catch (IOException e) {
                throw failure("write", file, e);
            }
        }
        return marked;
    }

    /** Since when a bundle is due; empty where it is not. */
    public static Optional<String> of(Path bundle) {
        Path file = file(bundle);
        try {
            return Optional.ofNullable(read(file).get(version(bundle)));
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    private static Path file(Path bundle) {
        return bundle.resolveSibling(FILE);
    }

    private static int version(Path bundle) {
        return Integer.parseInt(bundle.getFileName().toString());
    }

    private static Map<Integer, String> read(Path file) throws IOException {
        Map<Integer, String> due = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int space = line.indexOf(' ');
                due.put(Integer.valueOf(line.substring(0, space)), line.substring(space + 1));
            }
        }
        return due;
    }

    private static NextactException failure(String what, Path file, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot " + what + " " + file + ": " + e.getMessage(),
                e);
    }
}
