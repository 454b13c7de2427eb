package dev.nextact.cli;

import dev.nextact.core.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command writes: results to {@code out}, everything about the way there to {@code err}.
 *
 * @param interactive whether a person watches {@code err}
 * @param columns its width
 * @param environment variables such as {@code NEXTACT_DEBUG}
 */
public record Terminal(
        PrintStream out,
        PrintStream err,
        boolean interactive,
        int columns,
        Map<String, String> environment) {

    private static final int DEFAULT_COLUMNS = 100;

    /** Below this, tables are not squeezed any further. */
    private static final int LEAST_COLUMNS = 40;

    public Terminal {
        environment = Map.copyOf(environment);
    }

    /**
     * The terminal of this process. The launcher says whether it is one, because {@code
     * System.console()} answers differently from one Java to the next.
     */
    public static Terminal ofProcess() {
        return new Terminal(
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Boolean.getBoolean("nextact.terminal"),
                Math.max(LEAST_COLUMNS, Integer.getInteger("nextact.columns", DEFAULT_COLUMNS)),
                System.getenv());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    public Progress progress() {
        return interactive ? new BarProgress(this) : new LineProgress(err, System::nanoTime);
    }

    /** Unbuffered by anything but the stream, for picocli. */
    public PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    public PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    boolean isDebugging() {
        return "1".equals(environment.get("NEXTACT_DEBUG"));
    }

    /** See no-color.org. */
    boolean hasColour() {
        return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Whether the locale can show more than ASCII; the first variable that is set decides. */
    boolean hasUnicode() {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(name, "").toUpperCase(Locale.ROOT);
            if (!locale.isEmpty()) {
                return locale.contains("UTF-8") || locale.contains("UTF8");
            }
        }
        return false;
    }
}
