package dev.nextact.serve.live;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work that takes long, one piece after the other on a thread of its own, while the server answers.
 * Thread-safe; the caller closes it.
 */
public final class Background implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread one = new Thread(task, "background");
                        one.setDaemon(true);
                        return one;
                    });

    /**
     * @return its result; it fails as the work does
     */
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, thread);
    }

    /** Interrupts what is under way, and begins nothing more. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
