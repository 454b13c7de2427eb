package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.Grain;
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
 * newest event backwards, neighbours sharing one event. Where a token is a basket, so are these
 * events. Immutable; thread-safe.
 */
final class TrainingSet {

    private final List<Window> windows;
    private final int targets;
    private final double[] weights;

    private TrainingSet(List<Window> windows, double[] weights) {
        this.windows = List.copyOf(windows);
        this.weights = weights.clone();
        this.targets = windows.stream().mapToInt(Window::targets).sum();
    }

    /** For the next item alone, a token for each event. */
    static TrainingSet of(LearningData data, int length) {
        return of(data, length, Grain.EVENT);
    }

    /** For the next item alone. */
    static TrainingSet of(LearningData data, int length, Grain grain) {
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = Known.of(data.training(user)).events();
            int[] begins = grain.begins(events);
            for (int end = begins.length; end >= 2; end -= length) {
                int from = begins[Math.max(0, end - 1 - length)];
                int to = end == begins.length ? events.size() : begins[end];
                windows.add(Window.of(events.prefix(to).last(to - from), grain));
            }
        }
        return new TrainingSet(windows, new double[0]);
    }

    /**
     * @param windows each of at least two events of known items
     */
    static TrainingSet ofWindows(List<Window> windows) {
        return new TrainingSet(windows, new double[0]);
    }

    /** How many targets the windows of a config's training part have, each. */
    static int[] lengths(LearningData data, int length) {
        return of(data, length).windows.stream().mapToInt(Window::targets).toArray();
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

    /**
     * For heads that learn from the time between and after events too. Here a window holds at most
     * {@code length} events, since the state after its last one is needed, and a shopper with one
     * event has a window. Histories are cut by {@link Window.Cut}.
     */
    static TrainingSet withFuture(LearningData data, int length) {
        double watched = 0;
        int events = 0;
        int users = data.sequences().size();
        for (int user = 0; user < users; user++) {
            EventSequence training = data.training(user);
            events += training.size();
            if (!training.isEmpty()) {
                watched += data.trainedUntilMicros(user) - training.timeMicros(0);
            }
        }
        double momentsAMicro = Math.max(events / 2.0, users * 2.0) / Math.max(1, watched);
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            EventSequence training = data.training(user);
            Known known = Known.of(training);
            long until = data.trainedUntilMicros(user);
            int size = known.events().size();
            for (Window.Cut cut : Window.Cut.of(size, length)) {
                long begin = known.events().timeMicros(cut.owned());
                long last = cut.end() < size ? known.events().timeMicros(cut.end()) : until;
                Window.Future future =
                        new Window.Future(
                                training,
                                Arrays.copyOfRange(known.places(), cut.from(), cut.end()),
                                until,
                                cut.owned() - cut.from(),
                                last,
                                Math.max(0, last - begin) * momentsAMicro);
                windows.add(new Window(known.events(cut), future));
            }
        }
        return new TrainingSet(windows, new double[0]);
    }

    /** For a classifier: the steps whose labels are known when the training part ends. */
    static TrainingSet labelled(LearningData data, StepLabels labels, int length) {
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < data.sequences().size(); user++) {
            windows.addAll(
                    Window.labelled(data.training(user), labels.training(data, user), length));
        }
        return new TrainingSet(windows, new double[0]);
    }

    /**
     * The events without those of items too rare to learn.
     *
     * @param places of each in the whole sequence
     */
    record Known(EventSequence events, int[] places) {

        static Known of(EventSequence all) {
            int[] places = new int[TokenBatch.knownEvents(all)];
            int next = 0;
            for (int i = 0; i < all.size(); i++) {
                if (all.item(i) != 0) {
                    places[next++] = i;
                }
            }
            return new Known(next == all.size() ? all : all.select(places), places);
        }

        EventSequence events(Window.Cut cut) {
            return events.prefix(cut.end()).last(cut.end() - cut.from());
        }
    }

    /** How many windows. */
    int size() {
        return windows.size();
    }

    /** Targets of one epoch. */
    int targets() {
        return targets;
    }

    /** Events the network reads of the longest window. */
    int longest() {
        return windows.stream().mapToInt(Window::tokens).max().orElse(0);
    }

    Window window(int index) {
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
        int tokens = windows.stream().mapToInt(Window::tokens).sum();
        double full = batchSize * (tokens / (double) windows.size());
        int stretch = batchSize * BATCHES_SORTED_TOGETHER;
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < order.length; from += stretch) {
            int end = Math.min(order.length, from + stretch);
            Arrays.sort(
                    order,
                    from,
                    end,
                    (a, b) -> Integer.compare(windows.get(a).tokens(), windows.get(b).tokens()));
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
            total += windows.get(window).tokens();
        }
        double each = total / Math.max(1, Math.rint(total / full));
        int from = 0;
        int taken = 0;
        double due = each;
        for (int i = 0; i < order.length; i++) {
            taken += windows.get(order[i]).tokens();
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
