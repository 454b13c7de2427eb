package dev.nextact.core;

import java.util.Arrays;

/**
 * What one shopper did, oldest first; events at equal times keep the order of the log. An immutable
 * view: {@link #prefix} and {@link #last} copy nothing.
 */
public final class EventSequence {

    private final int user;
    private final int[] items;
    private final byte[] behaviours;
    private final long[] timesMicros;
    private final int from;
    private final int to;

    EventSequence(int user, int[] items, byte[] behaviours, long[] timesMicros, int from, int to) {
        this.user = user;
        this.items = items;
        this.behaviours = behaviours;
        this.timesMicros = timesMicros;
        this.from = from;
        this.to = to;
    }

    /**
     * @param user index of the shopper, or -1 for one who is in no log
     * @param items item indexes of a {@link Catalog}, 0 = an item the catalog does not know
     * @param behaviours indexes into {@link Behaviours}
     * @param timesMicros microseconds since 1970-01-01 UTC, ascending
     */
    public static EventSequence of(int user, int[] items, byte[] behaviours, long[] timesMicros) {
        if (items.length != behaviours.length || items.length != timesMicros.length) {
            throw new IllegalArgumentException(
                    "items, behaviours and timesMicros differ in length: "
                            + items.length
                            + ", "
                            + behaviours.length
                            + ", "
                            + timesMicros.length);
        }
        return new EventSequence(
                user, items.clone(), behaviours.clone(), timesMicros.clone(), 0, items.length);
    }

    public int user() {
        return user;
    }

    public int size() {
        return to - from;
    }

    public boolean isEmpty() {
        return to == from;
    }

    public int item(int index) {
        return items[from + checked(index)];
    }

    public int behaviour(int index) {
        return behaviours[from + checked(index)];
    }

    /** Microseconds since 1970-01-01 UTC. */
    public long timeMicros(int index) {
        return timesMicros[from + checked(index)];
    }

    /** How many events are earlier than that: the first one at or after it has that index. */
    public int countBefore(long micros) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timesMicros[from + middle] < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The oldest {@code size} events. */
    public EventSequence prefix(int size) {
        if (size < 0 || size > size()) {
            throw new IllegalArgumentException(
                    "prefix of " + size + " events, but there are " + size());
        }
        return new EventSequence(user, items, behaviours, timesMicros, from, from + size);
    }

    /** The newest {@code size} events, or all where there are fewer. */
    public EventSequence last(int size) {
        return new EventSequence(
                user, items, behaviours, timesMicros, Math.max(from, to - size), to);
    }

    /** The items, oldest first, as a new array. */
    public int[] items() {
        return Arrays.copyOfRange(items, from, to);
    }

    private int checked(int index) {
        if (index < 0 || index >= to - from) {
            throw new IndexOutOfBoundsException("event " + index + " of " + size());
        }
        return index;
    }

    @Override
    public String toString() {
        return "EventSequence[user=" + user + ", items=" + Arrays.toString(items()) + "]";
    }
}
