package dev.nextact.serve.history;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.AuditLog;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Receipt;
import dev.nextact.core.privacy.Tombstones;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Forgets shoppers for good: in the histories at once, in the workspace's files with the next
 * {@code nextact forget} or {@code prepare}. Thread-safe.
 */
public final class Forgetting {

    private final Pseudonyms pseudonyms;
    private final Tombstones tombstones;
    private final AuditLog audit;
    private final Clock clock;

    private Forgetting(Pseudonyms pseudonyms, Tombstones tombstones, AuditLog audit, Clock clock) {
        this.pseudonyms = pseudonyms;
        this.tombstones = tombstones;
        this.audit = audit;
        this.clock = clock;
    }

    /** Reads keys and tombstones. */
    public static Forgetting of(ShopConfig shop, Clock clock) {
        Tombstones tombstones = Tombstones.open(shop);
        return new Forgetting(
                Pseudonyms.of(shop), tombstones, AuditLog.open(shop, tombstones, clock), clock);
    }

    /** A store that follows the config and the tombstones. */
    public HistoryStore before(HistoryStore store, ShopConfig shop) {
        return new KeptHistoryStore(store, pseudonyms, tombstones, Pseudonyms.named(shop));
    }

    /**
     * @param store of {@link #before}
     * @param who asks for it, for the audit log
     * @return done when no answer knows of the shopper any more
     */
    public CompletableFuture<Receipt> forget(HistoryStore store, String user, String who) {
        String kept = pseudonyms.ofAsked(user);
        audit.add(who, "forget", tombstones.of(kept));
        return store.forget(user).thenApply(done -> Receipt.of(tombstones, kept, clock.instant()));
    }

    /** Where another has the histories: it takes the tombstone up within a second. */
    public Receipt entomb(String user, String who) {
        String kept = pseudonyms.ofAsked(user);
        audit.add(who, "forget", tombstones.of(kept));
        tombstones.add(pseudonyms.allOfUser(user));
        return Receipt.of(tombstones, kept, clock.instant());
    }

    /** A keyed hash that stands for a shopper where the id must not. */
    public String tombstone(String user) {
        return tombstones.of(pseudonyms.ofAsked(user));
    }

    /** Events as they may be shown: under the names that are kept of their shoppers. */
    public List<ShopperEvent> named(List<ShopperEvent> events) {
        return pseudonyms.areOn()
                ? events.stream()
                        .map(
                                event ->
                                        new ShopperEvent(
                                                event.id(),
                                                pseudonyms.ofUser(event.user()),
                                                event.item(),
                                                event.behaviour(),
                                                event.timeMicros()))
                        .toList()
                : events;
    }

    /** How many shoppers have been forgotten by now. */
    public int count() {
        tombstones.refresh();
        return tombstones.size();
    }

    /** Of what else is done. */
    public AuditLog audit() {
        return audit;
    }
}
