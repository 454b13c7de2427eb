package dev.nextact.train;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What training steps cost, for benchmarks: of made-up histories whose lengths and number of items
 * are chosen. Different shapes are measured by turns, so that what else the machine does hits all
 * alike.
 */
public final class StepTimes {

    /** Steps before the measured ones: the JVM compiles, LibTorch takes its memory. */
    private static final int WARM_UP = 8;

    private StepTimes() {}

    /**
     * What the steps are of.
     *
     * @param items V
     * @param lengths targets of each history
     */
    public record Shape(String name, int items, int[] lengths) {}

    /**
     * Medians over the steps.
     *
     * @param targets of a step
     */
    public record Cost(String name, double secondsPerStep, double secondsPerTarget, int targets) {}

    /** Targets of the histories that a training would learn from. */
    public static int[] lengths(ShopConfig config, EventLog log) {
        Split split = Split.of(config.split(), log.sequences());
        LearningData data =
                LearningData.of(
                        log.catalog(), log.sequences(), split, config.clean().minItemEvents());
        return TrainingSet.lengths(data, config.model().length());
    }

    /**
     * @param config whose model and train sections count
     * @param steps of each shape
     */
    public static List<Cost> measure(ShopConfig config, List<Shape> shapes, int steps) {
        TorchRuntime.load();
        List<Subject> subjects = new ArrayList<>();
        try {
            for (Shape shape : shapes) {
                subjects.add(new Subject(config, shape));
            }
            for (int step = 0; step < WARM_UP + steps; step++) {
                for (Subject subject : subjects) {
                    subject.step(step >= WARM_UP);
                }
            }
            return subjects.stream().map(Subject::cost).toList();
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    /**
     * A process's part in steps that several take together.
     *
     * @param losses mean over the targets of each step, in nats, those of the warm-up too
     * @param secondsPerStep median
     * @param targetsPerStep of all processes, on the average
     * @param targetsPerSecond of all processes, over all steps
     * @param bytesPerStep that this process sent
     * @param rowsPerStep of the item table that a step read, each counted once
     * @param readsPerStep how often it read one: for its events, its negatives and once to pad
     */
    public record Share(
            List<Double> losses,
            double secondsPerStep,
            double targetsPerStep,
            double targetsPerSecond,
            long bytesPerStep,
            double rowsPerStep,
            double readsPerStep) {}

    /**
     * How many steps.
     *
     * @param warmUp before those whose time is taken: the JVM compiles its code, by threads of its
     *     own that take their share of the processor
     */
    public record Steps(int warmUp, int measured) {}

    /** As one of several. */
    public static Share together(ShopConfig config, Shape shape, Steps steps, Place place) {
        TorchRuntime.load();
        try (ProcessGroup group = place.join()) {
            return share(config, shape, steps, group);
        }
    }

    /**
     * What the first of several computes, without the others: steps as they would be if a network
     * took no time. The losses mean nothing; the bytes are those of what would be summed.
     */
    public static Share unheard(ShopConfig config, Shape shape, Steps steps, int processes) {
        TorchRuntime.load();
        return share(config, shape, steps, new Unheard(processes));
    }

    /**
     * How long sums over several processes take, in seconds, the median of each length.
     *
     * @param lengths numbers of values
     */
    public static List<Double> sums(Place place, List<Integer> lengths, int turns) {
        TorchRuntime.load();
        List<Double> medians = new ArrayList<>();
        try (ProcessGroup group = place.join()) {
            for (int length : lengths) {
                List<Double> seconds = new ArrayList<>();
                for (int turn = 0; turn < WARM_UP + turns; turn++) {
                    try (PointerScope summing = new PointerScope()) {
                        Tensor vector = torch.zeros(length);
                        long started = System.nanoTime();
                        group.sum(vector, 0);
                        if (turn >= WARM_UP) {
                            seconds.add((System.nanoTime() - started) / 1e9);
                        }
                    }
                }
                medians.add(Subject.median(seconds));
            }
        }
        return medians;
    }

    private static Share share(ShopConfig config, Shape shape, Steps steps, ProcessGroup group) {
        try (Subject subject = new Subject(config, shape, group)) {
            for (int step = 0; step < steps.warmUp() + steps.measured(); step++) {
                subject.step(step >= steps.warmUp());
            }
            return subject.share();
        }
    }

    /** The first of several processes, of which nobody hears. */
    static final class Unheard implements ProcessGroup {

        private final int size;
        private long bytes;

        Unheard(int size) {
            this.size = size;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public double sum(Tensor vector, double number) {
            bytes += Float.BYTES * vector.numel();
            return number;
        }

        @Override
        public double ofFirst(DoubleSupplier finding) {
            return finding.getAsDouble();
        }

        /** What is to be summed, once. */
        @Override
        public long bytesSent() {
            return bytes;
        }

        @Override
        public void close() {}
    }

    /** One shape under measurement. */
    private static final class Subject implements AutoCloseable {

        private final Shape shape;
        private final ShopConfig.Train settings;
        private final TrainingSet set;
        private final Weights weights;
        private final Optimiser optimiser;
        private final StepEngine engine;
        private final ProcessGroup group;
        private final List<Double> losses = new ArrayList<>();
        private final List<Double> seconds = new ArrayList<>();
        private final List<Double> perTarget = new ArrayList<>();
        private List<int[]> batches = List.of();
        private int next;
        private int epoch;
        private long number;
        private long targets;
        private long rows;
        private long reads;

        Subject(ShopConfig config, Shape shape) {
            this(config, shape, new LoneProcess());
        }

        Subject(ShopConfig config, Shape shape, ProcessGroup group) {
            this.shape = shape;
            this.group = group;
            this.settings = config.train();
            this.set = TrainingSet.ofWindows(histories(shape, settings.seed()));
            Network network =
                    Network.of(
                            new NetworkSettings(
                                    TrainModel.family(config.model()),
                                    TrainModel.block(config.model()),
                                    TrainModel.positions(config.model()),
                                    shape.items(),
                                    1,
                                    config.model().width(),
                                    config.model().layers(),
                                    config.model().heads(),
                                    config.model().length(),
                                    config.model().dropout(),
                                    List.of()));
            this.weights = new Weights(network, network.initialWeights(settings.seed()));
            this.optimiser = Optimiser.of(settings, weights, 1_000_000);
            this.engine =
                    new StepEngine(
                            settings,
                            network,
                            List.of(),
                            set.targetsOf(shape.items()),
                            weights,
                            optimiser,
                            Optional.empty(),
                            group);
        }

        /**
         * Items are drawn evenly: no row of the table is more likely to be at hand than another.
         */
        private static List<Window> histories(Shape shape, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Window> histories = new ArrayList<>();
            for (int user = 0; user < shape.lengths().length; user++) {
                int events = shape.lengths()[user] + 1;
                int[] items = random.ints(events, 1, shape.items() + 1).toArray();
                histories.add(
                        Window.of(
                                EventSequence.of(user, items, new byte[events], new long[events])));
            }
            return histories;
        }

        void step(boolean measured) {
            if (next == batches.size()) {
                batches = set.epoch(settings.batch(), epoch++);
                next = 0;
            }
            List<Window> windows = IntStream.of(batches.get(next++)).mapToObj(set::window).toList();
            long started = System.nanoTime();
            StepEngine.Step done = engine.step(windows, ++number);
            double took = (System.nanoTime() - started) / 1e9;
            losses.add(done.lossSum() / done.targets());
            rows += done.rows();
            reads += windows.stream().mapToInt(window -> window.events().size()).sum();
            reads += settings.loss().negatives() + 1;
            if (measured) {
                seconds.add(took);
                perTarget.add(took / done.targets());
                targets += done.targets();
            }
        }

        Cost cost() {
            return new Cost(
                    shape.name(),
                    median(seconds),
                    median(perTarget),
                    (int) (targets / Math.max(1, seconds.size())));
        }

        Share share() {
            double all = seconds.stream().mapToDouble(s -> s).sum();
            int steps = losses.size();
            return new Share(
                    losses,
                    median(seconds),
                    targets / (double) seconds.size(),
                    targets / all,
                    group.bytesSent() / steps,
                    rows / (double) steps,
                    reads / (double) steps);
        }

        private static double median(List<Double> values) {
            double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
            return sorted[sorted.length / 2];
        }

        @Override
        public void close() {
            engine.close();
            optimiser.close();
            weights.close();
        }
    }

    /** As many histories, of the same length, with about as many targets in all. */
    public static int[] equal(int[] lengths) {
        int[] equal = new int[lengths.length];
        Arrays.fill(
                equal, Math.max(1, (int) Math.round(Arrays.stream(lengths).average().orElse(1))));
        return equal;
    }
}
