package dev.nextact.cli;

import dev.nextact.core.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Progress where nobody watches (a log file, a pipe): a plain line when a task begins to be long,
 * then at most one every ten seconds.
 */
final class LineProgress implements Progress {

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PrintStream err;
    private final LongSupplier nanoClock;

    /**
     * @param nanoClock as {@link System#nanoTime}
     */
    LineProgress(PrintStream err, LongSupplier nanoClock) {
        this.err = err;
        this.nanoClock = nanoClock;
    }

    @Override
    public Task start(String name, long total, String unit) {
        return new LineTask(name, total, unit, nanoClock.getAsLong());
    }

    @Override
    public void say(String line) {
        err.println(line);
    }

    private final class LineTask implements Task {
        private final String name;
        private final long total;
        private final String unit;
        private final long startedAt;
        private long spokeAt;
        private long done;

        LineTask(String name, long total, String unit, long startedAt) {
            this.name = name;
            this.total = total;
            this.unit = unit;
            this.startedAt = startedAt;
            this.spokeAt = startedAt;
        }

        @Override
        public void at(long newDone, String message) {
            done = newDone;
            long now = nanoClock.getAsLong();
            if (now - spokeAt < INTERVAL.toNanos()) {
                return;
            }
            spokeAt = now;
            StringBuilder line = new StringBuilder(name).append(": ").append(amount(done));
            if (total > 0) {
                line.append(String.format(Locale.ROOT, " of %s", amount(total)));
            }
            line.append(' ').append(unit);
            if (total > 0 && done > 0) {
                double left = (now - startedAt) / 1e9 * (total - done) / done;
                line.append(", about ").append(seconds(left)).append(" left");
            }
            if (!message.isEmpty()) {
                line.append(" · ").append(message);
            }
            err.println(line);
        }

        @Override
        public void close() {
            if (done == 0) {
                return; // it failed at once, and the error says why
            }
            double took = (nanoClock.getAsLong() - startedAt) / 1e9;
            err.println(name + ": " + amount(done) + " " + unit + " in " + seconds(took));
        }
    }

    private static String amount(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 0.4 s}, {@code 12 s}, {@code 3:05 min}, {@code 2:00:10 h}. */
    static String seconds(double seconds) {
        long whole = Math.round(seconds);
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
        }
        return String.format(
                Locale.ROOT, "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
