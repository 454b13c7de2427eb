package dev.nextact.core;

import java.time.Duration;

/** Lengths of time as configs and commands write them: {@code 30m}, {@code 24h}, {@code 2w}. */
public final class Spans {

    private Spans() {}

    /**
     * @param unit {@code s}, {@code m}, {@code h}, {@code d} or {@code w}
     */
    public static Duration of(long number, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            case "w" -> Duration.ofDays(number * 7);
            default ->
                    throw new IllegalArgumentException(
                            "unit: expected s, m, h, d or w, found '" + unit + "'");
        };
    }
}
