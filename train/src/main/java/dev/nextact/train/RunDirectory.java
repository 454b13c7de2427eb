package dev.nextact.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.bundle.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One training's folder: {@code run.json} (what it was started with), {@code metrics.jsonl} (a line
 * an epoch), {@code learning-curve.svg}, and the newest checkpoint: {@code state.json}, which names
 * its file of tensors and is replaced last, so that a kill at any moment leaves a whole one.
 */
final class RunDirectory {

    /** At most this much work is lost by a kill. */
    private static final long CHECKPOINT_EVERY_NANOS = Duration.ofMinutes(2).toNanos();

    private static final String STATE = "state.json";
    private static final String RUN = "run.json";
    private static final String DONE = "done";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private long everyNanos = CHECKPOINT_EVERY_NANOS;
    private long savedAtNanos = System.nanoTime();
    private Optional<Long> checkpointStep = Optional.empty();

    private RunDirectory(Path directory) {
        this.directory = directory;
    }

    /** What makes two runs the same: the config's tree, the data's fingerprint. */
    record Identity(Map<String, Object> config, String fingerprint) {}

    private record SavedState(String tensors, TrainingState state) {}

    /** A new folder, numbered after the newest there is. */
    static RunDirectory create(Path runs, Identity identity) {
        try {
            Files.createDirectories(runs);
            List<Path> earlier = newestFirst(runs);
            int number = earlier.isEmpty() ? 1 : numberOf(earlier.get(0)) + 1;
            Path directory = runs.resolve(name(number));
            Files.createDirectory(directory);
            RunDirectory run = new RunDirectory(directory);
            run.replace(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(identity));
            return run;
        } catch (IOException e) {
            throw failure("make a run folder in " + runs, e);
        }
    }

    /**
     * The newest run that was started with the same config and data and has not ended.
     *
     * @throws NextactException when there is none, with what the newest was started with
     */
    static RunDirectory unfinished(Path runs, Identity identity) {
        return unfinished(runs, identity, STATE);
    }

    /**
     * Likewise of another kind of job.
     *
     * @param begun the file that it has once there is something to go on from
     */
    static RunDirectory unfinished(Path runs, Identity identity, String begun) {
        try {
            for (Path directory : newestFirst(runs)) {
                if (!Files.exists(directory.resolve(begun))
                        || Files.exists(directory.resolve(DONE))) {
                    continue;
                }
                Identity found = JSON.readValue(directory.resolve(RUN).toFile(), Identity.class);
                if (tree(found).equals(tree(identity))) {
                    return new RunDirectory(directory);
                }
                throw NextactException.input(
                        "%s cannot go on: it was started with another %s. Start anew without"
                                + " --resume",
                        directory,
                        found.fingerprint().equals(identity.fingerprint())
                                ? "config (see its run.json)"
                                : "state of the prepared data");
            }
        } catch (IOException e) {
            throw failure("read the runs in " + runs, e);
        }
        throw NextactException.input(
                "there is no unfinished run in %s to resume; start one without --resume", runs);
    }

    /** The config of the newest run that has begun and not ended. */
    static Optional<Map<String, Object>> unfinishedConfig(Path runs) {
        try {
            for (Path directory : newestFirst(runs)) {
                if (Files.exists(directory.resolve(STATE))
                        && !Files.exists(directory.resolve(DONE))) {
                    return Optional.of(
                            JSON.readValue(directory.resolve(RUN).toFile(), Identity.class)
                                    .config());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read the runs in " + runs, e);
        }
    }

    /** The newest run, where it was started with the same and has a checkpoint; else a new one. */
    static RunDirectory goOnOrCreate(Path runs, Identity identity) {
        try {
            List<Path> earlier = newestFirst(runs);
            if (!earlier.isEmpty()) {
                Path newest = earlier.get(0);
                if (Files.exists(newest.resolve(STATE))
                        && tree(JSON.readValue(newest.resolve(RUN).toFile(), Identity.class))
                                .equals(tree(identity))) {
                    return new RunDirectory(newest);
                }
            }
        } catch (IOException e) {
            throw failure("read the runs in " + runs, e);
        }
        return create(runs, identity);
    }

    /** One that there is. */
    static RunDirectory numbered(Path runs, int number) {
        return new RunDirectory(runs.resolve(name(number)));
    }

    /** Compared as written JSON, which knows no difference between 1 and 1L. */
    private static Object tree(Identity identity) throws IOException {
        return JSON.readTree(JSON.writeValueAsBytes(identity));
    }

    /** The folders of all runs. */
    private static List<Path> newestFirst(Path runs) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.filter(p -> p.getFileName().toString().matches("\\d{4,9}"))
                    .sorted(Comparator.comparing(RunDirectory::numberOf).reversed())
                    .toList();
        }
    }

