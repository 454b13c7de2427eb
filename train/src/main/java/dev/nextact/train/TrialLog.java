package dev.nextact.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code trials.jsonl}: a line for each rung a trial has reached, in that order. A line that a kill
 * cut short is dropped when the log is opened again. Confined to one thread.
 */
final class TrialLog {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final List<Trial> trials = new ArrayList<>();

    private TrialLog(Path file) {
        this.file = file;
    }

    /** Opens a log, or begins one. */
    static TrialLog open(Path file) {
        TrialLog log = new TrialLog(file);
        try {
            if (Files.exists(file)) {
                StringBuilder whole = new StringBuilder();
                String text = Files.readString(file);
                int from = 0;
                for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                    String line = text.substring(from, end);
                    log.trials.add(JSON.readValue(line, Trial.class));
                    whole.append(line).append('\n');
                    from = end + 1;
                }
                if (from < text.length()) {
                    AtomicFiles.write(file, whole.toString());
                }
            } else {
                Files.createFile(file);
            }
        } catch (JsonProcessingException e) {
            throw NextactException.input(
                    "%s: line %d is no trial: %s",
                    file, log.trials.size() + 1, e.getOriginalMessage());
        } catch (IOException e) {
            throw failure(file, e);
        }
        return log;
    }

    List<Trial> trials() {
        return List.copyOf(trials);
    }

    void add(Trial trial) {
        try {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(trial) + "\n",
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
        } catch (IOException e) {
            throw failure(file, e);
        }
        trials.add(trial);
    }

    private static NextactException failure(Path file, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot read or write " + file + ": " + e.getMessage() + ". Is the disk full?",
                e);
    }
}
