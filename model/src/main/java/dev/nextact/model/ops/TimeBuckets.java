package dev.nextact.model.ops;

/**
 * The time between an event and one that it sees, as one of a few whole numbers: 0 under 1,024
 * microseconds, from there one to a doubling, up to 17.8 years and more. Zhai et al. 2024, §3.2,
 * has the logarithm too; its published code counts whole seconds, so all that is shorter is one
 * bucket there.
 */
public final class TimeBuckets {

    /** How many there are. */
    public static final int COUNT = 41;

    /** The unit, about a millisecond; a power of 2 makes every bound one of whole microseconds. */
    public static final long TICK_MICROS = 1024;

    /** The longest time that is told from a longer one. */
    private static final long MOST_MICROS = (TICK_MICROS << (COUNT - 1)) - 1;

    private TimeBuckets() {}

    /**
     * How many binary digits the time has in ticks.
     *
     * @param micros between the two; below 0 where the clock ran backwards, which counts as 0
     */
    public static int of(long micros) {
        long ticks = Math.min(Math.max(micros, 0), MOST_MICROS) / TICK_MICROS;
        return Long.SIZE - Long.numberOfLeadingZeros(ticks);
    }

    /** The least time of each bucket but 0, in microseconds: [COUNT - 1]. */
    public static long[] bounds() {
        long[] bounds = new long[COUNT - 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = TICK_MICROS << i;
        }
        return bounds;
    }
}
