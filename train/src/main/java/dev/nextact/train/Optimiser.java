package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Moves the weights against the gradient. Of the item table only the rows a step reads are touched,
 * so that a step costs no more when the catalog grows; what a row would have moved meanwhile is
 * made up for when it is read again. Confined to one thread; runs without recording of gradients.
 */
abstract class Optimiser implements AutoCloseable {

    private final NativeOwner owner = new NativeOwner();
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /** What it moves. */
    final Weights weights;

    private Optimiser(Weights weights, List<String> vectors) {
        this.weights = weights;
        try (PointerScope making = new PointerScope()) {
            for (String name : vectors) {
                state.put(name, owner.keep(torch.zeros(weights.flat().numel())));
            }
        }
    }

    static Optimiser of(ShopConfig.Train settings, Weights weights) {
        return switch (settings.optimiser()) {
            case "adam" -> new Adam(settings, weights, false);
            case "adamw" -> new Adam(settings, weights, true);
            case "sgd" -> new Sgd(settings, weights);
            default ->
                    throw new IllegalArgumentException(
                            "optimiser: expected adam, adamw or sgd, found "
                                    + settings.optimiser());
        };
    }

    /**
     * Rows of the item table under a step. Its tensors belong to the step's scope.
     *
     * @param items which, each once; empty = the whole table
     * @param index the same as a tensor, or null for the whole table
     * @param values [R, D], up to date; a copy, or the table itself where it is whole
     * @param state likewise what the optimiser keeps of these rows
     */
    record Rows(long[] items, @Nullable Tensor index, Tensor values, List<Tensor> state) {}

    /**
     * The rows as step {@code step} must see them.
     *
     * @param items each once; empty = the whole table
     * @param step 1, 2, …
     */
    abstract Rows read(long[] items, long step);

    /**
     * Takes the step. May overwrite the gradients.
     *
     * @param rows what {@link #read} gave for it
     * @param table the gradient of the rows, [R, D]
     * @param dense the gradient of the other weights, in one vector
     */
    abstract void move(Rows rows, Tensor table, Tensor dense, long step);

    /** Brings every row of the table to where it stands after {@code step} steps. */
    abstract void settle(long step);

    /** More to keep in a checkpoint than the vectors; none by default. */
    Map<String, FloatTensor> bookkeeping() {
        return Map.of();
    }

    void loadBookkeeping(Map<String, FloatTensor> values) {}

    final Tensor vector(String name) {
        Tensor vector = state.get(name);
        if (vector == null) {
            throw new IllegalStateException("the optimiser keeps no " + name);
        }
        return vector;
    }

    /** Rows of a vector that lies like the weights, as [V+1, D]. */
    final Tensor tableOf(Tensor flat) {
        Tensor table = weights.itemTable();
        return flat.narrow(0, 0, weights.itemValues()).view(table.size(0), table.size(1));
    }

    /** The part of a vector that lies like the weights behind the item table. */
    final Tensor denseOf(Tensor flat) {
        return flat.narrow(0, weights.itemValues(), flat.numel() - weights.itemValues());
    }

    /** What a checkpoint must keep. */
    final Map<String, FloatTensor> snapshot() {
        Map<String, FloatTensor> copy = new LinkedHashMap<>(bookkeeping());
        state.forEach(
                (name, tensor) -> {
                    float[] values = new float[(int) tensor.numel()];
                    try (PointerScope reading = new PointerScope()) {
                        tensor.data_ptr_float().get(values);
                    }
                    copy.put(name, new FloatTensor(new int[] {values.length}, values));
                });
        return copy;
    }

    final void load(Map<String, FloatTensor> values) {
        state.forEach(
                (name, tensor) -> {
                    float[] kept = checked(values, name, tensor.numel());
                    try (PointerScope writing = new PointerScope()) {
                        tensor.data_ptr_float().put(kept);
                    }
                });
        loadBookkeeping(values);
    }

    static float[] checked(Map<String, FloatTensor> values, String name, long size) {
        FloatTensor value = values.get(name);
        if (value == null || value.values().length != size) {
            throw new IllegalArgumentException(
                    "optimiser state " + name + ": expected " + size + " values, found " + value);
        }
        return value.values();
    }

    @Override
    public final void close() {
        owner.close();
    }

