package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import java.util.Optional;

/**
 * Counts how often a behaviour came.
 *
 * @param behaviour its index
 * @param members [V + 1], of which items; empty = of any
 */
public record Came(int behaviour, boolean[] members) {

    /**
     * @param group absent: anything
     */
    public static Came of(EventLog log, String behaviour, Optional<ItemGroup> group) {
        boolean[] members = new boolean[0];
        if (group.isPresent()) {
            members = new boolean[log.catalog().size() + 1];
            for (String id : group.get().ids()) {
                members[log.catalog().indexOf(id)] = true;
            }
            members[0] = false;
        }
        return new Came(log.behaviours().indexOf(behaviour), members);
    }

    /** Events from a moment on, and before another. */
    public int count(EventSequence events, long fromMicros, long untilMicros) {
        int count = 0;
        int end = events.countBefore(untilMicros);
        for (int i = events.countBefore(fromMicros); i < end; i++) {
            boolean isWanted = members.length == 0 || members[events.item(i)];
            count += isWanted && events.behaviour(i) == behaviour ? 1 : 0;
        }
        return count;
    }
}
