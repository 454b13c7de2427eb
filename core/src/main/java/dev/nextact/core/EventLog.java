package dev.nextact.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A shop's cleaned log, in memory: everything that models learn from and answer about. Immutable;
 * thread-safe.
 */
public final class EventLog {

    private final Catalog catalog;
    private final List<String> userIds;
    private final Map<String, Integer> users;
    private final Behaviours behaviours;
    private final EventSequences sequences;
    private final String fingerprint;

    /**
     * @param catalog every item of the log
     * @param userIds the id of shopper 0, 1, …
     * @param sequences one for each shopper, items of {@code catalog}
     * @param fingerprint a SHA-256 of the sorted events: equal logs, equal fingerprints
     */
    public EventLog(
            Catalog catalog,
            List<String> userIds,
            Behaviours behaviours,
            EventSequences sequences,
            String fingerprint) {
        if (userIds.size() != sequences.size()) {
            throw new IllegalArgumentException(
                    "user ids: expected " + sequences.size() + ", found " + userIds.size());
        }
        this.catalog = catalog;
        this.userIds = List.copyOf(userIds);
        this.behaviours = behaviours;
        this.sequences = sequences;
        this.fingerprint = fingerprint;
        this.users = new HashMap<>(userIds.size() * 2);
        for (int user = 0; user < userIds.size(); user++) {
            users.put(userIds.get(user), user);
        }
    }

    public Catalog catalog() {
        return catalog;
    }

    public Behaviours behaviours() {
        return behaviours;
    }

    public EventSequences sequences() {
        return sequences;
    }

    /** SHA-256 of the sorted events, in hexadecimal. */
    public String fingerprint() {
        return fingerprint;
    }

    public String userId(int user) {
        return userIds.get(user);
    }

    /** -1 where the log has no such shopper. */
    public int userIndex(String id) {
        return users.getOrDefault(id, -1);
    }
}
