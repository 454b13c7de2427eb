package dev.nextact.serve.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What other commands have written for programs to read. */
final class JsonFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonFile() {}

    /** Empty where there is no such file, or one that is being written. */
    static Optional<JsonNode> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(file.toFile()));
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    /** A tree a line. */
    static List<JsonNode> lines(Path file) {
        List<JsonNode> trees = new ArrayList<>();
        if (Files.exists(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    trees.add(JSON.readTree(line));
                }
            } catch (IOException broken) {
                return trees;
            }
        }
        return trees;
    }
}