    /**
     * Adam (Kingma and Ba 2015, algorithm 1); AdamW decays the weights apart from the gradient
     * (Loshchilov and Hutter 2019, algorithm 2).
     *
     * <p>A row without a gradient still moves in Adam, by its decaying mean. Such moves follow from
     * the step a row was last read in, so they are made up for in one go when it is read again:
     * with g steps between, {@code Σ_j a(s+j) (β1/√β2)^j · mean / (√square + ε)}, j = 1..g, where
     * a(t) is the step size with its bias corrections; AdamW's decay acts in between. Two
     * deviations: ε does not shrink with the square, and Adam's decay (not AdamW's) acts on a row
     * only in the steps that read it.
     */
    private static final class Adam extends Optimiser {

        private static final String MEAN = "mean";
        private static final String SQUARE = "square";
        private static final String MOVED = "moved";

        /** Kingma and Ba 2015, §2. */
        private static final double BETA1 = 0.9;

        private static final double BETA2 = 0.999;
        private static final double EPSILON = 1e-8;

        /** (β1/√β2)^100 = 3e-5: what a row moves later on is nothing. */
        private static final int MOST_STEPS_MADE_UP_FOR = 100;

        private final double learningRate;
        private final double weightDecay;
        private final boolean decoupled;

        /** The step each row was moved in last, exact up to 2^24 in a checkpoint. */
        private final int[] moved;

        /** Before this step no row was left behind. */
        private long settled;

        private double[] stepSizes = new double[0];

        Adam(ShopConfig.Train settings, Weights weights, boolean decoupled) {
            super(weights, List.of(MEAN, SQUARE));
            this.learningRate = settings.learningRate();
            this.weightDecay = settings.weightDecay();
            this.decoupled = decoupled;
            this.moved = new int[(int) weights.itemTable().size(0)];
        }

        @Override
        Rows read(long[] items, long step) {
            if (items.length == 0) {
                settle(step - 1);
                return new Rows(
                        items,
                        null,
                        weights.itemTable(),
                        List.of(tableOf(vector(MEAN)), tableOf(vector(SQUARE))));
            }
            Tensor index = Tensor.create(items);
            Tensor values = weights.itemTable().index_select(0, index);
            Tensor mean = tableOf(vector(MEAN)).index_select(0, index);
            Tensor square = tableOf(vector(SQUARE)).index_select(0, index);
            makeUpFor(items, step - 1, values, mean, square);
            return new Rows(items, index, values, List.of(mean, square));
        }

        @Override
        void move(Rows rows, Tensor table, Tensor dense, long step) {
            adam(
                    denseOf(weights.flat()),
                    denseOf(vector(MEAN)),
                    denseOf(vector(SQUARE)),
                    dense,
                    step);
            Tensor mean = rows.state().get(0);
            Tensor square = rows.state().get(1);
            adam(rows.values(), mean, square, table, step);
            if (rows.index() == null) {
                Arrays.fill(moved, (int) step);
                settled = step;
                return;
            }
            weights.itemTable().index_copy_(0, rows.index(), rows.values());
            tableOf(vector(MEAN)).index_copy_(0, rows.index(), mean);
            tableOf(vector(SQUARE)).index_copy_(0, rows.index(), square);
            for (long item : rows.items()) {
                moved[(int) item] = (int) step;
            }
        }

        private void adam(Tensor values, Tensor mean, Tensor square, Tensor gradient, long step) {
            if (weightDecay > 0 && decoupled) {
                values.mul_(new Scalar(decayed()));
            } else if (weightDecay > 0) {
                gradient.add_(values, new Scalar(weightDecay));
            }
            mean.lerp_(gradient, new Scalar(1 - BETA1));
            square.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
            double root = Math.sqrt(1 - Math.pow(BETA2, (double) step));
            Tensor divisor = square.sqrt().add_(new Scalar(EPSILON * root));
            values.addcdiv_(mean, divisor, new Scalar(-stepSize((int) step)));
        }

        @Override
        void settle(long step) {
            if (settled >= step) {
                return;
            }
            try (PointerScope settling = new PointerScope()) {
                long[] all = new long[moved.length];
                Arrays.setAll(all, i -> i);
                makeUpFor(
                        all,
                        step,
                        weights.itemTable(),
                        tableOf(vector(MEAN)),
                        tableOf(vector(SQUARE)));
            }
            Arrays.fill(moved, (int) step);
            settled = step;
        }

