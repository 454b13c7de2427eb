package dev.nextact.serve.http;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * So many requests a second for each caller, with bursts of up to a second's worth (generic cell
 * rate algorithm: one number a caller, the time at which it would be idle again). A fixed table:
 * callers whose hashes fall together share a place, and nobody can make it grow. Thread-safe.
 */
final class RateLimit {

    private static final int PLACES = 1 << 14;
    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private final LongSupplier nanos;
    private final AtomicLongArray idleAt = new AtomicLongArray(PLACES);
    private final long start;

    /**
     * @param perSecond 0 = any number
     * @param nanos a clock that never goes back
     */
    RateLimit(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Takes one request's worth, if the caller has it. */
    boolean allows(String caller) {
        if (perSecond == 0) {
            return true;
        }
        int hash = caller.hashCode() * 0x9E3779B9;
        int place = hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(PLACES));
        long cost = SECOND / perSecond;
        long now = nanos.getAsLong() - start;
        while (true) {
            long idle = idleAt.get(place);
            long next = Math.max(idle, now) + cost;
            if (next - now > SECOND) {
                return false;
            }
            if (idleAt.compareAndSet(place, idle, next)) {
                return true;
            }
        }
    }
}
