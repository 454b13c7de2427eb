package dev.nextact.serve.stream;

import dev.nextact.serve.history.ShopperEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose messages are {@code user item} or {@code user item id}. */
final class Words implements StreamedServer {

    final AtomicInteger kept = new AtomicInteger();
    final AtomicInteger passedOver = new AtomicInteger();
    final List<String> asked = new ArrayList<>();

    /** Predictions that fail before one comes. */
    int failures;

    @Override
    public ShopperEvent event(byte[] json, String id, long timeMicros) {
        String[] words = new String(json, StandardCharsets.UTF_8).split(" ", -1);
        if (words.length < 2) {
            throw new IllegalArgumentException("expected user and item");
        }
        return new ShopperEvent(
                words.length > 2 ? words[2] : id, words[0], words[1], "view", timeMicros);
    }

    @Override
    public CompletableFuture<byte[]> next(String user, long deadlineNanos) {
        asked.add(user);
        return failures-- > 0
                ? CompletableFuture.failedFuture(new IllegalStateException("overloaded"))
                : CompletableFuture.completedFuture(
                        ("next of " + user).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void kept(List<ShopperEvent> events) {
        kept.addAndGet(events.size());
    }

    @Override
    public void passedOver() {
        passedOver.incrementAndGet();
    }
}
