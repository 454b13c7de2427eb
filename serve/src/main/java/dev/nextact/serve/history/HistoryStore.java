package dev.nextact.serve.history;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the newest events of every shopper. Thread-safe; the caller closes it.
 *
 * <p>Promises: an event whose {@code append} is done survives the death of the process; the next
 * {@code last} sees it; sent again, it counts once, as long as the first is kept; one that comes
 * late is placed by its time, behind those of equal time; beyond the newest {@code events} of a
 * shopper and after the {@code keep} of the rules, events are gone.
 */
public interface HistoryStore extends AutoCloseable {

    /**
     * Keeps events; all of them, or none if it fails.
     *
     * @return done when they are durable. It fails with {@link StoreOverloaded} when too much waits
     *     to be written, with {@code NextactException} of category CAPACITY when it cannot write
     */
    CompletableFuture<Void> append(List<ShopperEvent> events);

    /**
     * The newest events of a shopper.
     *
     * @return at most {@code most}, oldest first
     */
    List<PastEvent> last(String user, int most);

    /**
     * Shoppers of whom there are events, by their ids in the order of UTF-8; also such whose events
     * are all too old and not yet gone.
     *
     * @param prefix of the ids; may be empty
     * @param after the ids come behind it; may be empty
     * @return at most {@code most}
     */
    List<String> users(String prefix, String after, int most);

    /**
     * Forgets a shopper.
     *
     * @return done when no {@code last} will find anything any more
     */
    CompletableFuture<Void> forget(String user);

    /**
     * Takes from the disk what was forgotten.
     *
     * @return done when the bytes are gone, as far as this process can tell
     */
    CompletableFuture<Void> purge();

    /** Whether it can take and give events now. */
    boolean isReady();

    @Override
    void close();
}
