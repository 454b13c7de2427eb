package dev.nextact.bench;

/**
 * How long a sum over several processes takes: Gloo sends each part of a vector round a ring, twice
 * (Patarasuk and Yuan 2009), so that of n processes each waits 2(n − 1) times for its neighbour and
 * sends 2(n − 1)/n of the vector.
 *
 * @param hopSeconds until a neighbour has what was sent, however little it is
 * @param bytesPerSecond of a link in one direction
 */
record NetworkModel(double hopSeconds, double bytesPerSecond) {

    /**
     * From sums of two processes.
     *
     * @param little seconds of a sum of one value
     * @param much seconds of one of many
     * @param bytes how many those are
     */
    static NetworkModel of(double little, double much, double bytes) {
        return new NetworkModel(little / 2, bytes / Math.max(1e-9, much - little));
    }

    /** The same processes on a link that is no faster than this. */
    NetworkModel limitedTo(double bitsPerSecond) {
        return new NetworkModel(hopSeconds, Math.min(bytesPerSecond, bitsPerSecond / 8));
    }

    double seconds(int processes, double bytes) {
        double rounds = 2.0 * (processes - 1);
        return rounds * hopSeconds + rounds / processes * bytes / bytesPerSecond;
    }
}
