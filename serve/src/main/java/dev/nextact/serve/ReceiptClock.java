package dev.nextact.serve;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time at which an event that tells none came: microseconds since 1970-01-01 UTC, never the
 * same and never less than before, so that a clock set back puts no event before an older one.
 * Thread-safe.
 */
final class ReceiptClock implements LongSupplier {

    private final Clock clock;
    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);

    ReceiptClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long getAsLong() {
        Instant instant = clock.instant();
        long now = instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
        return last.updateAndGet(before -> Math.max(before + 1, now));
    }
}
