package dev.nextact.core.plan;

import java.util.List;
import java.util.Locale;

/**
 * What is asked of a {@link Plan}.
 *
 * @param events of the raw log
 * @param users shoppers, at most as many as events
 * @param items V
 * @param machines numbers of machines to plan for; 1 is one machine without a cluster
 * @param machine what each is
 * @param network what is trained
 * @param epochs over the training part
 * @param k items of an answer
 */
public record Workload(
        long events,
        long users,
        long items,
        List<Integer> machines,
        Machine machine,
        Training network,
        int epochs,
        int k) {

    private static final double MOST_EVENTS = 1e13;
    private static final int MOST_MACHINES = 10_000;

    /** Width of a head, where there are several. */
    private static final int HEAD_WIDTH = 32;

    /**
     * A machine.
     *
     * @param cores for us
     * @param gigabits a second, of its link in each direction; the shared disk's is no faster
     * @param diskMegabytes a second, read or written
     * @param memory bytes that the SQL engine may hold, as {@code prepare --memory}
     */
    public record Machine(int cores, double gigabits, double diskMegabytes, long memory) {

        public Machine {
            within("cores", cores, 1, 1024);
            within("link", gigabits, 1e-3, 1e4);
            within("disk", diskMegabytes, 1, 1e6);
            within("memory", (double) memory, 1 << 26, (double) (1L << 50));
        }

        double linkBytesPerSecond() {
            return gigabits * 1e9 / 8;
        }

        double diskBytesPerSecond() {
            return diskMegabytes * 1e6;
        }
    }

    /**
     * A transformer learned with sampled negatives, as {@code model} and {@code train} of a config.
     *
     * @param width D
     * @param layers of the encoder
     * @param length the most events of a history
     * @param negatives N, drawn for each step
     * @param batch histories a step, over all machines
     */
    public record Training(int width, int layers, int length, int negatives, int batch) {

        public Training {
            within("width", width, 1, 4096);
            within("layers", layers, 1, 64);
            within("length", length, 1, 10_000);
            within("negatives", negatives, 1, 10_000_000);
            within("batch", batch, 1, 1_000_000);
        }

        /** Dense weights: those of the encoder. */
        double denseValues() {
            double square = (double) width * width;
            return layers * (12 * square + 13 * width) + (length + 2.0) * width;
        }

        int heads() {
            return Math.max(1, width / HEAD_WIDTH);
        }

        /**
         * Multiplications on the way forward that a token costs the encoder: 12 D² of the
         * projections and the feed-forward of a layer, 2 D for each token attended to.
         *
         * @param attended tokens, on the average
         */
        public double encoderMultiplications(double attended) {
            return layers * (12.0 * width * width + 2 * width * attended);
        }
    }

    public Workload {
        machines = List.copyOf(machines);
        within("events", (double) events, 1, MOST_EVENTS);
        within("users", (double) users, 1, Integer.MAX_VALUE);
        within("items", (double) items, 1, Integer.MAX_VALUE);
        if (users > events) {
            throw new IllegalArgumentException(
                    "users: expected at most one for each of %,d events, found %,d"
                            .formatted(events, users));
        }
        if (machines.isEmpty()) {
            throw new IllegalArgumentException("machines: expected a number, found none");
        }
        machines.forEach(count -> within("machines", count, 1, MOST_MACHINES));
        within("epochs", epochs, 1, 1_000_000);
        within("k", k, 1, 10_000);
    }

    double eventsPerUser() {
        return events / (double) users;
    }

    private static void within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "%s: expected %s to %s, found %s"
                            .formatted(name, text(least), text(most), text(value)));
        }
    }

    private static String text(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : Double.toString(value);
    }
}
