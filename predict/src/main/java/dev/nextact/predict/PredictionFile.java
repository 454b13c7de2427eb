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
import java.util.Locale;

/**
 * A file of predictions: CSV, JSON lines or Parquet by its ending. It appears when complete;
 * before, and after a failure, nothing of that name is there. Confined to one thread.
 */
abstract class PredictionFile implements AutoCloseable {

    private final Path file;
    private final Path temporary;

    private PredictionFile(Path file, Path temporary) {
        this.file = file;
        this.temporary = temporary;
    }

    /**
     * @throws NextactException of category USAGE for another ending, INPUT when it cannot be made
     */
    static PredictionFile create(Path file) {
        Path absolute = file.toAbsolutePath();
        String name = absolute.getFileName().toString().toLowerCase(Locale.ROOT);
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + ".tmp");
        try {
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (name.endsWith(".csv")) {
                return new Csv(absolute, temporary);
            } else if (name.endsWith(".jsonl")) {
                return new JsonLines(absolute, temporary);
            } else if (name.endsWith(".parquet")) {
                return new Parquet(absolute, temporary);
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
        throw new NextactException(
                NextactException.Category.USAGE,
                "cannot tell the format of " + file + ": expected .csv, .jsonl or .parquet");
    }

    final void write(Prediction prediction) {
        try {
            append(prediction);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    abstract void append(Prediction prediction) throws IOException;

    abstract void finish() throws IOException;

    abstract void abandon() throws IOException;

    /** Makes the file appear under its name. */
    final void complete() {
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
        Csv(Path file, Path temporary) throws IOException {
            super(file, temporary);
            line("user,rank,item,score,basis");
        }

        @Override
        void append(Prediction prediction) throws IOException {
            line(
                    String.join(
                            ",",
                            quoted(prediction.user()),
                            Integer.toString(prediction.rank()),
                            quoted(prediction.item()),
                            Float.toString(prediction.score()),
                            prediction.basis()));
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

        JsonLines(Path file, Path temporary) throws IOException {
            super(file, temporary);
        }

        @Override
        void append(Prediction prediction) throws IOException {
            line(JSON.writeValueAsString(prediction));
        }
    }

    private static final class Parquet extends PredictionFile {
        private final ParquetWriter writer;

        Parquet(Path file, Path temporary) throws IOException {
            super(file, temporary);
            writer =
                    ParquetWriter.create(
                            temporary,
                            "user VARCHAR, rank INTEGER, item VARCHAR, score FLOAT, basis VARCHAR");
        }

        @Override
        void append(Prediction prediction) throws IOException {
            writer.row(
                    prediction.user(),
                    prediction.rank(),
                    prediction.item(),
                    prediction.score(),
                    prediction.basis());
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
