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

    /**
     * @param pattern a file or a glob
     * @return in the order of their names, at least one
     */
    static List<Path> find(Path directory, String pattern) {
        int wild = firstWildcard(pattern);
        if (wild < 0) {
            Path file = directory.resolve(pattern).normalize();
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

    private static int firstWildcard(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if ("*?[{".indexOf(pattern.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    static RowReader open(Path file, ShopConfig.Source source) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        try {
            if (name.endsWith(".parquet")) {
                return ParquetReader.open(file);
            } else if (name.endsWith(".jsonl") || name.endsWith(".jsonl.gz")) {
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
