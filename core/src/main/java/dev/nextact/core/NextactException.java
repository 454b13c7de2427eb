package dev.nextact.core;

/**
 * A failure told to the user: what was found, where (file, line, column), and what to do. The
 * category is mapped once to an exit code and once to an HTTP status.
 */
public final class NextactException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, each with the exit code of a command that ends with it. */
    public enum Category {
        INTERNAL(1),
        USAGE(2),
        INPUT(3),
        BUNDLE(4),
        QUALITY(5),
        CAPACITY(6);

        private final int exitCode;

        Category(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Category category;

    public NextactException(Category category, String message) {
        super(message);
        this.category = category;
    }

    public NextactException(Category category, String message, Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    /** The data or the config is at fault. */
    public static NextactException input(String format, Object... args) {
        return new NextactException(Category.INPUT, String.format(format, args));
    }

    /** A model bundle is at fault: corrupt, incomplete, or of an unknown version. */
    public static NextactException bundle(String format, Object... args) {
        return new NextactException(Category.BUNDLE, String.format(format, args));
    }

    public Category category() {
        return category;
    }
}
