package dev.nextact.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --memory SIZE} of the commands that run SQL. */
public final class MemoryOption {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([mg])b?");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "2g",
            description =
                    "What the SQL engine may hold in memory, beside Java's heap; the rest goes to"
                            + " disk (default: ${DEFAULT-VALUE}).")
    private String size = "2g";

    long bytes() {
        return bytes(size, spec);
    }

    /**
     * @param size such as {@code 512m}
     * @param spec of the command, for a usage error
     */
    static long bytes(String size, CommandSpec spec) {
        Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new ParameterException(
                    new CommandLine(spec.root()),
                    "--memory: found '" + size + "', expected a size such as 512m or 2g");
        }
        return Long.parseLong(matcher.group(1)) << (matcher.group(2).equals("g") ? 30 : 20);
    }
}
