package dev.nextact.core;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which events are learned from, chosen by, and tested on. Of each shopper the first {@link
 * #trainEnd} events are for training, those up to {@link #validEnd} for validation, those up to
 * {@link #testEnd} for the test; any after that are for nothing. Immutable; thread-safe.
 */
public final class Split {

    private final int[] trainEnds;
    private final int[] validEnds;
    private final int[] testEnds;
    private final Optional<CutOffs> cutOffs;
    private final String description;

    /**
     * How long all shoppers are watched for each part, in microseconds since 1970-01-01 UTC: that a
     * shopper did nothing up to there is known too. Without them a shopper is watched up to the
     * last event of the part.
     */
    public record CutOffs(long trainUntil, long validUntil, long testUntil) {}

    private Split(
            int[] trainEnds,
            int[] validEnds,
            int[] testEnds,
            Optional<CutOffs> cutOffs,
            String description) {
        this.trainEnds = trainEnds;
        this.validEnds = validEnds;
        this.testEnds = testEnds;
        this.cutOffs = cutOffs;
        this.description = description;
    }

    /** The split a config asks for. */
    public static Split of(ShopConfig.SplitRule rule, EventSequences sequences) {
        return switch (rule.protocol()) {
            case "leave-one-out" -> leaveOneOut(sequences);
            case "time" -> time(sequences, rule.valid(), rule.test());
            case "rolling-origin" -> rollingOrigin(sequences, rule);
            case "ratio" -> byUser(sequences, rule, Kind.RATIO);
            case "k-fold" -> byUser(sequences, rule, Kind.FOLD);
            case "user-holdout" -> userHoldout(sequences, rule);
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
        return new Split(trainEnds, validEnds, sizes(sequences), Optional.empty(), "leave-one-out");
    }

    /**
     * Two cut-offs for all: the newest {@code test} of the log is for the test, the {@code valid}
     * before it for validation. An event exactly at a cut-off falls after it.
     */
    public static Split time(EventSequences sequences, Duration valid, Duration test) {
        long testStart = sequences.newestMicros() - micros(test) + 1;
        return at(sequences, testStart - micros(valid), testStart);
    }

    /** As {@link #time}, with the cut-offs themselves, in microseconds since 1970-01-01 UTC. */
    public static Split at(EventSequences sequences, long validStartMicros, long testStartMicros) {
        return at(sequences, validStartMicros, testStartMicros, Long.MAX_VALUE, "time");
    }

    private static Split at(
            EventSequences sequences, long validStart, long testStart, long testEnd, String name) {
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        int[] testEnds = new int[users];
        for (int user = 0; user < users; user++) {
            EventSequence events = sequences.get(user);
            trainEnds[user] = events.countBefore(validStart);
            validEnds[user] = events.countBefore(testStart);
            testEnds[user] = events.countBefore(testEnd);
        }
        long end = Math.min(testEnd, sequences.newestMicros() + 1);
        CutOffs cutOffs = new CutOffs(validStart, testStart, Math.max(testStart, end));
        return new Split(trainEnds, validEnds, testEnds, Optional.of(cutOffs), name);
    }

    /**
     * As {@link #time}, but the test is the {@code fold}-th of {@code folds} spans of that length,
     * the last of which ends the log; what comes after the span is for nothing.
     */
    private static Split rollingOrigin(EventSequences sequences, ShopConfig.SplitRule rule) {
        long test = micros(rule.test());
        long testEnd = sequences.newestMicros() + 1 - (rule.folds() - 1L - rule.fold()) * test;
        long testStart = testEnd - test;
        return at(sequences, testStart - micros(rule.valid()), testStart, testEnd, rule.protocol());
    }

    private enum Kind {
        RATIO,
        FOLD
    }

    /**
     * Whole shoppers are for training, validation or the test: a {@code share} each for the two
     * latter, or one fold each.
     */
    private static Split byUser(EventSequences sequences, ShopConfig.SplitRule rule, Kind kind) {
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        for (int user = 0; user < users; user++) {
            double place = place(rule.seed(), user);
            boolean isTest;
            boolean isValid;
            if (kind == Kind.FOLD) {
                int fold = (int) (place * rule.folds());
                isTest = fold == rule.fold();
                isValid = fold == (rule.fold() + 1) % rule.folds();
            } else {
                isTest = place < rule.share();
                isValid = !isTest && place < rule.share() * 1.5;
            }
            int size = sequences.get(user).size();
            trainEnds[user] = isTest || isValid ? 0 : size;
            validEnds[user] = isTest ? 0 : size;
        }
        long end = sequences.newestMicros() + 1;
        return new Split(
                trainEnds,
                validEnds,
                sizes(sequences),
                Optional.of(new CutOffs(end, end, end)),
                rule.protocol());
    }

    /**
     * A {@code share} of the shoppers is for the test alone; of the others the newest {@code valid}
     * of the log is for validation and the rest for training.
     */
    private static Split userHoldout(EventSequences sequences, ShopConfig.SplitRule rule) {
        long validStart = sequences.newestMicros() - micros(rule.valid()) + 1;
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        for (int user = 0; user < users; user++) {
            boolean isTest = place(rule.seed(), user) < rule.share();
            EventSequence events = sequences.get(user);
            trainEnds[user] = isTest ? 0 : events.countBefore(validStart);
            validEnds[user] = isTest ? 0 : events.size();
        }
        long end = sequences.newestMicros() + 1;
        return new Split(
                trainEnds,
                validEnds,
                sizes(sequences),
                Optional.of(new CutOffs(validStart, end, end)),
                rule.protocol());
    }

    /** What a shopper is for, where a split is given shopper by shopper. */
    public enum Role {
        TRAINING,
        VALIDATION,
        TEST
    }

    /**
     * Whole shoppers are for training, validation or the test, each watched up to the last of its
     * own events.
     *
     * @param roles of shopper 0, 1, …
     */
    public static Split byRole(EventSequences sequences, List<Role> roles) {
        int users = sequences.size();
        int[] trainEnds = new int[users];
        int[] validEnds = new int[users];
        for (int user = 0; user < users; user++) {
            int size = sequences.get(user).size();
            trainEnds[user] = roles.get(user) == Role.TRAINING ? size : 0;
            validEnds[user] = roles.get(user) == Role.TEST ? 0 : size;
        }
        return new Split(trainEnds, validEnds, sizes(sequences), Optional.empty(), "given");
    }

    /** A number in [0, 1) that depends on seed and shopper alone. */
    private static double place(long seed, int user) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + user).nextDouble();
    }

    private static int[] sizes(EventSequences sequences) {
        int[] sizes = new int[sequences.size()];
        Arrays.setAll(sizes, user -> sequences.get(user).size());
        return sizes;
    }

    public int trainEnd(int user) {
        return trainEnds[user];
    }

    public int validEnd(int user) {
        return validEnds[user];
    }

    public int testEnd(int user) {
        return testEnds[user];
    }

    /** Absent for leave-one-out, and where shoppers were given their parts ({@link #byRole}). */
    public Optional<CutOffs> cutOffs() {
        return cutOffs;
    }

    /** The protocol's name, one of {@link ShopConfig.SplitRule#PROTOCOLS}. */
    public String protocol() {
        return description;
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
