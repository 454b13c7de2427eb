package dev.nextact.data;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds and opens the raw files a config names. */
final class SourceFiles {

    private SourceFiles() {}

    private static final List<String> JSON_LINES = List.of(".jsonl", ".ndjson");
    private static final List<String> DELIMITED = List.of(".csv", ".tsv", ".txt");
    private static final List<String> PACKED = List.of("", ".gz", ".zst");
    private static final String PARQUET = ".parquet";

    /** The files of a source of events; of a remote one those that were collected. */
    static List<Path> find(ShopConfig config, ShopConfig.Source source) {
        if (source.remote().isEmpty()) {
            return find(config.directory(), source.path());
        }
        Path directory = config.collectedDirectory().resolve(source.remote().get().name());
        if (!Files.isDirectory(directory) || isEmpty(directory)) {
            throw NextactException.input(
                    "nothing has been collected from %s yet. Run `nextact collect` first",
                    source.path());
        }
        return below(directory);
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.noneMatch(SourceFiles::isParquet);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    /**
     * @param pattern a file, a glob, or a directory: every log file below it, such as those of one
     *     directory a day
     * @return in the order of their names, at least one
     */
    static List<Path> find(Path directory, String pattern) {
        int wild = firstWildcard(pattern);
        if (wild < 0) {
            Path file = directory.resolve(pattern).normalize();
            if (Files.isDirectory(file)) {
                return below(file);
            }
            if (!Files.isRegularFile(file)) {
                throw NextactException.input("there is no file %s, which sources names", file);
            }
            return List.of(file);
        }
        int slash = pattern.lastIndexOf('/', wild);
        Path base =
                directory.resolve(slash < 0 ? "." : pattern.substring(0, slash + 1)).normalize();
        PathMatcher matcher =
                FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(slash + 1));
        try (Stream<Path> walk = Files.isDirectory(base) ? Files.walk(base) : Stream.empty()) {
            List<Path> files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> matcher.matches(base.relativize(file)))
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw NextactException.input(
                        "no file matches %s in %s, which sources names",
                        pattern.substring(slash + 1), base);
            }
            return files;
        } catch (IOException e) {
            throw unreadable(base, e);
        }
    }

    private static List<Path> below(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> isLog(directory.relativize(file)))
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw NextactException.input(
                        "no file below %s, which sources names, is a log: none ends in %s, %s or"
                                + " %s, packed as .gz or .zst or not",
                        directory,
                        String.join(", ", DELIMITED),
                        String.join(", ", JSON_LINES),
                        PARQUET);
            }
            return files;
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    /** What begins with a dot or an underscore is bookkeeping of who wrote the files. */
    private static boolean isLog(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
                return false;
            }
        }
        return isParquet(file) || isJsonLines(file) || isDelimited(file);
    }

    static boolean isParquet(Path file) {
        return ends(file, List.of(PARQUET), List.of(""));
    }

    static boolean isJsonLines(Path file) {
        return ends(file, JSON_LINES, PACKED);
    }

    private static boolean isDelimited(Path file) {
        return ends(file, DELIMITED, PACKED);
    }

    private static boolean ends(Path file, List<String> formats, List<String> packings) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return formats.stream()
                .anyMatch(f -> packings.stream().anyMatch(p -> name.endsWith(f + p)));
    }

    private static int firstWildcard(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if ("*?[{".indexOf(pattern.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    static RowReader open(Path file, ShopConfig.Source source) {
        try {
            if (isParquet(file)) {
                return ParquetReader.open(file);
            } else if (isJsonLines(file)) {
                return JsonLinesReader.open(file, source);
            }
            return CsvReader.open(file, source);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IllegalArgumentException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    file + ": encoding '" + source.encoding() + "' is not known here",
                    e);
        }
    }

    static NextactException unreadable(Path file, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT, "cannot read " + file + ": " + e.getMessage(), e);
    }
}
