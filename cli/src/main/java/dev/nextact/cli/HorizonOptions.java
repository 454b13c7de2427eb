package dev.nextact.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What is asked about, within which time, and from which moment on. */
final class HorizonOptions {

    @Option(
            names = "--behaviour",
            paramLabel = "NAME",
            description = "Of which behaviour (default: the config's target).")
    private @Nullable String behaviour;

    @Option(
            names = "--horizon",
            paramLabel = "SPAN",
            description = "Such as 24h, 30d (default: the config's).")
    private @Nullable String horizon;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The moment asked about, UTC (default: the end of the log).")
    private @Nullable String at;

    /** Its name. */
    String behaviour(Supplier<String> otherwise) {
        return behaviour == null ? otherwise.get() : behaviour;
    }

    /**
     * @param spec of the command, for its errors
     */
    Duration horizon(CommandSpec spec, Supplier<Duration> otherwise) {
        return horizon == null
                ? otherwise.get()
                : TimeTexts.span(spec, "--horizon", "24h", horizon);
    }

    /**
     * @param spec of the command, for its errors
     * @return microseconds since 1970-01-01 UTC
     */
    Optional<Long> atMicros(CommandSpec spec) {
        return Optional.ofNullable(at).map(text -> TimeTexts.micros(spec, "--at", text));
    }
}
