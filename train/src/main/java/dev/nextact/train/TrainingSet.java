package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.model.network.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The windows a network learns from: pieces of at most {@code length + 1} events of one shopper's
 * training part, of which each event but the first is a target. Longer histories are cut from the
 * newest event backwards, neighbours sharing one event. Immutable; thread-safe.
 */
final class TrainingSet {

    private final List<EventSequence> windows;
    private final int targets;
    private final double[] weights;

    private TrainingSet(List<EventSequence> windows, double[] weights) {
        this.windows = List.copyOf(windows);
        this.weights = weights.clone();
        this.targets = windows.stream().mapToInt(w -> w.size() - 1).sum();
    }

    static TrainingSet of(LearningData data, int length) {
        List<EventSequence> windows = new ArrayList<>();
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = known(data.training(user));
            for (int end = events.size(); end >= 2; end -= length) {
                windows.add(events.prefix(end).last(length + 1));
            }
        }
        return new TrainingSet(windows, new double[0]);
    }

    /**
     * @param windows each of at least two events of known items
     */
    static TrainingSet ofWindows(List<EventSequence> windows) {
        return new TrainingSet(windows, new double[0]);
    }

    /** How many targets the windows of a config's training part have, each. */
    static int[] lengths(LearningData data, int length) {
        return of(data, length).windows.stream().mapToInt(w -> w.size() - 1).toArray();
    }

    /**
     * The same windows, whose targets count by their behaviour.
     *
     * @param byBehaviour [C]; empty where all count alike
     */
    TrainingSet weighing(double[] byBehaviour) {
        return new TrainingSet(windows, byBehaviour);
    }

    /**
     * @param items V
     */
    Targets targetsOf(int items) {
        return Targets.of(this, items, weights);
    }

    /** Without the items too rare to learn. */
    private static EventSequence known(EventSequence events) {
        int size = TokenBatch.knownEvents(events);
        if (size == events.size()) {
            return events;
        }
        int[] items = new int[size];
        byte[] behaviours = new byte[size];
        long[] times = new long[size];
        int next = 0;
        for (int i = 0; i < events.size(); i++) {
            if (events.item(i) != 0) {
                items[next] = events.item(i);
                behaviours[next] = (byte) events.behaviour(i);
                times[next++] = events.timeMicros(i);
            }
        }
        return EventSequence.of(events.user(), items, behaviours, times);
    }

    /** How many windows. */
    int size() {
        return windows.size();
    }

    /** Targets of one epoch. */
    int targets() {
        return targets;
    }

    /** Targets of the longest window. */
    int longest() {
        return windows.stream().mapToInt(w -> w.size() - 1).max().orElse(0);
    }

    EventSequence window(int index) {
        return windows.get(index);
    }

    /**
     * One epoch: every window once, in batches of like length. Windows are shuffled, cut into
     * stretches of many batches, sorted by length within a stretch, and the batches shuffled again:
     * padding stays small and batches stay random. Batches hold like numbers of targets, not of
     * windows: a step moves the weights by the mean over its targets, so else the targets of short
     * histories would count many times as much as those of long ones.
     *
     * @param batchSize windows in a batch on the average
     * @return the windows of each batch
     */
    List<int[]> epoch(int batchSize, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        Integer[] order = new Integer[windows.size()];
        Arrays.setAll(order, i -> i);
        shuffle(order, random);
        double full = batchSize * (targets / (double) windows.size());
        int stretch = batchSize * BATCHES_SORTED_TOGETHER;
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < order.length; from += stretch) {
            int end = Math.min(order.length, from + stretch);
            Arrays.sort(
                    order,
                    from,
                    end,
                    (a, b) -> Integer.compare(windows.get(a).size(), windows.get(b).size()));
            cut(Arrays.copyOfRange(order, from, end), full, batches);
        }
        int[][] shuffled = batches.toArray(new int[0][]);
        shuffle(shuffled, random);
        return List.of(shuffled);
    }

    /** Into batches of {@code full} targets or one window more; the rest is spread over them. */
    private void cut(Integer[] order, double full, List<int[]> batches) {
        int total = 0;
        for (int window : order) {
            total += windows.get(window).size() - 1;
        }
        double each = total / Math.max(1, Math.rint(total / full));
        int from = 0;
        int taken = 0;
        double due = each;
        for (int i = 0; i < order.length; i++) {
            taken += windows.get(order[i]).size() - 1;
            if (taken >= due - 1e-6 || i == order.length - 1) {
                batches.add(
                        Arrays.stream(order, from, i + 1).mapToInt(Integer::intValue).toArray());
                from = i + 1;
                due += each;
            }
        }
    }

    /** Enough that a batch spans few lengths, few enough that its make-up stays random. */
    private static final int BATCHES_SORTED_TOGETHER = 64;

    private static <T> void shuffle(T[] array, RandomGenerator random) {
        for (int i = array.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T kept = array[i];
            array[i] = array[j];
            array[j] = kept;
        }
    }
}
