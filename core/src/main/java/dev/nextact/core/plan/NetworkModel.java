package dev.nextact.core.plan;

/**
 * How long a sum over several processes takes: Gloo sends each part of a vector round a ring, twice
 * (Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations",
 * §3), so that of n processes each waits 2(n − 1) times for its neighbour and sends 2(n − 1)/n of
 * the vector. That all wait for the slowest it does not know.
 *
 * @param hopSeconds until a neighbour has what was sent, however little it is
 * @param bytesPerSecond of a link in one direction
 */
public record NetworkModel(double hopSeconds, double bytesPerSecond) {

    public NetworkModel {
        if (!(hopSeconds >= 0)) {
            throw new IllegalArgumentException(
                    "hopSeconds: expected 0 or more, found " + hopSeconds);
        }
        if (!(bytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "bytesPerSecond: expected more than 0, found " + bytesPerSecond);
        }
    }

    /**
     * From sums of two processes.
     *
     * @param little seconds of a sum of one value
     * @param much seconds of one of many
     * @param bytes how many those are
     */
    public static NetworkModel of(double little, double much, double bytes) {
        return new NetworkModel(little / 2, bytes / Math.max(1e-9, much - little));
    }

    /** The same processes on a link that is no faster than this. */
    public NetworkModel limitedTo(double bitsPerSecond) {
        return new NetworkModel(hopSeconds, Math.min(bytesPerSecond, bitsPerSecond / 8));
    }

    /**
     * Of one sum.
     *
     * @param processes n, at least 1
     * @param bytes of the vector
     */
    public double seconds(int processes, double bytes) {
        return waitingSeconds(processes) + sentBytes(processes, bytes) / bytesPerSecond;
    }

    /** The part of a sum that does not depend on the vector. */
    double waitingSeconds(int processes) {
        return hops(processes) * hopSeconds;
    }

    /**
     * What each process sends for a sum.
     *
     * @param bytes of the vector
     */
    static double sentBytes(int processes, double bytes) {
        return hops(processes) / processes * bytes;
    }

    private static double hops(int processes) {
        if (processes < 1) {
            throw new IllegalArgumentException("processes: expected 1 or more, found " + processes);
        }
        return 2.0 * (processes - 1);
    }
}
