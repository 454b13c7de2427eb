package dev.nextact.data;

/** Runs the numbered SQL steps of this module's resources. */
interface SqlEngine extends AutoCloseable {

    /** Runs every statement of the step. */
    void run(SqlStep step);

    /**
     * Runs every statement of {@code sql/<step>.sql}.
     *
     * @param parameters name and value by turns; see {@link SqlStep}
     */
    default void run(String step, Object... parameters) {
        run(SqlStep.load(step).with(parameters));
    }

    @Override
    void close();
}
