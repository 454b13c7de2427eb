package dev.nextact.core.ranking;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The events to be predicted, each from all of its shopper's events before it. With leave-one-out
 * that is one event a shopper; with the time split every event of the part that has one before it.
 * Immutable; thread-safe.
 */
public final class NextItemTargets {

    /** Which events. */
    public enum Part {
        VALIDATION,
        TEST
    }

    private final LearningData data;
    private final int[] users;
    private final int[] positions;
    private final int total;

    private NextItemTargets(LearningData data, int[] users, int[] positions, int total) {
        this.data = data;
        this.users = users;
        this.positions = positions;
        this.total = total;
    }

    /**
     * @param cap at most this many, chosen evenly at random; see {@link #total()}
     * @param seed of that choice
     */
    public static NextItemTargets of(LearningData data, Part part, int cap, long seed) {
        int size = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            size += Math.max(0, end(data, part, user) - begin(data, part, user));
        }
        int[] users = new int[size];
        int[] positions = new int[size];
        int next = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            int end = end(data, part, user);
            for (int position = begin(data, part, user); position < end; position++) {
                users[next] = user;
                positions[next++] = position;
            }
        }
        if (size <= cap) {
            return new NextItemTargets(data, users, positions, size);
        }
        int[] chosen = sample(size, cap, seed);
        return new NextItemTargets(
                data,
                Arrays.stream(chosen).map(i -> users[i]).toArray(),
                Arrays.stream(chosen).map(i -> positions[i]).toArray(),
                size);
    }

    /** An event without one before it has no history to be predicted from. */
    private static int begin(LearningData data, Part part, int user) {
        int begin = part == Part.TEST ? data.split().validEnd(user) : data.split().trainEnd(user);
        return Math.max(1, begin);
    }

    private static int end(LearningData data, Part part, int user) {
        return part == Part.TEST ? data.split().testEnd(user) : data.split().validEnd(user);
    }

    /** Reservoir sampling (Vitter 1985, algorithm R), in ascending order. */
    private static int[] sample(int size, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] chosen = new int[count];
        for (int i = 0; i < size; i++) {
            int place = i < count ? i : random.nextInt(i + 1);
            if (place < count) {
                chosen[place] = i;
            }
        }
        Arrays.sort(chosen);
        return chosen;
    }

    public int size() {
        return users.length;
    }

    /** How many there were before the cap. */
    public int total() {
        return total;
    }

    public int user(int index) {
        return users[index];
    }

    /** All events of the shopper before the target. */
    public EventSequence history(int index) {
        return data.sequences().get(users[index]).prefix(positions[index]);
    }

    /** The item to be predicted; 0 = one the catalog does not know. */
    public int item(int index) {
        return data.sequences().get(users[index]).item(positions[index]);
    }

    /** Items of the catalog, V. */
    public int catalogSize() {
        return data.catalog().size();
    }
}
