package dev.nextact.serve.stream;

import dev.nextact.serve.history.ShopperEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a stream needs of the server it feeds. Thread-safe. */
public interface StreamedServer {

    /**
     * Reads an event as {@code POST /v1/events} does.
     *
     * @param id of an event that tells none
     * @param timeMicros of an event that tells none, microseconds since 1970-01-01 UTC
     * @throws IllegalArgumentException when it is no event, and why
     */
    ShopperEvent event(byte[] json, String id, long timeMicros);

    /**
     * What is next for a shopper, as {@code POST /v1/predict/next} answers, with {@code user}.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @return JSON; it fails where there is no answer in time
     */
    CompletableFuture<byte[]> next(String user, long deadlineNanos);

    /** Events are in the store. */
    void kept(List<ShopperEvent> events);

    /** A message was no event and was passed over. */
    void passedOver();
}
