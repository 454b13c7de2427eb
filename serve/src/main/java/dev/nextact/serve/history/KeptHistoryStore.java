package dev.nextact.serve.history;

import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Tombstones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A store that knows shoppers by their pseudonyms alone, where the config asks for them, and takes
 * nothing more of who was forgotten: whoever asks for them finds a stranger. Thread-safe; closes
 * the store behind it.
 */
public final class KeptHistoryStore implements HistoryStore {

    private final HistoryStore store;
    private final Pseudonyms pseudonyms;
    private final Tombstones tombstones;
    private final Optional<Set<String>> fields;

    /** Another process may have forgotten somebody. */
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000;

    private final AtomicLong lookedNanos = new AtomicLong(System.nanoTime());

    /** Between the look at the tombstones and the append nobody may be forgotten. */
    private final ReentrantReadWriteLock looking = new ReentrantReadWriteLock();

    /**
     * @param fields that are kept of events; absent = all
     */
    public KeptHistoryStore(
            HistoryStore store,
            Pseudonyms pseudonyms,
            Tombstones tombstones,
            Optional<Set<String>> fields) {
        this.store = store;
        this.pseudonyms = pseudonyms;
        this.tombstones = tombstones;
        this.fields = fields;
    }

    private boolean isForgotten(String user) {
        long last = lookedNanos.get();
        long now = System.nanoTime();
        if (now - last > LOOK_AGAIN_NANOS && lookedNanos.compareAndSet(last, now)) {
            tombstones.refresh();
        }
        return tombstones.covers(user);
    }

    @Override
    public CompletableFuture<Void> append(List<ShopperEvent> events) {
        List<ShopperEvent> kept = new ArrayList<>(events.size());
        looking.readLock().lock();
        try {
            for (ShopperEvent event : events) {
                String user = pseudonyms.ofUser(event.user());
                if (!isForgotten(user)) {
                    kept.add(kept(event, user));
                }
            }
            return kept.isEmpty() ? CompletableFuture.completedFuture(null) : store.append(kept);
        } finally {
            looking.readLock().unlock();
        }
    }

    private ShopperEvent kept(ShopperEvent event, String user) {
        if (user.equals(event.user()) && fields.isEmpty() && event.fields().isEmpty()) {
            return event;
        }
        Map<String, String> named = event.fields();
        if (fields.isPresent()) {
            named = new HashMap<>(named);
            named.keySet().retainAll(fields.get());
        }
        return new ShopperEvent(
                event.id(),
                user,
                event.item(),
                event.behaviour(),
                event.timeMicros(),
                pseudonyms.of(named));
    }

    /**
     * With what was kept under earlier keys before it.
     *
     * @param user the own id, or a pseudonym
     */
    @Override
    public List<PastEvent> last(String user, int most) {
        List<String> names = pseudonyms.allOfUser(user);
        if (names.stream().anyMatch(this::isForgotten)) {
            return List.of();
        }
        List<PastEvent> events = store.last(names.get(0), most);
        for (String earlier : names.subList(1, names.size())) {
            if (events.size() < most) {
                List<PastEvent> all = new ArrayList<>(store.last(earlier, most - events.size()));
                all.addAll(events);
                events = all;
            }
        }
        return events;
    }

    /** As they are kept: by their pseudonyms where they have them. */
    @Override
    public List<String> users(String prefix, String after, int most) {
        return store.users(prefix, after, most).stream()
                .filter(user -> !isForgotten(user))
                .toList();
    }

    /** For good: what comes later of this shopper is not kept. */
    @Override
    public CompletableFuture<Void> forget(String user) {
        List<String> names = pseudonyms.allOfUser(user);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        looking.writeLock().lock();
        try {
            tombstones.add(names);
            names.forEach(name -> done.add(store.forget(name)));
        } finally {
            looking.writeLock().unlock();
        }
        return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> purge() {
        return store.purge();
    }

    @Override
    public boolean isReady() {
        return store.isReady();
    }

    @Override
    public void close() {
        store.close();
    }
}
