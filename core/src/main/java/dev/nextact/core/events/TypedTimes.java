package dev.nextact.core.events;

import dev.nextact.core.EventSequence;

/**
 * Events by their times and kinds.
 *
 * @param seconds [K] since the last event of the history, ascending
 * @param types [K], from 0
 */
public record TypedTimes(double[] seconds, int[] types) {

    public TypedTimes {
        if (seconds.length != types.length) {
            throw new IllegalArgumentException(
                    "types: expected " + seconds.length + ", found " + types.length);
        }
        for (int i = 0; i < seconds.length; i++) {
            if (!(seconds[i] >= (i == 0 ? 0 : seconds[i - 1]))) {
                throw new IllegalArgumentException(
                        "seconds: expected ascending from 0, found " + seconds[i] + " at " + i);
            }
        }
        seconds = seconds.clone();
        types = types.clone();
    }

    /**
     * The events that come after the first {@code from} of a sequence, k of them or what is left.
     */
    public static TypedTimes after(EventSequence events, int from, int k) {
        int size = Math.min(k, events.size() - from);
        double[] seconds = new double[size];
        int[] types = new int[size];
        for (int i = 0; i < size; i++) {
            long micros = events.timeMicros(from + i) - events.timeMicros(from - 1);
            seconds[i] = micros / 1e6;
            types[i] = events.behaviour(from + i);
        }
        return new TypedTimes(seconds, types);
    }

    public int size() {
        return types.length;
    }
}
