package dev.nextact.core.events;

import dev.nextact.core.EventSequence;
import java.util.Arrays;
import java.util.List;

/**
 * What the training part says of events in general. Immutable; thread-safe.
 *
 * @param shares [C] of the kinds, their sum 1
 * @param medianGapSeconds between neighbours
 * @param meanGapSeconds between neighbours
 */
public record EventStatistics(double[] shares, double medianGapSeconds, double meanGapSeconds) {

    public EventStatistics {
        shares = shares.clone();
    }

    /**
     * @param training the training part of each shopper, with two events in one of them at least
     * @param types C
     */
    public static EventStatistics of(List<EventSequence> training, int types) {
        long[] counts = new long[types];
        double[] gaps = new double[training.stream().mapToInt(EventSequence::size).sum()];
        int size = 0;
        for (EventSequence events : training) {
            for (int i = 0; i < events.size(); i++) {
                counts[events.behaviour(i)]++;
                if (i > 0) {
                    gaps[size++] = seconds(events, i - 1, i);
                }
            }
        }
        if (size == 0) {
            throw new IllegalArgumentException(
                    "training: expected a shopper with two events, found none of "
                            + training.size());
        }
        double all = gaps.length;
        return new EventStatistics(
                Arrays.stream(counts).mapToDouble(c -> c / all).toArray(),
                median(Arrays.copyOf(gaps, size)),
                Arrays.stream(gaps, 0, size).average().orElseThrow());
    }

    /** From one event to another. */
    public static double seconds(EventSequence events, int from, int to) {
        return (events.timeMicros(to) - events.timeMicros(from)) / 1e6;
    }

    /** The lower of the two in the middle. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }
}
