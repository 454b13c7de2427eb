package dev.nextact.core;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as configs and commands write them: {@code 30m}, {@code 24h}, {@code 2w}. */
public final class Spans {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhdw])");

    private Spans() {}

    /** Empty where a text is no length of time. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = SPAN.matcher(text.strip().toLowerCase(Locale.ROOT));
        return matcher.matches()
                ? Optional.of(of(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

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

    /** As {@link #parse} reads it: days where they are whole, else hours, else seconds. */
    public static String text(Duration span) {
        long seconds = span.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds + "s";
    }
}
