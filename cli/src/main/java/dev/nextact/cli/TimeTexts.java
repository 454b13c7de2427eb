package dev.nextact.cli;

import dev.nextact.core.Spans;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads the spans and times that options are given; what is none is wrong usage. */
final class TimeTexts {

    private TimeTexts() {}

    /**
     * @param option whose value it is
     * @param example of a span that makes sense there
     */
    static Duration span(CommandSpec command, String option, String example, String text) {
        return Spans.parse(text)
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        command.commandLine(),
                                        option
                                                + ": expected a number and s, m, h, d or w, such as "
                                                + example
                                                + ", found '"
                                                + text
                                                + "'"));
    }

    /**
     * @param option whose value it is
     * @return microseconds since 1970-01-01 UTC
     */
    static long micros(CommandSpec command, String option, String text) {
        try {
            return Instant.parse(text).toEpochMilli() * 1000;
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    command.commandLine(),
                    option + ": expected a time such as 2025-02-20T00:00:00Z, found '" + text + "'",
                    e);
        }
    }
}
