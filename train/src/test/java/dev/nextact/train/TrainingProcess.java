package dev.nextact.train;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A deterministic training in a process of its own, to be killed. */
final class TrainingProcess {

    private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private TrainingProcess() {}

    public static void main(String[] args) {
        RunDirectory run = RunDirectory.create(Path.of(args[0]), ResumeIT.IDENTITY);
        train(run, 2, Duration.ZERO);
    }

    private static ShopConfig.Train settings(int workers) {
        return new ShopConfig.Train(
                8,
                50,
                42,
                8,
                1,
                false,
                "adam",
                0.01,
                new ShopConfig.Schedule("cosine", 5),
                0,
                5,
                0.9,
                ShopConfig.Loss.of("sampled-softmax", 10),
                Map.of(),
                workers,
                true,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    /** Goes on from the run's checkpoint, if there is one. */
    static Trainer.Outcome train(RunDirectory run, int workers, Duration checkpointEvery) {
        return new Trainer(
                        settings(workers),
                        ResumeIT.NETWORK,
                        List.of(),
                        ResumeIT.set(),
                        scorer -> 0.1)
                .train(run.checkpointEvery(checkpointEvery), run.checkpoint(), Progress.silent());
    }

    /** Starts one, and kills it once it has taken so many steps. */
    static void runAndKill(Path runs, long step) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TrainingProcess.class.getName(),
                                runs.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        File state = runs.resolve("0001").resolve("state.json").toFile();
        while (steps(state.toPath()) < step) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the training did not come to step " + step);
            }
            Thread.sleep(5);
        }
        process.destroyForcibly(); // SIGKILL
        process.waitFor();
    }

    private static long steps(Path state) throws Exception {
        if (!Files.exists(state)) {
            return 0;
        }
        Matcher matcher = STEP.matcher(Files.readString(state));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
