package dev.nextact.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads another reader's rows on a thread of its own, so that reading and taking them share two
 * cores. Confined to the thread that takes; owns the reader it is given.
 */
final class ReadAhead implements RowReader {

    /** Few enough that the rows waiting are some megabytes. */
    private static final int ROWS_A_BATCH = 1024;

    /** Rows of a mess may be very long; so a batch ends early. */
    private static final int CHARACTERS_A_BATCH = 1 << 20;

    private static final int BATCHES = 8;

    private final RowReader reader;
    private final BlockingQueue<List<RawRow>> batches = new ArrayBlockingQueue<>(BATCHES);
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "nextact-read-ahead");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Future<?> reading;
    private List<RawRow> batch = List.of();
    private int place;
    private boolean ended;

    ReadAhead(RowReader reader) {
        this.reader = reader;
        this.reading =
                executor.submit(
                        () -> {
                            readAll();
                            return null;
                        });
    }

    private void readAll() throws IOException, InterruptedException {
        try {
            List<RawRow> rows = new ArrayList<>(ROWS_A_BATCH);
            long characters = 0;
            for (RawRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
                characters += row.characters();
                if (rows.size() == ROWS_A_BATCH || characters > CHARACTERS_A_BATCH) {
                    batches.put(rows);
                    rows = new ArrayList<>(ROWS_A_BATCH);
                    characters = 0;
                }
            }
            if (!rows.isEmpty()) {
                batches.put(rows);
            }
        } finally {
            batches.put(List.of()); // the end, or a failure that get() will tell
        }
    }

    @Override
    public List<String> columns() {
        return reader.columns();
    }

    @Override
    public Map<String, String> format() {
        return reader.format();
    }

    @Override
    public @Nullable RawRow next() throws IOException {
        if (place == batch.size()) {
            if (ended) {
                return null;
            }
            try {
                batch = batches.take();
                place = 0;
                if (batch.isEmpty()) {
                    ended = true;
                    reading.get();
                    return null;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return batch.get(place++);
    }

    /** Stops the reading, wherever it is. */
    @Override
    public void close() throws IOException {
        executor.shutdownNow();
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            batches.clear(); // lets the reader put its last batch and see that it is interrupted
            try {
                executor.awaitTermination(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
