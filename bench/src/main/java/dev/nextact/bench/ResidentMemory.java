package dev.nextact.bench;

import dev.nextact.core.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Progress} that reads this process's resident memory, Java's heap and all native
 * libraries, at every report of the task {@code train}, and keeps the most of each epoch. Linux
 * only.
 */
final class ResidentMemory implements Progress {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final Progress shown;
    private final int epochs;
    private final List<Long> mostPerEpoch = new ArrayList<>();
    private final List<Long> heapPerEpoch = new ArrayList<>();

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

    @Override
    public Task start(String name, long total, String unit) {
        Task task = shown.start(name, total, unit);
        if (!name.equals("train")) {
            return task;
        }
        return new Task() {
            @Override
            public void at(long done, String message) {
                record((int) Math.min(epochs - 1L, Math.max(0, done - 1) * epochs / total));
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

    private void record(int epoch) {
        long now = resident();
        while (mostPerEpoch.size() <= epoch) {
            mostPerEpoch.add(0L);
            heapPerEpoch.add(0L);
        }
        heapPerEpoch.set(epoch, Runtime.getRuntime().totalMemory());
        mostPerEpoch.set(epoch, Math.max(now, mostPerEpoch.get(epoch)));
    }

    private static long resident() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
                    return Long.parseLong(kibibytes) * 1024;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(STATUS + " has no " + RESIDENT);
    }
}
