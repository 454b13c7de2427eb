package dev.nextact.data;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks ten times a second at how much lies in a directory, and keeps the most: what a job needs of
 * the disk while it runs, of which nothing is left at its end. Thread-safe; who opens it closes it.
 */
final class DiskWatch implements AutoCloseable {

    private static final long MILLIS_BETWEEN_LOOKS = 100;

    private final Path directory;
    private final AtomicLong mostBytes = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);

    private DiskWatch(Path directory) {
        this.directory = directory;
    }

    static DiskWatch open(Path directory) {
        DiskWatch watch = new DiskWatch(directory);
        Thread thread = new Thread(watch::watch, "disk-watch");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private void watch() {
        try {
            do {
                look();
            } while (!closed.await(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        mostBytes.accumulateAndGet(bytes(directory), Math::max);
    }

    /** The most bytes seen so far. */
    long mostBytes() {
        look();
        return mostBytes.get();
    }

    /** What the files of a directory hold; a file that vanishes meanwhile counts nothing. */
    static long bytes(Path directory) {
        long[] bytes = {0};
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                            bytes[0] += facts.size();
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path dir, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            return bytes[0];
        }
        return bytes[0];
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
