package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.model.bundle.Bundle;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.IntStream;

/** The histories of shoppers, {@link ShopperQuestion#BLOCK} at a time. Immutable; thread-safe. */
public final class HistoryBlocks implements Iterable<Histories> {

    /** Histories of the shoppers whose places are from, included, to, excluded. */
    @FunctionalInterface
    private interface Source {
        Histories of(int from, int to);
    }

    private final int shoppers;
    private final Source source;

    private HistoryBlocks(int shoppers, Source source) {
        this.shoppers = shoppers;
        this.source = source;
    }

    /**
     * @param log of the shoppers; not needed for a handed-in history
     */
    public static HistoryBlocks of(Bundle bundle, Optional<EventLog> log, Shoppers shoppers) {
        if (shoppers instanceof Shoppers.Unseen) {
            Histories one = Histories.of(bundle, log, shoppers);
            return new HistoryBlocks(one.size(), (from, to) -> one);
        }
        EventLog read = Histories.required(log);
        EventSequences renumbered = Histories.inNumbersOf(bundle, read);
        int[] users = Histories.users(read, shoppers);
        return new HistoryBlocks(
                users.length,
                (from, to) -> Histories.of(read, renumbered, Arrays.copyOfRange(users, from, to)));
    }

    /** How many shoppers. */
    public int shoppers() {
        return shoppers;
    }

    @Override
    public Iterator<Histories> iterator() {
        return IntStream.iterate(0, from -> from < shoppers, from -> from + ShopperQuestion.BLOCK)
                .mapToObj(from -> source.of(from, Math.min(shoppers, from + ShopperQuestion.BLOCK)))
                .iterator();
    }
}
