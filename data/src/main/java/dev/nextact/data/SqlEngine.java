package dev.nextact.data;

/** Runs the numbered SQL steps of this module's resources. */
interface SqlEngine extends AutoCloseable {

    /**
     * Runs every statement of {@code sql/<step>.sql}.
     *
     * @param parameters name and value by turns; {@code :name} in the text stands for the value
     */
    void run(String step, Object... parameters);

    @Override
    void close();
}
