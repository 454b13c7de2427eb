package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every failure into one line on the terminal and an exit code: the only place that does. A
 * stack trace goes to a file, or to the terminal where {@code NEXTACT_DEBUG=1}.
 */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final String PREFIX = "nextact: ";

    private final Terminal terminal;

    public Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Wrong options or arguments. */
    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        StringBuilder line = new StringBuilder(oneLine(failure.getMessage()));
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                line.append("; did you mean ").append(suggestions.get(0)).append('?');
            }
        }
        report(line + " (see " + command.getCommandSpec().qualifiedName() + " --help)", failure);
        return Category.USAGE.exitCode();
    }

    /** A command that failed on its way. */
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult parseResult) {
        Throwable cause =
                failure instanceof CommandLine.ExecutionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return handle(cause);
    }

    /**
     * @param cause what ended the command, an {@link Error} included
     * @return the exit code
     */
    public int handle(Throwable cause) {
        if (cause instanceof NextactException known) {
            report(oneLine(known.getMessage()), known);
            return known.category().exitCode();
        }
        Optional<OutOfMemoryError> outOfMemory = outOfMemory(cause);
        if (outOfMemory.isPresent()) {
            report(
                    "out of memory (%s); give Java more, such as NEXTACT_JAVA_OPTS=-Xmx4g"
                            .formatted(oneLine(outOfMemory.get().getMessage())),
                    cause);
            return Category.CAPACITY.exitCode();
        }
        report(
                "internal error, which should not happen: %s: %s%s"
                        .formatted(
                                cause.getClass().getSimpleName(),
                                oneLine(cause.getMessage()),
                                whereTheTraceIs(cause)),
                cause);
        return Category.INTERNAL.exitCode();
    }

    /** A worker thread's error comes wrapped in the exception of who awaited it. */
    private static Optional<OutOfMemoryError> outOfMemory(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof OutOfMemoryError found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private void report(String line, Throwable cause) {
        terminal.err().println(PREFIX + line);
        if (terminal.isDebugging()) {
            cause.printStackTrace(terminal.err());
        }
    }

    private static String whereTheTraceIs(Throwable cause) {
        try {
            Path file = Files.createTempFile("nextact-error-", ".log");
            try (PrintWriter log =
                    new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
                cause.printStackTrace(log);
            }
            return " (the stack trace is in " + file + "; please report it)";
        } catch (IOException e) {
            return " (the stack trace could not be written: "
                    + oneLine(e.getMessage())
                    + "; NEXTACT_DEBUG=1 shows it)";
        }
    }

    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
