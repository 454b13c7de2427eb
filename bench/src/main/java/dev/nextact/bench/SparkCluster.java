package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cluster that {@code spark/cluster} starts: a master and workers in processes of their own.
 * The caller closes it.
 */
final class SparkCluster implements AutoCloseable {

    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

    private final Path home;
    private final Path directory;
    private final String url;

    private SparkCluster(Path home, Path directory, String url) {
        this.home = home;
        this.directory = directory;
        this.url = url;
    }

    /**
     * @param home nextact's
     * @param directory for pids and logs
     * @param memory of a worker, such as {@code 2g}
     */
    static SparkCluster start(Path home, Path directory, int workers, int cores, String memory) {
        String url =
                script(
                        home,
                        directory,
                        "start",
                        Integer.toString(workers),
                        Integer.toString(cores),
                        memory);
        return new SparkCluster(home, directory, url);
    }

    /** Such as {@code spark://127.0.0.1:17077}. */
    String url() {
        return url;
    }

    /**
     * Java options of a driver of this cluster.
     *
     * @param heap its own, such as {@code 1g}
     * @param executorHeap of each executor
     */
    static List<String> driverOptions(String heap, String executorHeap) {
        return List.of(
                "-Xmx" + heap,
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.ui.enabled=false",
                "-Dspark.executor.memory=" + executorHeap);
    }

    /** The executors that workers run now. */
    List<ProcessHandle> executors() {
        List<ProcessHandle> executors = new ArrayList<>();
        for (long worker : workers()) {
            ProcessHandle.of(worker).stream()
                    .flatMap(ProcessHandle::descendants)
                    .filter(child -> commandLine(child).contains(EXECUTOR))
                    .forEach(executors::add);
        }
        return executors;
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private List<Long> workers() {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("worker-") && name.endsWith(".pid")) {
                    pids.add(Long.parseLong(Files.readString(file).strip()));
                }
            }
            return pids;
        } catch (IOException e) {
            throw NextactException.input("cannot read %s: %s", directory, e);
        }
    }

    /** What it prints. */
    private static String script(Path home, Path directory, String... arguments) {
        List<String> words = new ArrayList<>(List.of(home.resolve("spark/cluster").toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("NEXTACT_CLUSTER", directory.toString());
        try {
            Process process = builder.start();
            String printed =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new NextactException(
                        Category.CAPACITY,
                        "spark/cluster " + arguments[0] + " ended with exit code " + code);
            }
            return printed.strip();
        } catch (IOException e) {
            throw NextactException.input("cannot run spark/cluster: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        script(home, directory, "stop");
    }
}
