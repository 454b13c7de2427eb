package dev.nextact.spark;

import dev.nextact.core.Progress;
import dev.nextact.train.Rendezvous;
import java.time.Duration;

/**
 * Tells the driver, who reads it with {@link HeardProgress}, how far a training is. Confined to one
 * thread.
 */
final class SpokenProgress implements Progress {

    /** A step may take a millisecond, and nobody reads as fast. */
    private static final long EVERY_NANOS = Duration.ofMillis(250).toNanos();

    private final Rendezvous meeting;
    private final String name;
    private int lines;
    private int tasks;

    /**
     * @param name of the attempt
     */
    SpokenProgress(Rendezvous meeting, String name) {
        this.meeting = meeting;
        this.name = name;
    }

    @Override
    public Task start(String what, long total, String unit) {
        int number = ++tasks;
        return new Task() {
            private long toldNanos = System.nanoTime() - EVERY_NANOS;

            @Override
            public void at(long done, String message) {
                long now = System.nanoTime();
                if (now - toldNanos >= EVERY_NANOS) {
                    toldNanos = now;
                    Told told = new Told(number, what, total, unit, done, message);
                    meeting.put(Told.key(name), told.toText());
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void say(String line) {
        meeting.put(lineKey(name, lines++), line);
    }

    static String lineKey(String name, int number) {
        return name + "/line/" + number;
    }

    /**
     * Where the newest task of an attempt is.
     *
     * @param number of the task
     */
    record Told(int number, String what, long total, String unit, long done, String message) {

        static String key(String name) {
            return name + "/task";
        }

        String toText() {
            return String.join(
                    "\n",
                    Integer.toString(number),
                    what,
                    Long.toString(total),
                    unit,
                    Long.toString(done),
                    message);
        }

        static Told of(String text) {
            String[] parts = text.split("\n", 6);
            return new Told(
                    Integer.parseInt(parts[0]),
                    parts[1],
                    Long.parseLong(parts[2]),
                    parts[3],
                    Long.parseLong(parts[4]),
                    parts[5]);
        }
    }
}
