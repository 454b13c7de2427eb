package dev.nextact.core.demand;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of items beside what was seen of them in the log. Immutable, but for the arrays.
 *
 * @param prices told beforehand, by item
 * @param meanings of the items' texts, by item: vectors of length 1, near to each other where the
 *     texts mean alike
 */
public record DemandContext(Map<String, List<PlannedPrice>> prices, Map<String, float[]> meanings) {

    public static final DemandContext NONE = new DemandContext(Map.of(), Map.of());

    public DemandContext {
        prices = Map.copyOf(prices);
        meanings = Map.copyOf(meanings);
    }

    List<PlannedPrice> pricesOf(String item) {
        return prices.getOrDefault(item, List.of());
    }

    Optional<float[]> meaningOf(String item) {
        return Optional.ofNullable(meanings.get(item));
    }

    /** What of it was known before a moment. What texts mean has no time. */
    DemandContext before(long atMicros) {
        if (prices.isEmpty()) {
            return this;
        }
        Map<String, List<PlannedPrice>> known = new HashMap<>();
        prices.forEach(
                (item, all) ->
                        known.put(
                                item,
                                all.stream().filter(price -> price.isKnown(atMicros)).toList()));
        return new DemandContext(known, meanings);
    }
}
