package dev.nextact.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two network namespaces of Linux with a link between them that is no faster than asked: machines,
 * as far as a network goes. Needs root, {@code ip} and {@code tc}. The caller closes it.
 */
final class LinkedNamespaces implements AutoCloseable {

    /** One moment's worth that may pass at once; far less than a step sends. */
    private static final String BURST = "64kb";

    private static final List<String> NAMES = List.of("nextact-bench-0", "nextact-bench-1");
    private static final List<String> DEVICES = List.of("nxbench0", "nxbench1");

    private LinkedNamespaces() {}

    /**
     * @return nothing where this system has none, or does not let us make them
     */
    static Optional<LinkedNamespaces> open(double bitsPerSecond) {
        LinkedNamespaces linked = new LinkedNamespaces();
        linked.close(); // of a benchmark that was killed
        boolean made =
                Stream.of(0, 1).allMatch(end -> run("ip", "netns", "add", NAMES.get(end)))
                        && run(
                                "ip",
                                "link",
                                "add",
                                DEVICES.get(0),
                                "type",
                                "veth",
                                "peer",
                                "name",
                                DEVICES.get(1))
                        && Stream.of(0, 1).allMatch(end -> linked.attach(end, bitsPerSecond));
        if (made) {
            return Optional.of(linked);
        }
        linked.close();
        return Optional.empty();
    }

    private boolean attach(int end, double bitsPerSecond) {
        String device = DEVICES.get(end);
        return run("ip", "link", "set", device, "netns", NAMES.get(end))
                && within(end, "ip", "addr", "add", host(end) + "/30", "dev", device)
                && within(end, "ip", "link", "set", device, "up")
                && within(end, "ip", "link", "set", "lo", "up")
                && within(
                        end,
                        "tc",
                        "qdisc",
                        "add",
                        "dev",
                        device,
                        "root",
                        "tbf",
                        "rate",
                        String.format(Locale.ROOT, "%.0fbit", bitsPerSecond),
                        "burst",
                        BURST,
                        "latency",
                        "100ms");
    }

    private boolean within(int end, String... words) {
        return run(Stream.concat(prefix(end).stream(), Stream.of(words)).toArray(String[]::new));
    }

    /** Before a command that shall run at one end. */
    List<String> prefix(int end) {
        return List.of("ip", "netns", "exec", NAMES.get(end));
    }

    /** The number of one end. */
    String host(int end) {
        return "10.231.77." + (end + 1);
    }

    private static boolean run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        NAMES.forEach(name -> run("ip", "netns", "del", name)); // their devices go with them
    }
}
