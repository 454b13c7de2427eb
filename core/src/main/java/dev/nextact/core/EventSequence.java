package dev.nextact.core;

import dev.nextact.core.SideInformation.FieldConsumer;
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
    private final SideInformation side;
    private final int from;
    private final int to;

    EventSequence(
            int user,
            int[] items,
            byte[] behaviours,
            long[] timesMicros,
            SideInformation side,
            int from,
            int to) {
        this.user = user;
        this.items = items;
        this.behaviours = behaviours;
        this.timesMicros = timesMicros;
        this.side = side;
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
        return of(user, items, behaviours, timesMicros, SideInformation.NONE);
    }

    /**
     * @param user index of the shopper in {@code side} too; -1 for one of whom nothing is known
     * @param items item indexes of a {@link Catalog}, 0 = an item the catalog does not know
     * @param behaviours indexes into {@link Behaviours}
     * @param timesMicros microseconds since 1970-01-01 UTC, ascending
     * @param side what else is known of these events, in their order
     */
    public static EventSequence of(
            int user, int[] items, byte[] behaviours, long[] timesMicros, SideInformation side) {
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
                user,
                items.clone(),
                behaviours.clone(),
                timesMicros.clone(),
                side,
                0,
                items.length);
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
        return new EventSequence(user, items, behaviours, timesMicros, side, from, from + size);
    }

    /** The newest {@code size} events, or all where there are fewer. */
    public EventSequence last(int size) {
        return new EventSequence(
                user, items, behaviours, timesMicros, side, Math.max(from, to - size), to);
    }

    /**
     * Some of the events, copied.
     *
     * @param indexes ascending
     */
    public EventSequence select(int[] indexes) {
        int[] places = new int[indexes.length];
        int[] ofItems = new int[indexes.length];
        byte[] acts = new byte[indexes.length];
        long[] times = new long[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            places[i] = from + checked(indexes[i]);
            ofItems[i] = items[places[i]];
            acts[i] = behaviours[places[i]];
            times[i] = timesMicros[places[i]];
        }
        return new EventSequence(
                user, ofItems, acts, times, side.select(places), 0, indexes.length);
    }

    /** Whether anything is known of its events or its shopper that a network can read. */
    public boolean hasFields() {
        return side != SideInformation.NONE && side.isEncoded();
    }

    /** Hands out what is known of an event beside item, behaviour and time, field by field. */
    public void forEventFields(int index, FieldConsumer fields) {
        side.forEvent(from + checked(index), fields);
    }

    /** Hands out what is known of the shopper, field by field. */
    public void forShopperFields(FieldConsumer fields) {
        side.forShopper(user, fields);
    }

    /**
     * What is known of the shopper, and of these events.
     *
     * @param more events to come, of which nothing is known
     */
    public SideInformation side(int more) {
        int[] places = new int[size() + more];
        Arrays.fill(places, -1);
        for (int i = 0; i < size(); i++) {
            places[i] = from + i;
        }
        return side.select(places);
    }

    /**
     * The number of a value of an event.
     *
     * @param field of events, as they are handed out
     */
    public int eventField(int field, int index) {
        return side.ofEvent(field, from + checked(index));
    }

    /**
     * The same events with other values of one field.
     *
     * @param numbers [size], of the field's values
     */
    public EventSequence withEventField(int field, int[] numbers) {
        return new EventSequence(
                user,
                items(),
                Arrays.copyOfRange(behaviours, from, to),
                Arrays.copyOfRange(timesMicros, from, to),
                side(0).withEvents(field, numbers),
                0,
                size());
    }

    /**
     * The same events as if another had done them: what is known of shoppers is that other's.
     *
     * @param other index of a shopper
     */
    public EventSequence by(int other) {
        return new EventSequence(other, items, behaviours, timesMicros, side, from, to);
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
