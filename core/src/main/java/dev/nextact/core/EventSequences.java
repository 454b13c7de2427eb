package dev.nextact.core;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The events of all shoppers in columns: 13 bytes an event, 8 a shopper, and 4 for each field of
 * {@link SideInformation}. Shoppers are numbered 0..size-1; the events of one stand together,
 * oldest first. Immutable; thread-safe.
 */
public final class EventSequences {

    private final int[] starts;
    private final int[] ends;
    private final int events;
    private final int[] items;
    private final byte[] behaviours;
    private final long[] timesMicros;
    private final SideInformation side;

    private EventSequences(
            int[] starts,
            int[] ends,
            int[] items,
            byte[] behaviours,
            long[] timesMicros,
            SideInformation side) {
        this.starts = starts;
        this.ends = ends;
        this.events = IntStream.range(0, starts.length).map(u -> ends[u] - starts[u]).sum();
        this.items = items;
        this.behaviours = behaviours;
        this.timesMicros = timesMicros;
        this.side = side;
    }

    /** How many shoppers. */
    public int size() {
        return starts.length;
    }

    /** How many events, of all shoppers. */
    public int events() {
        return events;
    }

    public EventSequence get(int user) {
        return new EventSequence(
                user, items, behaviours, timesMicros, side, starts[user], ends[user]);
    }

    /**
     * Of each shopper the oldest events; nothing is copied.
     *
     * @param sizes how many of them, by shopper
     */
    public EventSequences prefixes(IntUnaryOperator sizes) {
        int[] shorter = new int[starts.length];
        for (int user = 0; user < shorter.length; user++) {
            int size = sizes.applyAsInt(user);
            if (size < 0 || size > ends[user] - starts[user]) {
                throw new IllegalArgumentException(
                        "prefix of "
                                + size
                                + " events of shopper "
                                + user
                                + ", but there are "
                                + (ends[user] - starts[user]));
            }
            shorter[user] = starts[user] + size;
        }
        return new EventSequences(starts, shorter, items, behaviours, timesMicros, side);
    }

    /** The time of the newest event; {@link Long#MIN_VALUE} where there is none. */
    public long newestMicros() {
        long newest = Long.MIN_VALUE;
        for (int user = 0; user < starts.length; user++) {
            if (ends[user] > starts[user]) {
                newest = Math.max(newest, timesMicros[ends[user] - 1]);
            }
        }
        return newest;
    }

    /** The same events with items renumbered: item i becomes {@code newIndex[i]}; 0 stays 0. */
    public EventSequences renumberItems(int[] newIndex) {
        int[] renumbered = new int[items.length];
        for (int i = 0; i < items.length; i++) {
            renumbered[i] = newIndex[items[i]];
        }
        return new EventSequences(starts, ends, renumbered, behaviours, timesMicros, side);
    }

    /**
     * The same events, of which something else is known.
     *
     * @param other of the events in the order they were built in, and of the shoppers
     */
    public EventSequences with(SideInformation other) {
        return new EventSequences(starts, ends, items, behaviours, timesMicros, other);
    }

    SideInformation side() {
        return side;
    }

    /** The place of a shopper's first event among all. */
    int start(int user) {
        return starts[user];
    }

    /** Collects events user by user. Confined to one thread. */
    public static final class Builder {
        private int[] offsets = new int[1025];
        private int users;
        private int events;
        private int[] items;
        private byte[] behaviours;
        private long[] timesMicros;

        public Builder() {
            this(4096);
        }

        /**
         * @param expectedEvents room to begin with; where it is right nothing is copied
         */
        public Builder(int expectedEvents) {
            int room = Math.max(16, expectedEvents);
            this.items = new int[room];
            this.behaviours = new byte[room];
            this.timesMicros = new long[room];
        }

        /** The next event of the shopper at hand, not older than the one before. */
        public Builder event(int item, int behaviour, long timeMicros) {
            if (events > offsets[users] && timeMicros < timesMicros[events - 1]) {
                throw new IllegalArgumentException(
                        "event of shopper "
                                + users
                                + " at "
                                + timeMicros
                                + " µs comes after one at "
                                + timesMicros[events - 1]
                                + " µs");
            }
            if (events == items.length) {
                int larger = (int) Math.min(Integer.MAX_VALUE - 8L, events * 2L);
                items = Arrays.copyOf(items, larger);
                behaviours = Arrays.copyOf(behaviours, larger);
                timesMicros = Arrays.copyOf(timesMicros, larger);
            }
            items[events] = item;
            behaviours[events] = (byte) behaviour;
            timesMicros[events] = timeMicros;
            events++;
            return this;
        }

        /** Ends the shopper at hand; one without events is allowed. */
        public Builder endUser() {
            users++;
            if (users == offsets.length) {
                offsets = Arrays.copyOf(offsets, offsets.length * 2);
            }
            offsets[users] = events;
            return this;
        }

        /** The events; the builder is spent. */
        public EventSequences build() {
            if (offsets[users] != events) {
                throw new IllegalStateException("the last shopper was not ended");
            }
            return new EventSequences(
                    Arrays.copyOf(offsets, users),
                    Arrays.copyOfRange(offsets, 1, users + 1),
                    items.length == events ? items : Arrays.copyOf(items, events),
                    behaviours.length == events ? behaviours : Arrays.copyOf(behaviours, events),
                    timesMicros.length == events ? timesMicros : Arrays.copyOf(timesMicros, events),
                    SideInformation.NONE);
        }
    }
}
