package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code nextact serve} in a process of its own, as in a shop. The caller closes it. */
final class ServedProcess implements AutoCloseable {

    private static final Pattern PORTS = Pattern.compile("serving on port (\\d+), .* port (\\d+)");
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Process process;
    private final int port;
    private final int adminPort;
    private final double secondsToReady;

    private ServedProcess(Process process, int port, int adminPort, double secondsToReady) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
        this.secondsToReady = secondsToReady;
    }

    /** Starts it and waits until it is ready. */
    static ServedProcess start(Path config, List<String> javaOptions) {
        long start = System.nanoTime();
        try {
            Path out = config.resolveSibling("serve.out");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(javaOptions);
            command.addAll(
                    List.of(
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.nextact.cli.Main",
                            "serve",
                            "--config",
                            config.toString()));
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(config.resolveSibling("serve.err").toFile())
                            .start();
            while (System.nanoTime() - start < PATIENCE_NANOS && process.isAlive()) {
                Matcher ports = PORTS.matcher(Files.readString(out));
                if (ports.find()) {
                    int port = Integer.parseInt(ports.group(1));
                    if (isReady(port)) {
                        return new ServedProcess(
                                process,
                                port,
                                Integer.parseInt(ports.group(2)),
                                (System.nanoTime() - start) / 1e9);
                    }
                }
                Thread.sleep(20);
            }
            process.destroyForcibly();
            throw new NextactException(
                    Category.CAPACITY,
                    "the server did not start: "
                            + Files.readString(config.resolveSibling("serve.err")));
        } catch (IOException e) {
            throw new NextactException(
                    Category.CAPACITY, "cannot start the server: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isReady(int port) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + "/health/ready")
                                .toURL()
                                .openConnection();
        try {
            return connection.getResponseCode() == 200;
        } finally {
            connection.disconnect();
        }
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    /** Has the process collect its garbage. */
    void collectGarbage() {
        try {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(process.pid()),
                                    "GC.run")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException("jcmd GC.run failed: is this a JDK?");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    double secondsToReady() {
        return secondsToReady;
    }

    /** Resident memory and its most, in MiB. Linux only. */
    Map<String, Long> mebibytes() {
        try {
            Map<String, Long> found = new TreeMap<>();
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                for (String name : List.of("VmRSS", "VmHWM")) {
                    if (line.startsWith(name + ":")) {
                        String kibibytes = line.replaceAll("\\D", "");
                        found.put(name, Long.parseLong(kibibytes) / 1024);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
