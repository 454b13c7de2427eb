package dev.nextact.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Progress} that reads this process's resident memory, Java's heap and all native
 * libraries, at every report of the task {@code train}, and keeps the most of each epoch; and what
 * the epoch takes of the processors. Linux only.
 */
final class ResidentMemory implements Progress {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final String PEAK = "VmHWM:";

    private static final OperatingSystemMXBean PROCESSOR =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Progress shown;
    private final int epochs;
    private final List<Long> mostPerEpoch = new ArrayList<>();
    private final List<Long> heapPerEpoch = new ArrayList<>();
    private final List<Double> processorMicros = new ArrayList<>();
    private long begunAt;
    private long begunNanos;

    /**
     * @param shown where the progress goes on to
     */
    ResidentMemory(Progress shown, int epochs) {
        this.shown = shown;
        this.epochs = epochs;
    }

    static boolean canBeRead() {
        return Files.isReadable(STATUS);
    }

    /** Bytes, by epoch. */
    List<Long> mostPerEpoch() {
        return List.copyOf(mostPerEpoch);
    }

    /** Bytes that Java's heap took from the system, at the end of each epoch. */
    List<Long> heapPerEpoch() {
        return List.copyOf(heapPerEpoch);
    }

    /** What all threads, the compiler's too, had of the processors for a target, by epoch. */
    List<Double> processorMicros() {
        return List.copyOf(processorMicros);
    }

    @Override
    public Task start(String name, long total, String unit) {
        Task task = shown.start(name, total, unit);
        if (!name.equals("train")) {
            return task;
        }
        return new Task() {
            @Override
            public void at(long done, String message) {
                record((int) Math.min(epochs - 1L, Math.max(0, done - 1) * epochs / total), done);
                task.at(done, message);
            }

            @Override
            public void close() {
                task.close();
            }
        };
    }

    @Override
    public void say(String line) {
        shown.say(line);
    }

    private void record(int epoch, long done) {
        long resident = read(RESIDENT);
        while (mostPerEpoch.size() <= epoch) {
            mostPerEpoch.add(0L);
            heapPerEpoch.add(0L);
            processorMicros.add(0.0);
            begunAt = done;
            begunNanos = PROCESSOR.getProcessCpuTime();
        }
        double micros = (PROCESSOR.getProcessCpuTime() - begunNanos) / 1e3;
        processorMicros.set(epoch, micros / Math.max(1, done - begunAt));
        heapPerEpoch.set(epoch, Runtime.getRuntime().totalMemory());
        mostPerEpoch.set(epoch, Math.max(resident, mostPerEpoch.get(epoch)));
    }

    /** The most that this process has held until now, in bytes. */
    static long peak() {
        return read(PEAK);
    }

    private static long read(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    String kibibytes = line.substring(name.length()).replace("kB", "").strip();
                    return Long.parseLong(kibibytes) * 1024;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(STATUS + " has no " + name);
    }
}
