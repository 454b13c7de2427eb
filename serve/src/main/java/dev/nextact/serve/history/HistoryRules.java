package dev.nextact.serve.history;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a history is: each event once, in the order of time, the newest only, none too old.
 *
 * @param events the most that are kept of a shopper
 * @param keep how long
 */
public record HistoryRules(int events, Duration keep, Clock clock) {

    public HistoryRules {
        if (events < 1) {
            throw new IllegalArgumentException("events: expected at least 1, found " + events);
        }
    }

    /**
     * @param appended in the order in which they came
     * @return oldest first; of equal times in the order in which they came
     */
    List<PastEvent> apply(List<PastEvent> appended) {
        long oldest = oldestMicros();
        Set<Long> seen = new HashSet<>(appended.size() * 2);
        List<PastEvent> kept = new ArrayList<>(appended.size());
        boolean inOrder = true;
        long before = Long.MIN_VALUE;
        for (PastEvent event : appended) {
            if (event.timeMicros() >= oldest && seen.add(event.idHash())) {
                kept.add(event);
                inOrder &= event.timeMicros() >= before;
                before = event.timeMicros();
            }
        }
        if (!inOrder) {
            kept.sort(Comparator.comparingLong(PastEvent::timeMicros));
        }
        return last(kept, events);
    }

    /** An event before this is too old. */
    long oldestMicros() {
        return Math.multiplyExact(clock.instant().minus(keep).getEpochSecond(), 1_000_000L);
    }

    static List<PastEvent> last(List<PastEvent> events, int most) {
        return events.size() <= most ? events : events.subList(events.size() - most, events.size());
    }
}