    private static int numberOf(Path run) {
        return Integer.parseInt(run.getFileName().toString());
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "%04d", number);
    }

    /** 1, 2, … among the runs of its workspace. */
    int number() {
        return numberOf(directory);
    }

    Path directory() {
        return directory;
    }

    /** Checkpoints become due after another time than two minutes. */
    RunDirectory checkpointEvery(Duration time) {
        everyNanos = time.toNanos();
        return this;
    }

    /** Whether so much time has gone since the last checkpoint that another is due. */
    boolean isDue() {
        return System.nanoTime() - savedAtNanos > everyNanos;
    }

    /** The checkpoint there is, for a message. */
    Divergence.Kept kept() {
        return new Divergence.Kept(checkpointStep, directory);
    }

    /** Replaces the checkpoint. */
    void save(Checkpoint checkpoint) {
        String tensors = "checkpoint-" + checkpoint.state().step() + ".safetensors";
        try {
            Safetensors.write(directory.resolve(tensors), checkpoint.tensors());
            replace(STATE, JSON.writeValueAsString(new SavedState(tensors, checkpoint.state())));
            deleteCheckpointsBut(tensors);
            savedAtNanos = System.nanoTime();
            checkpointStep = Optional.of(checkpoint.state().step());
        } catch (IOException e) {
            throw failure("write a checkpoint to " + directory, e);
        }
    }

    Optional<Checkpoint> checkpoint() {
        Path file = directory.resolve(STATE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            SavedState saved = JSON.readValue(file.toFile(), SavedState.class);
            Map<String, FloatTensor> tensors = Safetensors.read(directory.resolve(saved.tensors()));
            checkpointStep = Optional.of(saved.state().step());
            return Optional.of(Checkpoint.of(saved.state(), tensors));
        } catch (IOException e) {
            throw failure("read the checkpoint in " + directory, e);
        }
    }

    /** Writes the metrics and the curve anew: a resumed run leaves no line twice. */
    void record(TrainingState state) {
        try {
            StringBuilder lines = new StringBuilder();
            for (EpochRecord record : state.epochs()) {
                lines.append(JSON.writeValueAsString(record)).append('\n');
            }
            replace("metrics.jsonl", lines.toString());
            replace(
                    "learning-curve.svg",
                    LearningCurve.svg("Training", state.epochs(), state.bestEpoch()));
        } catch (IOException e) {
            throw failure("write the metrics to " + directory, e);
        }
    }

    /** The run is over; its checkpoint is of no more use. */
    void finish() {
        try {
            replace(DONE, "");
            deleteCheckpointsBut("");
            Files.deleteIfExists(directory.resolve(STATE));
        } catch (IOException e) {
            throw failure("finish " + directory, e);
        }
    }

    private void deleteCheckpointsBut(String kept) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith("checkpoint-") && !name.equals(kept)) {
                    Files.delete(entry);
                }
            }
        }
    }

    private void replace(String name, String text) throws IOException {
        AtomicFiles.write(directory.resolve(name), text);
    }

    private static NextactException failure(String what, IOException e) {
        return new NextactException(
                NextactException.Category.INPUT,
                "cannot " + what + ": " + e.getMessage() + ". Is the disk full or read-only?",
                e);
    }
}
