package dev.nextact.core.ranking;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
import dev.nextact.core.LearningData;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The events to be predicted, each from all of its shopper's events before it, or before its
 * basket. With leave-one-out that is one event a shopper; with the time split every event of the
 * part that has one before it. Immutable; thread-safe.
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
    private final Grain grain;
    private final int total;

    private NextItemTargets(
            LearningData data, int[] users, int[] positions, Grain grain, int total) {
        this.data = data;
        this.users = users;
        this.positions = positions;
        this.grain = grain;
        this.total = total;
    }

    /**
     * @param cap at most this many, chosen evenly at random; see {@link #total()}
     * @param seed of that choice
     */
    public static NextItemTargets of(LearningData data, Part part, int cap, long seed) {
        return of(data, part, Grain.EVENT, cap, seed);
    }

    /**
     * @param grain with {@link Grain#BASKET} nothing of a basket is known when its items are to be
     *     predicted
     * @param cap at most this many, chosen evenly at random; see {@link #total()}
     * @param seed of that choice
     */
    public static NextItemTargets of(
            LearningData data, Part part, Grain grain, int cap, long seed) {
        int most = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            most += Math.max(0, end(data, part, user) - begin(data, part, user));
        }
        int[] users = new int[most];
        int[] positions = new int[most];
        int size = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.sequences().get(user);
            int end = end(data, part, user);
            for (int position = begin(data, part, user); position < end; position++) {
                if (grain.begin(events, position) > 0) {
                    users[size] = user;
                    positions[size++] = position;
                }
            }
        }
        if (size <= cap) {
            return new NextItemTargets(
                    data, Arrays.copyOf(users, size), Arrays.copyOf(positions, size), grain, size);
        }
        int[] chosen = sample(size, cap, seed);
        return new NextItemTargets(
                data,
                Arrays.stream(chosen).map(i -> users[i]).toArray(),
                Arrays.stream(chosen).map(i -> positions[i]).toArray(),
                grain,
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

    /** Before what of a target its history ends. */
    public Grain grain() {
        return grain;
    }

    /** How many there were before the cap. */
    public int total() {
        return total;
    }

    public int user(int index) {
        return users[index];
    }

    /** All events of the shopper before the target, or before its basket. */
    public EventSequence history(int index) {
        EventSequence events = data.sequences().get(users[index]);
        return events.prefix(grain.begin(events, positions[index]));
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
