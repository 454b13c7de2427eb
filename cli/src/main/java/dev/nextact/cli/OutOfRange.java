package dev.nextact.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** An option's value that the use case refuses is wrong usage, not an internal error. */
final class OutOfRange {

    private OutOfRange() {}

    /**
     * @param settings makes what a use case is asked for; its {@link IllegalArgumentException}
     *     begins with the option's name
     * @throws ParameterException in the place of that exception
     */
    static <T> T asUsageError(CommandSpec command, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(
                    command.commandLine(), "--" + outOfRange.getMessage(), outOfRange);
        }
    }
}
