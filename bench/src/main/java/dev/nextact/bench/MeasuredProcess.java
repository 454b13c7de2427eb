package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One command in a process of its own, run to its end. Linux only.
 *
 * @param seconds from start to end, by the clock
 * @param processorSeconds of all its threads, in the program and in the system
 * @param mostResidentBytes everything it held at once, native libraries too
 * @param stopped whether it was ended because its time was up
 */
record MeasuredProcess(
        double seconds, double processorSeconds, long mostResidentBytes, boolean stopped) {

    private static final long MILLIS_BETWEEN_LOOKS = 20;
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    /** As the launcher does. */
    private static final List<String> LAUNCHER_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dfile.encoding=UTF-8");

    /**
     * What to run, and what other variables than this process's it sees; an empty value is none.
     */
    record Command(List<String> words, Map<String, String> environment) {
        Command {
            words = List.copyOf(words);
            environment = Map.copyOf(environment);
        }

        /** {@code nextact} with these arguments. */
        static Command nextact(List<String> javaOptions, List<String> arguments) {
            List<String> words = new ArrayList<>();
            words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            words.addAll(javaOptions);
            words.addAll(LAUNCHER_OPTIONS);
            words.addAll(
                    List.of("-cp", System.getProperty("java.class.path"), "dev.nextact.cli.Main"));
            words.addAll(arguments);
            return new Command(words, Map.of());
        }
    }

    /**
     * @param arguments of {@code nextact}
     * @param log takes what it prints
     * @throws NextactException when it does not end well
     */
    static MeasuredProcess run(List<String> javaOptions, List<String> arguments, Path log) {
        return run(Command.nextact(javaOptions, arguments), NO_LIMIT, log);
    }

    /** The same without a limit of time. */
    static MeasuredProcess run(Command command, Path log) {
        return run(command, NO_LIMIT, log);
    }

    /**
     * @param most it is ended after so long
     * @param log takes what it prints
     * @throws NextactException when it does not end well
     */
    static MeasuredProcess run(Command command, Duration most, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(command.words())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        command.environment()
                .forEach(
                        (name, value) -> {
                            if (value.isEmpty()) {
                                builder.environment().remove(name);
                            } else {
                                builder.environment().put(name, value);
                            }
                        });
        try {
            Process process = builder.start();
            try {
                return watch(process, most, command, log);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new NextactException(
                    Category.CAPACITY, "cannot run " + command.words() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static MeasuredProcess watch(Process process, Duration most, Command command, Path log)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long resident = 0;
        double processor = 0;
        do {
            resident = Math.max(resident, mostResident(process.pid()));
            processor =
                    process.info()
                            .totalCpuDuration()
                            .map(used -> used.toMillis() / 1000.0)
                            .orElse(processor);
            if (System.nanoTime() - start > most.toNanos()) {
                process.destroyForcibly();
                process.waitFor();
                return new MeasuredProcess(
                        (System.nanoTime() - start) / 1e9, processor, resident, true);
            }
        } while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log);
            throw new NextactException(
                    Category.CAPACITY,
                    "`%s` ended with exit code %d: %s; %s has all it said"
                            .formatted(
                                    shown(command),
                                    process.exitValue(),
                                    lines.isEmpty() ? "no message" : lines.get(lines.size() - 1),
                                    log));
        }
        return new MeasuredProcess(seconds, processor, resident, false);
    }

    /** Without the class path. */
    private static String shown(Command command) {
        int main = command.words().indexOf("dev.nextact.cli.Main");
        return main < 0
                ? String.join(" ", command.words())
                : "nextact "
                        + String.join(
                                " ", command.words().subList(main + 1, command.words().size()));
    }

    /** The system keeps it; 0 where the process has just ended. */
    private static long mostResident(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // "no such file", or "no such process" where it ended while it was read
        }
    }
}
