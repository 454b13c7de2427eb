package dev.nextact.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

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
    private final FieldTexts texts;

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
        this(catalog, userIds, behaviours, sequences, fingerprint, FieldTexts.NONE);
    }

    /**
     * @param catalog every item of the log
     * @param userIds the id of shopper 0, 1, …
     * @param sequences one for each shopper, items of {@code catalog}
     * @param fingerprint a SHA-256 of the sorted events: equal logs, equal fingerprints
     * @param texts what the numbers of the sequences' fields stand for
     */
    public EventLog(
            Catalog catalog,
            List<String> userIds,
            Behaviours behaviours,
            EventSequences sequences,
            String fingerprint,
            FieldTexts texts) {
        if (userIds.size() != sequences.size()) {
            throw new IllegalArgumentException(
                    "user ids: expected " + sequences.size() + ", found " + userIds.size());
        }
        this.catalog = catalog;
        this.userIds = List.copyOf(userIds);
        this.behaviours = behaviours;
        this.sequences = sequences;
        this.fingerprint = fingerprint;
        this.texts = texts;
        this.users = new HashMap<>(userIds.size() * 2);
        for (int user = 0; user < userIds.size(); user++) {
            users.put(userIds.get(user), user);
        }
    }

    /**
     * What was known just before a moment, in microseconds since 1970-01-01 UTC; the fingerprint
     * stays that of the whole.
     */
    public EventLog before(long micros) {
        return new EventLog(
                catalog,
                userIds,
                behaviours,
                sequences.prefixes(user -> sequences.get(user).countBefore(micros)),
                fingerprint,
                texts);
    }

    /**
     * Without the events of some shoppers; they keep their numbers, and the fingerprint stays that
     * of the whole.
     *
     * @param users by id
     */
    public EventLog without(Predicate<String> users) {
        return new EventLog(
                catalog,
                userIds,
                behaviours,
                sequences.prefixes(
                        user -> users.test(userIds.get(user)) ? 0 : sequences.get(user).size()),
                fingerprint,
                texts);
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

    /** The events with their fields as a network reads them. */
    public EventSequences sequences(FieldVocabulary fields) {
        return sequences.with(fields.encode(sequences.side(), texts));
    }

    /**
     * Learns the values, ranges and moments of fields from the training part alone: of events, and
     * of shoppers who have an event there.
     *
     * @param ofEvents by name, in the order in which the log was read
     * @param ofShoppers likewise
     */
    public FieldVocabulary learnFields(
            Map<String, FieldKind> ofEvents, Map<String, FieldKind> ofShoppers, Split split) {
        SideInformation side = sequences.side();
        int[][] events = counters(texts.ofEvents());
        int[][] shoppers = counters(texts.ofShoppers());
        for (int user = 0; user < sequences.size(); user++) {
            int trained = split.trainEnd(user);
            int start = sequences.start(user);
            for (int f = 0; f < events.length; f++) {
                for (int event = start; event < start + trained; event++) {
                    events[f][side.ofEvent(f, event)]++;
                }
            }
            for (int g = 0; g < shoppers.length && trained > 0; g++) {
                shoppers[g][side.ofShopper(g, user)]++;
            }
        }
        return new FieldVocabulary(
                FieldVocabulary.learn(ofEvents, texts.ofEvents(), events, texts.encoder()),
                FieldVocabulary.learn(ofShoppers, texts.ofShoppers(), shoppers, texts.encoder()));
    }

    private static int[][] counters(List<FieldTexts.Column> columns) {
        return columns.stream().map(c -> new int[c.values().size() + 1]).toArray(int[][]::new);
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
