package dev.nextact.predict.explain;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.model.bundle.Bundle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which items came before an item, in the same session and by the event just before, as the log
 * tells it: counts, no model. What fewer than {@link SimilarShoppers#LEAST} shoppers did is not
 * told. Immutable; thread-safe.
 */
public final class PrecedingItems {

    private static final int KEPT = 10;

    /** Pairs that are counted: some 200 MB while the log is read. Of a larger log it is a part. */
    private static final int MOST_PAIRS = 2_000_000;

    private final Map<Integer, List<SimilarShoppers.Item>> byItem;

    /** How many shoppers did it, and who did it last. */
    private static final class Count {
        private int shoppers;
        private int last = -1;
    }

    private PrecedingItems(Map<Integer, List<SimilarShoppers.Item>> byItem) {
        this.byItem = byItem;
    }

    /** Reads the events of a log. */
    public static PrecedingItems of(Bundle bundle, EventLog log) {
        EventSequences sequences =
                log.sequences().renumberItems(log.catalog().indexesIn(bundle.catalog()));
        Map<Long, Count> pairs = new HashMap<>();
        for (int user = 0; user < sequences.size() && pairs.size() < MOST_PAIRS; user++) {
            EventSequence events = sequences.get(user);
            for (int event = 1; event < events.size(); event++) {
                int before = events.item(event - 1);
                int item = events.item(event);
                boolean isSession =
                        events.timeMicros(event) - events.timeMicros(event - 1)
                                <= Parts.SESSION_PAUSE_MICROS;
                if (isSession && before != 0 && item != 0 && before != item) {
                    Count count =
                            pairs.computeIfAbsent(((long) item << 32) | before, k -> new Count());
                    if (count.last != user) {
                        count.last = user;
                        count.shoppers++;
                    }
                }
            }
        }
        Map<Integer, List<SimilarShoppers.Item>> byItem = new HashMap<>();
        pairs.forEach(
                (pair, count) -> {
                    if (count.shoppers >= SimilarShoppers.LEAST) {
                        byItem.computeIfAbsent((int) (pair >>> 32), item -> new ArrayList<>())
                                .add(
                                        new SimilarShoppers.Item(
                                                (int) (pair & 0xFFFFFFFFL), count.shoppers));
                    }
                });
        byItem.replaceAll((item, before) -> first(before));
        return new PrecedingItems(byItem);
    }

    private static List<SimilarShoppers.Item> first(List<SimilarShoppers.Item> before) {
        return before.stream()
                .sorted(
                        Comparator.comparingInt((SimilarShoppers.Item one) -> -one.shoppers())
                                .thenComparing(SimilarShoppers.Item::item))
                .limit(KEPT)
                .toList();
    }

    /** The most frequent first. */
    public List<SimilarShoppers.Item> before(int item) {
        return byItem.getOrDefault(item, List.of());
    }
}
