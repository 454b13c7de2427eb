package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One nextact command in a process of its own, run to its end. Linux only.
 *
 * @param seconds from start to end, by the clock
 * @param processorSeconds of all its threads, in the program and in the system
 * @param mostResidentBytes Java's heap and all native libraries
 */
record MeasuredProcess(double seconds, double processorSeconds, long mostResidentBytes) {

    private static final long MILLIS_BETWEEN_LOOKS = 20;

    /** As the launcher does. */
    private static final List<String> LAUNCHER_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dfile.encoding=UTF-8");

    /**
     * @param arguments of {@code nextact}
     * @param log takes what it prints
     * @throws NextactException when it does not end well
     */
    static MeasuredProcess run(List<String> javaOptions, List<String> arguments, Path log) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(LAUNCHER_OPTIONS);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "dev.nextact.cli.Main"));
        command.addAll(arguments);
        try {
            long start = System.nanoTime();
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            try {
                return watch(process, start, arguments, log);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new NextactException(
                    Category.CAPACITY, "cannot run " + command + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static MeasuredProcess watch(
            Process process, long start, List<String> arguments, Path log)
            throws IOException, InterruptedException {
        long resident = 0;
        double processor = 0;
        do {
            resident = Math.max(resident, mostResident(process.pid()));
            processor =
                    process.info()
                            .totalCpuDuration()
                            .map(used -> used.toMillis() / 1000.0)
                            .orElse(processor);
        } while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log);
            throw new NextactException(
                    Category.CAPACITY,
                    "`nextact "
                            + String.join(" ", arguments)
                            + "` ended with exit code "
                            + process.exitValue()
                            + ": "
                            + (lines.isEmpty() ? "no message" : lines.get(lines.size() - 1)));
        }
        return new MeasuredProcess(seconds, processor, resident);
    }

    /** The system keeps it; 0 where the process has just ended. */
    private static long mostResident(long pid) throws IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
