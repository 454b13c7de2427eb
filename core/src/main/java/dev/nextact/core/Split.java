package dev.nextact.core;

import java.time.Duration;

/**
 * Which events are learned from, chosen by, and tested on. Of each shopper the first {@link
 * #trainEnd} events are for training, those up to {@link #validEnd} for validation, the rest for
 * the test. Immutable; thread-safe.
 */
public final class Split {

    private final int[] trainEnds;
    private final int[] validEnds;
    private final String description;

    private Split(int[] trainEnds, int[] validEnds, String description) {
        this.trainEnds = trainEnds;
        this.validEnds = validEnds;
        this.description = description;
    }

    /** The split a config asks for. */
    public static Split of(ShopConfig.SplitRule rule, EventSequences sequences) {
        return switch (rule.protocol()) {
            case "leave-one-out" -> leaveOneOut(sequences);
            case "time" -> time(sequences, rule.valid(), rule.test());
            default -> throw new IllegalStateException(rule.protocol());
        };
    }

    /**
     * Of shoppers with three events or more the last is for the test and the one before for
     * validation; others only train.
     */
    public static Split leaveOneOut(EventSequences sequences) {
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        for (int user = 0; user < users; user++) {
            int size = sequences.get(user).size();
            trainEnds[user] = size < 3 ? size : size - 2;
            validEnds[user] = size < 3 ? size : size - 1;
        }
        return new Split(trainEnds, validEnds, "leave-one-out");
    }

    /**
     * Two cut-offs for all: the newest {@code test} of the log is for the test, the {@code valid}
     * before it for validation. An event exactly at a cut-off falls after it.
     */
    public static Split time(EventSequences sequences, Duration valid, Duration test) {
        long newest = Long.MIN_VALUE;
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence events = sequences.get(user);
            if (!events.isEmpty()) {
                newest = Math.max(newest, events.timeMicros(events.size() - 1));
            }
        }
        long testStart = newest - micros(test) + 1;
        return at(sequences, testStart - micros(valid), testStart);
    }

    /** As {@link #time}, with the cut-offs themselves, in microseconds since 1970-01-01 UTC. */
    public static Split at(EventSequences sequences, long validStartMicros, long testStartMicros) {
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        for (int user = 0; user < users; user++) {
            EventSequence events = sequences.get(user);
            trainEnds[user] = before(events, validStartMicros);
            validEnds[user] = before(events, testStartMicros);
        }
        return new Split(trainEnds, validEnds, "time");
    }

    public int trainEnd(int user) {
        return trainEnds[user];
    }

    public int validEnd(int user) {
        return validEnds[user];
    }

    /** The protocol's name: {@code leave-one-out} or {@code time}. */
    public String protocol() {
        return description;
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    private static int before(EventSequence events, long cutOffMicros) {
        int end = events.size();
        while (end > 0 && events.timeMicros(end - 1) >= cutOffMicros) {
            end--;
        }
        return end;
    }
}
