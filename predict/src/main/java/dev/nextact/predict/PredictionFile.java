package dev.nextact.predict;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.ParquetWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file of predictions: CSV, JSON lines or Parquet by its ending. It appears when complete;
 * before, and after a failure, nothing of that name is there. Confined to one thread.
 */
public abstract class PredictionFile implements AutoCloseable {

    /**
     * @param type of SQL
     */
    public record Column(String name, String type) {}

    private final Path file;
    private final Path temporary;

    private PredictionFile(Path file, Path temporary) {
        this.file = file;
        this.temporary = temporary;
    }

    /**
     * @throws NextactException of category USAGE for another ending, INPUT when it cannot be made
     */
    public static PredictionFile create(Path file, List<Column> columns) {
        Path absolute = file.toAbsolutePath();
        String name = absolute.getFileName().toString().toLowerCase(Locale.ROOT);
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + ".tmp");
        try {
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (name.endsWith(".csv")) {
                return new Csv(absolute, temporary, columns);
            } else if (name.endsWith(".jsonl")) {
                return new JsonLines(absolute, temporary, columns);
            } else if (name.endsWith(".parquet")) {
                return new Parquet(absolute, temporary, columns);
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
        throw new NextactException(
                NextactException.Category.USAGE,
                "cannot tell the format of " + file + ": expected .csv, .jsonl or .parquet");
    }

    /**
     * @param row a String, Integer, Float or Double for each column
     */
    public final void write(Object... row) {
        try {
            append(row);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    abstract void append(Object[] row) throws IOException;

    abstract void finish() throws IOException;

    abstract void abandon() throws IOException;

    /** Makes the file appear under its name. */
    public final void complete() {
        try {
            finish();
            AtomicFiles.move(temporary, file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    @Override
    public final void close() {
        try {
            abandon();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static NextactException failure(Path file, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot write "
                        + file
                        + ": "
                        + e.getMessage()
                        + ". Is the disk full or the folder read-only?",
                e);
    }

    private abstract static class Text extends PredictionFile {
        private final BufferedWriter writer;

        Text(Path file, Path temporary) throws IOException {
            super(file, temporary);
            writer = Files.newBufferedWriter(temporary);
        }

        final void line(String text) throws IOException {
            writer.write(text);
            writer.write('\n');
        }

        @Override
        final void finish() throws IOException {
            writer.close();
        }

        @Override
        final void abandon() throws IOException {
            writer.close();
        }
    }

    private static final class Csv extends Text {
        Csv(Path file, Path temporary, List<Column> columns) throws IOException {
            super(file, temporary);
            line(columns.stream().map(Column::name).collect(Collectors.joining(",")));
        }

        @Override
        void append(Object[] row) throws IOException {
            line(
                    Arrays.stream(row)
                            .map(value -> quoted(value.toString()))
                            .collect(Collectors.joining(",")));
        }

        /** RFC 4180, §2. */
        private static String quoted(String text) {
            boolean plain =
                    text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
        }
    }

    private static final class JsonLines extends Text {
        private static final ObjectMapper JSON = JsonMapper.builder().build();
        private final List<Column> columns;

        JsonLines(Path file, Path temporary, List<Column> columns) throws IOException {
            super(file, temporary);
            this.columns = List.copyOf(columns);
        }

        @Override
        void append(Object[] row) throws IOException {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < row.length; i++) {
                object.put(columns.get(i).name(), row[i]);
            }
            line(JSON.writeValueAsString(object));
        }
    }

    private static final class Parquet extends PredictionFile {
        private final ParquetWriter writer;

        Parquet(Path file, Path temporary, List<Column> columns) throws IOException {
            super(file, temporary);
            writer =
                    ParquetWriter.create(
                            temporary,
                            columns.stream()
                                    .map(column -> '"' + column.name() + "\" " + column.type())
                                    .collect(Collectors.joining(", ")));
        }

        @Override
        void append(Object[] row) throws IOException {
            writer.row(row);
        }

        @Override
        void finish() throws IOException {
            writer.finish();
        }

        @Override
        void abandon() throws IOException {
            writer.close();
        }
    }
}
