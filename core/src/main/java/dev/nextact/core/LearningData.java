package dev.nextact.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model may learn from, and is then tested on: sequences renumbered to the items known at
 * training time. The catalog holds the items with enough events in the training part; every other
 * item is 0, so that a target outside the catalog can only be missed and is never dropped.
 *
 * @param catalog the items a model can recommend, in the order of the full catalog
 * @param sequences all events, with items of that catalog or 0
 */
public record LearningData(Catalog catalog, EventSequences sequences, Split split) {

    /**
     * @param minItemEvents an item needs this many events in the training part to be learned; at
     *     least 1
     */
    public static LearningData of(
            Catalog full, EventSequences all, Split split, int minItemEvents) {
        return of(catalog(full, all, split, minItemEvents), full, all, split);
    }

    /**
     * @param minItemEvents as above
     * @param minItemUsers an item needs events of this many shoppers as well
     */
    public static LearningData of(
            Catalog full, EventSequences all, Split split, int minItemEvents, int minItemUsers) {
        LearningData frequent = of(full, all, split, minItemEvents);
        if (minItemUsers <= 1) {
            return frequent;
        }
        int[] users = frequent.trainUsers();
        List<String> shared = new ArrayList<>();
        for (int item = 1; item <= frequent.catalog().size(); item++) {
            if (users[item] >= minItemUsers) {
                shared.add(frequent.catalog().id(item));
            }
        }
        return of(Catalog.of(shared), full, all, split);
    }

    /** For a catalog at hand: that of a model which knows more items than it has learned. */
    public static LearningData of(Catalog known, Catalog full, EventSequences all, Split split) {
        return new LearningData(known, all.renumberItems(full.indexesIn(known)), split);
    }

    /** The items of the full catalog with enough events in the training part, in its order. */
    public static Catalog catalog(
            Catalog full, EventSequences all, Split split, int minItemEvents) {
        int[] trainEvents = new int[full.size() + 1];
        for (int user = 0; user < all.size(); user++) {
            EventSequence events = all.get(user);
            for (int i = 0; i < split.trainEnd(user); i++) {
                trainEvents[events.item(i)]++;
            }
        }
        List<String> known = new ArrayList<>();
        for (int item = 1; item <= full.size(); item++) {
            if (trainEvents[item] >= Math.max(1, minItemEvents)) {
                known.add(full.id(item));
            }
        }
        return Catalog.of(known);
    }

    /** How many events of each item the training part holds, [V+1]; entry 0 for unknown items. */
    public int[] trainEvents() {
        int[] events = new int[catalog.size() + 1];
        for (int user = 0; user < sequences.size(); user++) {
            for (int i = 0; i < split.trainEnd(user); i++) {
                events[sequences.get(user).item(i)]++;
            }
        }
        return events;
    }

    /** How many shoppers have an event of each item in the training part, [V+1]. */
    public int[] trainUsers() {
        int[] users = new int[catalog.size() + 1];
        int[] last = new int[catalog.size() + 1];
        for (int user = 0; user < sequences.size(); user++) {
            for (int i = 0; i < split.trainEnd(user); i++) {
                int item = sequences.get(user).item(i);
                if (last[item] <= user) {
                    last[item] = user + 1;
                    users[item]++;
                }
            }
        }
        return users;
    }

    /**
     * How many events of each behaviour the training part holds, [C].
     *
     * @param behaviours how many there are
     */
    public List<Long> trainBehaviourEvents(int behaviours) {
        Long[] events = new Long[behaviours];
        Arrays.fill(events, 0L);
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence all = sequences.get(user);
            for (int i = 0; i < split.trainEnd(user); i++) {
                events[all.behaviour(i)]++;
            }
        }
        return List.of(events);
    }

    /** The events of the training part. */
    public EventSequence training(int user) {
        return sequences.get(user).prefix(split.trainEnd(user));
    }

    /**
     * Up to when it is known of a shopper in the training part what came and what did not, in
     * microseconds since 1970-01-01 UTC.
     */
    public long trainedUntilMicros(int user) {
        EventSequence training = training(user);
        return split.cutOffs()
                .map(Split.CutOffs::trainUntil)
                .orElseGet(() -> training.isEmpty() ? 0 : training.timeMicros(training.size() - 1));
    }
}
