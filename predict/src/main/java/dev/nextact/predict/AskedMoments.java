package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.model.bundle.Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        return of(Histories.of(bundle, log, shoppers), now(log, shoppers, atMicros).orElse(null));
    }

    /**
     * @param nowMicros absent: just after the last event of each
     */
    static AskedMoments of(Histories histories, @Nullable Long nowMicros) {
        List<String> ids = new ArrayList<>();
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < histories.size(); i++) {
            EventSequence events = histories.events().get(i);
            EventSequence history =
                    nowMicros == null ? events : events.prefix(events.countBefore(nowMicros));
            if (OnnxScorer.isKnown(history)) {
                ids.add(histories.ids().get(i));
                moments.add(new Moment(history, nowMicros == null ? 0 : nowMicros));
            }
        }
        return new AskedMoments(ids, moments, histories.size() - ids.size());
    }

    /** The moment that shoppers are asked about; absent for a history without times. */
    static Optional<Long> now(Optional<EventLog> log, Shoppers shoppers, Optional<Long> atMicros) {
        if (shoppers instanceof Shoppers.Unseen) {
            return atMicros;
        }
        return atMicros.or(
                () -> Optional.of(after(log.map(l -> l.sequences().newestMicros()).orElse(0L))));
    }

    /** Just after the newest event of a log. */
    static long after(long newestMicros) {
        return Math.max(0, newestMicros) + 1;
    }
}
