package dev.nextact.cli;

/**
 * Ctrl-C while a command runs: the terminal gets its line back and is told how to go on. What is
 * half written stays under a temporary name, so there is nothing to clean up. Java ends with exit
 * code 130.
 */
final class Interruption implements AutoCloseable {

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    static Interruption watch(Terminal terminal) {
        Thread hook =
                new Thread(
                        () -> {
                            terminal.err().println();
                            terminal.err()
                                    .println(
                                            "nextact: stopped; results are written whole or not at"
                                                    + " all, and nextact train --resume goes on with a"
                                                    + " training");
                        },
                        "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    /** The command has ended by itself. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shutdownHasBegun) {
            // then the message is wanted
        }
    }
}