        /**
         * Moves rows to where they stand after {@code step} steps.
         *
         * @param values [R, D], as are {@code mean} and {@code square}
         */
        private void makeUpFor(long[] items, long step, Tensor values, Tensor mean, Tensor square) {
            float[] drift = new float[items.length];
            float[] meanDecay = new float[items.length];
            float[] squareDecay = new float[items.length];
            float[] shrink = new float[items.length];
            for (int i = 0; i < items.length; i++) {
                int from = moved[(int) items[i]];
                int gap = (int) step - from;
                drift[i] = (float) -drift(from, gap);
                meanDecay[i] = (float) Math.pow(BETA1, gap);
                squareDecay[i] = (float) Math.pow(BETA2, gap);
                shrink[i] = (float) Math.pow(decayed(), gap);
            }
            if (decoupled && weightDecay > 0) {
                values.mul_(column(shrink));
            }
            Tensor divisor = square.sqrt().add_(new Scalar(EPSILON));
            values.addcdiv_(mean.mul(column(drift)), divisor, new Scalar(1.0));
            mean.mul_(column(meanDecay));
            square.mul_(column(squareDecay));
        }

        private static Tensor column(float[] values) {
            return Tensor.create(values, values.length, 1);
        }

        private double drift(int from, int gap) {
            double sum = 0;
            double power = 1;
            for (int j = 1; j <= Math.min(gap, MOST_STEPS_MADE_UP_FOR); j++) {
                power *= BETA1 / Math.sqrt(BETA2) / decayed();
                sum += stepSize(from + j) * power;
            }
            return sum * Math.pow(decayed(), gap);
        }

        /** What AdamW's decay leaves of a weight in a step. */
        private double decayed() {
            return decoupled ? 1 - learningRate * weightDecay : 1;
        }

        /** a(t): the learning rate with the corrections of both biases. */
        private double stepSize(int step) {
            if (step >= stepSizes.length) {
                int known = stepSizes.length;
                stepSizes = Arrays.copyOf(stepSizes, Math.max(1024, step * 2));
                for (int t = known; t < stepSizes.length; t++) {
                    stepSizes[t] =
                            learningRate
                                    * Math.sqrt(1 - Math.pow(BETA2, t))
                                    / (1 - Math.pow(BETA1, t));
                }
            }
            return stepSizes[step];
        }

        @Override
        Map<String, FloatTensor> bookkeeping() {
            float[] values = new float[moved.length];
            for (int i = 0; i < moved.length; i++) {
                values[i] = moved[i];
            }
            return Map.of(MOVED, new FloatTensor(new int[] {values.length}, values));
        }

        @Override
        void loadBookkeeping(Map<String, FloatTensor> values) {
            float[] kept = checked(values, MOVED, moved.length);
            for (int i = 0; i < moved.length; i++) {
                moved[i] = (int) kept[i];
            }
            settled = Arrays.stream(moved).min().orElse(0);
        }
    }

    /** Plain stochastic gradient descent. Decay acts on a row in the steps that read it. */
    private static final class Sgd extends Optimiser {
        private final double learningRate;
        private final double weightDecay;

        Sgd(ShopConfig.Train settings, Weights weights) {
            super(weights, List.of());
            this.learningRate = settings.learningRate();
            this.weightDecay = settings.weightDecay();
        }

        @Override
        Rows read(long[] items, long step) {
            if (items.length == 0) {
                return new Rows(items, null, weights.itemTable(), List.of());
            }
            Tensor index = Tensor.create(items);
            Tensor values = weights.itemTable().index_select(0, index);
            return new Rows(items, index, values, List.of());
        }

        @Override
        void move(Rows rows, Tensor table, Tensor dense, long step) {
            descend(denseOf(weights.flat()), dense);
            descend(rows.values(), table);
            if (rows.index() != null) {
                weights.itemTable().index_copy_(0, rows.index(), rows.values());
            }
        }

        private void descend(Tensor values, Tensor gradient) {
            if (weightDecay > 0) {
                gradient.add_(values, new Scalar(weightDecay));
            }
            values.add_(gradient, new Scalar(-learningRate));
        }

        @Override
        void settle(long step) {}
    }
}
