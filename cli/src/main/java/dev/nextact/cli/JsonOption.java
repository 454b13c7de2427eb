package dev.nextact.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --json FILE} of every command with a result. */
public final class JsonOption {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the result to FILE, for programs to read.")
    private @Nullable Path file;

    /** A tree of maps, lists and values as it is written to a file. */
    static String text(Object tree) {
        try {
            return JSON.writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a tree of maps, lists and values, if it is asked for. */
    public void write(Object tree) {
        if (file == null) {
            return;
        }
        try {
            AtomicFiles.write(file, text(tree));
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    file
                            + ": the result cannot be written there ("
                            + e.getMessage()
                            + "); choose a file in a directory that exists and can be written to",
                    e);
        }
    }
}
