package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.model.bundle.Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shoppers at the moment that is asked about.
 *
 * @param ids of the shoppers
 * @param moments of each of them
 * @param leftOut shoppers without an event of a known item before the moment
 */
public record AskedMoments(List<String> ids, List<Moment> moments, int leftOut) {

    public AskedMoments {
        ids = List.copyOf(ids);
        moments = List.copyOf(moments);
    }

    /**
     * @param atMicros what came later is not seen. Absent: just after the newest event of the log;
     *     a history that was handed in has no times, and is asked about just after its last event
     */
    public static AskedMoments of(
            Bundle bundle, Optional<EventLog> log, Shoppers shoppers, Optional<Long> atMicros) {
        Histories histories = Histories.of(bundle, log, shoppers);
        boolean isTimeless = shoppers instanceof Shoppers.Unseen && atMicros.isEmpty();
        long now = isTimeless ? 0 : atMicros.orElseGet(() -> newest(log) + 1);
        List<String> ids = new ArrayList<>();
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < histories.events().size(); i++) {
            EventSequence events = histories.events().get(i);
            EventSequence history = isTimeless ? events : events.prefix(events.countBefore(now));
            if (OnnxScorer.isKnown(history)) {
                ids.add(histories.ids().get(i));
                moments.add(new Moment(history, now));
            }
        }
        return new AskedMoments(ids, moments, histories.events().size() - ids.size());
    }

    private static long newest(Optional<EventLog> log) {
        return Math.max(0, log.map(l -> l.sequences().newestMicros()).orElse(0L));
    }
}
