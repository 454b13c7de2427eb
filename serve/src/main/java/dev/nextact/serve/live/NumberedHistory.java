package dev.nextact.serve.live;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.SideInformation;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.serve.history.PastEvent;
import java.util.List;
import java.util.Map;

/**
 * A history in the numbers of a model.
 *
 * @param unknown events of items the model does not know
 */
public record NumberedHistory(EventSequence events, int unknown) {

    /**
     * @param history oldest first
     * @param facts about the shopper, by field
     */
    public static NumberedHistory of(
            LiveModel model, List<PastEvent> history, Map<String, String> facts) {
        Catalog catalog = model.bundle().catalog();
        List<String> names = model.manifest().behaviours();
        int size = history.size();
        int[] items = new int[size];
        byte[] acts = new byte[size];
        long[] times = new long[size];
        int unknown = 0;
        for (int t = 0; t < size; t++) {
            PastEvent event = history.get(t);
            items[t] = catalog.indexOf(event.item());
            acts[t] = (byte) Math.max(0, names.indexOf(event.behaviour()));
            times[t] = event.timeMicros();
            unknown += items[t] == 0 ? 1 : 0;
        }
        SideInformation side =
                model.bundle()
                        .fields()
                        .describe(history.stream().map(PastEvent::fields).toList(), facts);
        return new NumberedHistory(EventSequence.of(0, items, acts, times, side), unknown);
    }

    /** Events of items the model knows. */
    public int known() {
        return events.size() - unknown;
    }

    /** Whether the model can foretell anything from it. */
    public boolean isKnown() {
        return TokenBatch.knownEvents(events) > 0;
    }
}
