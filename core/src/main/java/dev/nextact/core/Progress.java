package dev.nextact.core;

/**
 * Where a long job tells how far it is. The terminal shows a bar with the time left; elsewhere
 * plain lines appear.
 */
public interface Progress {

    /** One thing to wait for. */
    interface Task extends AutoCloseable {
        /**
         * @param done how much of the total is done by now
         * @param message the figures of the moment, such as {@code loss 5.31 · 32,000 targets/s}
         */
        void at(long done, String message);

        @Override
        void close();
    }

    /**
     * @param total in {@code unit}s; -1 where it is not known
     */
    Task start(String name, long total, String unit);

    /** A line of its own: a finding the user should see even when the bar is gone. */
    void say(String line);

    static Progress silent() {
        return new Progress() {
            @Override
            public Task start(String name, long total, String unit) {
                return new Task() {
                    @Override
                    public void at(long done, String message) {}

                    @Override
                    public void close() {}
                };
            }

            @Override
            public void say(String line) {}
        };
    }
}
