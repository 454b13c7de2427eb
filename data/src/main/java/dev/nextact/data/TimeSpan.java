package dev.nextact.data;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** From when to when a column of times reaches, by a sample of it; empty spans are zero long. */
record TimeSpan(Instant first, Instant last) {

    static TimeSpan of(ColumnProfile column) {
        long[] micros =
                column.times().stream()
                        .flatMap(times -> column.sample().stream().map(times::micros))
                        .filter(OptionalLong::isPresent)
                        .mapToLong(OptionalLong::getAsLong)
                        .sorted()
                        .toArray();
        if (micros.length == 0) {
            return new TimeSpan(Instant.EPOCH, Instant.EPOCH);
        }
        // one in a thousand at either end may be a clock that went wrong
        int stray = micros.length / 1000;
        return new TimeSpan(instant(micros[stray]), instant(micros[micros.length - 1 - stray]));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    TimeSpan and(TimeSpan other) {
        return new TimeSpan(
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last);
    }

    Duration length() {
        return Duration.between(first, last);
    }
}
