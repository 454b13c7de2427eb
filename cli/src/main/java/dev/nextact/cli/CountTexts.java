package dev.nextact.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads large whole numbers that options are given; what is none is wrong usage. */
final class CountTexts {

    /** Digits, which underscores may group, and a power of ten: {@code 1.5e9}. */
    private static final Pattern COUNT =
            Pattern.compile("-?\\d[\\d_]{0,30}(\\.\\d{1,15})?([eE]\\+?\\d{1,2})?");

    private CountTexts() {}

    /**
     * @param option whose value it is
     */
    static long count(CommandSpec command, String option, String text) {
        if (COUNT.matcher(text).matches()) {
            try {
                return new BigDecimal(text.replace("_", "")).longValueExact();
            } catch (ArithmeticException e) {
                throw wrong(command, option, text, e);
            }
        }
        throw wrong(command, option, text, null);
    }

    /**
     * @param text numbers by commas
     */
    static List<Integer> counts(CommandSpec command, String option, String text) {
        List<Integer> counts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            long count = count(command, option, one.strip());
            if (Math.abs(count) > Integer.MAX_VALUE) {
                throw new ParameterException(
                        command.commandLine(),
                        String.format(
                                Locale.ROOT,
                                "%s: expected at most %,d, found '%s'",
                                option,
                                Integer.MAX_VALUE,
                                one.strip()));
            }
            counts.add((int) count);
        }
        return counts;
    }

    private static ParameterException wrong(
            CommandSpec command, String option, String text, @Nullable Throwable cause) {
        return new ParameterException(
                command.commandLine(),
                option
                        + ": expected a whole number such as 20000000, 1_000_000_000 or 1e9, found '"
                        + text
                        + "'",
                cause);
    }
}
