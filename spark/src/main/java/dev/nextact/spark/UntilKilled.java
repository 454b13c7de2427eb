package dev.nextact.spark;

import dev.nextact.core.Progress;
import org.apache.spark.TaskContext;

/**
 * Ends a task that Spark has given up, at its next step: Spark itself only marks it, and another
 * attempt would find its core taken.
 */
final class UntilKilled implements Progress {

    private final TaskContext context;
    private final Progress progress;

    UntilKilled(TaskContext context, Progress progress) {
        this.context = context;
        this.progress = progress;
    }

    @Override
    public Task start(String name, long total, String unit) {
        Task task = progress.start(name, total, unit);
        return new Task() {
            @Override
            public void at(long done, String message) {
                if (context.isInterrupted()) {
                    throw new IllegalStateException("Spark has given this task up");
                }
                task.at(done, message);
            }

            @Override
            public void close() {
                task.close();
            }
        };
    }

    @Override
    public void say(String line) {
        progress.say(line);
    }
}
