package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Moves the weights against the gradient, and keeps their running mean where one is asked for. Of
 * the item table only the rows a step reads are touched, so that a step costs no more when the
 * catalog grows; what a row and its mean would have moved meanwhile is made up for when it is read
 * again, or settled for all. Confined to one thread; runs without recording of gradients.
 */
abstract sealed class Optimiser implements AutoCloseable permits Adam, Sgd {

    private static final String AVERAGE = "average";
    private static final String MOVED = "moved";

    private final NativeOwner owner = new NativeOwner();
    private final Map<String, Tensor> vectors = new LinkedHashMap<>();
    private final Weights weights;

    /** Null where no mean is kept. */
    private final @Nullable Averaging averaging;

    /** The step each row was moved in last, exact up to 2^24 in a checkpoint. */
    private final int[] moved;

    /** Before this step no row was left behind. */
    private long settled;

    /**
     * @param names of the vectors kept from step to step, as long as the weights, 0 at first
     */
    Optimiser(ShopConfig.Train settings, Weights weights, List<String> names) {
        this.weights = weights;
        this.averaging = settings.ema() > 0 ? new Averaging(settings.ema()) : null;
        this.moved = new int[(int) weights.itemTable().size(0)];
        try (PointerScope making = new PointerScope()) {
            for (String name : names) {
                vectors.put(name, owner.keep(torch.zeros(weights.flat().numel())));
            }
            if (averaging != null) {
                vectors.put(AVERAGE, owner.keep(weights.flat().clone()));
            }
        }
    }

    /**
     * @param steps of the whole training
     */
    static Optimiser of(ShopConfig.Train settings, Weights weights, long steps) {
        LearningRate rate = LearningRate.of(settings, steps);
        return switch (settings.optimiser()) {
            case "adam" -> new Adam(settings, rate, weights, false);
            case "adamw" -> new Adam(settings, rate, weights, true);
            case "sgd" -> new Sgd(settings, rate, weights);
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
     * What rows that no step read have done meanwhile, each number one a row: {@code value ← value
     * · left + direction · drift}, where the direction follows from the optimiser's vectors; and of
     * the mean {@code mean ← mean · stays + value · ofValue + direction · ofDrift}, with the value
     * as it was.
     */
    record Idle(float[] left, float[] drift, float[] stays, float[] ofValue, float[] ofDrift) {
        Idle(int rows) {
            this(
                    new float[rows],
                    new float[rows],
                    new float[rows],
                    new float[rows],
                    new float[rows]);
        }
    }

    /**
     * Moves values.
     *
     * @param state what is kept of them, in the order of the vectors' names; may be more
     * @param gradient may be overwritten
     */
    abstract void update(Tensor values, List<Tensor> state, Tensor gradient, long step);

    /**
     * What a row without a gradient does from one step to a later one.
     *
     * @param averaging null where no mean is kept
     */
    abstract void idle(Idle idle, int row, int from, int to, @Nullable Averaging averaging);

    /** Where idle rows drift to, [R, D], before {@link #forget}. Empty: they stay. */
    abstract Optional<Tensor> direction(List<Tensor> state);

    /** Brings the vectors of idle rows up to date. */
    abstract void forget(List<Tensor> state, int[] gaps);

    /**
     * The rows as step {@code step} must see them.
     *
     * @param items each once; empty = the whole table
     * @param step 1, 2, …
     */
    final Rows read(long[] items, long step) {
        if (items.length == 0) {
            settle(step - 1);
            return new Rows(items, null, weights.itemTable(), tables());
        }
        Tensor index = Tensor.create(items);
        Tensor values = weights.itemTable().index_select(0, index);
        List<Tensor> state = new ArrayList<>();
        for (Tensor table : tables()) {
            state.add(table.index_select(0, index));
        }
        makeUpFor(items, step - 1, values, state);
        return new Rows(items, index, values, state);
    }

    /**
     * Shrinks gradients whose common norm is above the most it may be (Pascanu et al. 2013, §3.2).
     *
     * @param most 0 = whatever it is
     */
    static void clip(List<Tensor> gradients, double most) {
        double squares = 0;
        for (Tensor gradient : gradients) {
            double norm = gradient.norm().item_float();
            squares += norm * norm;
        }
        if (most > 0 && Math.sqrt(squares) > most) {
            Scalar shrink = new Scalar(most / Math.sqrt(squares));
            gradients.forEach(gradient -> gradient.mul_(shrink));
        }
    }

    /**
     * Takes the step of a network without an item table. May overwrite the gradient.
     *
     * @param dense the gradient of all weights, in one vector
     */
    final void move(Tensor dense, long step) {
        Tensor values = denseOf(weights.flat());
        List<Tensor> state = vectors.values().stream().map(this::denseOf).toList();
        update(values, state, dense, step);
        average(values, state, step);
    }

    /**
     * Takes the step. May overwrite the gradients.
     *
     * @param rows what {@link #read} gave for it
     * @param table the gradient of the rows, [R, D]
     * @param dense the gradient of the other weights, in one vector
     */
    final void move(Rows rows, Tensor table, Tensor dense, long step) {
        move(dense, step);
        update(rows.values(), rows.state(), table, step);
        average(rows.values(), rows.state(), step);
        if (rows.index() == null) {
            Arrays.fill(moved, (int) step);
            settled = step;
            return;
        }
        weights.itemTable().index_copy_(0, rows.index(), rows.values());
        List<Tensor> tables = tables();
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).index_copy_(0, rows.index(), rows.state().get(i));
        }
        for (long item : rows.items()) {
            moved[(int) item] = (int) step;
        }
    }

    private void average(Tensor values, List<Tensor> state, long step) {
        if (averaging != null) {
            Tensor mean = state.get(state.size() - 1);
            mean.lerp_(values, new Scalar(1 - averaging.stays(step)));
        }
    }

    /** Brings every row of the table to where it stands after {@code step} steps. */
    final void settle(long step) {
        if (settled >= step) {
            return;
        }
        try (PointerScope settling = new PointerScope()) {
            long[] all = new long[moved.length];
            Arrays.setAll(all, i -> i);
            makeUpFor(all, step, weights.itemTable(), tables());
        }
        Arrays.fill(moved, (int) step);
        settled = step;
    }

    private void makeUpFor(long[] items, long step, Tensor values, List<Tensor> state) {
        Idle idle = new Idle(items.length);
        int[] gaps = new int[items.length];
        for (int i = 0; i < items.length; i++) {
            int from = moved[(int) items[i]];
            gaps[i] = (int) step - from;
            idle(idle, i, from, (int) step, averaging);
        }
        Optional<Tensor> direction = direction(state);
        if (averaging != null) {
            Tensor mean = state.get(state.size() - 1);
            mean.mul_(column(idle.stays())).addcmul_(values, column(idle.ofValue()), ONE);
            direction.ifPresent(d -> mean.addcmul_(d, column(idle.ofDrift()), ONE));
        }
        if (direction.isPresent()) {
            values.mul_(column(idle.left()));
            values.addcmul_(direction.get(), column(idle.drift()), ONE);
        }
        forget(state, gaps);
    }

    private static final Scalar ONE = new Scalar(1.0);

    static Tensor column(float[] values) {
        return Tensor.create(values, values.length, 1);
    }

    /** The item table's part of each vector, [V+1, D]. */
    private List<Tensor> tables() {
        Tensor table = weights.itemTable();
        return vectors.values().stream()
                .map(
                        flat ->
                                flat.narrow(0, 0, weights.itemValues())
                                        .view(table.size(0), table.size(1)))
                .toList();
    }

    /** The part of a vector that lies like the weights behind the item table. */
    private Tensor denseOf(Tensor flat) {
        return flat.narrow(0, weights.itemValues(), flat.numel() - weights.itemValues());
    }

    /**
     * What the training has learned, to be validated and exported: the mean of the weights where
     * one is kept, else the weights. Rows must be settled.
     */
    final Map<String, FloatTensor> learned() {
        Tensor mean = vectors.get(AVERAGE);
        return mean == null ? weights.snapshot() : weights.snapshotOf(mean);
    }

    /** What a checkpoint must keep. */
    final Map<String, FloatTensor> snapshot() {
        Map<String, FloatTensor> copy = new LinkedHashMap<>();
        float[] steps = new float[moved.length];
        for (int i = 0; i < moved.length; i++) {
            steps[i] = moved[i];
        }
        copy.put(MOVED, new FloatTensor(new int[] {steps.length}, steps));
        vectors.forEach(
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
        vectors.forEach(
                (name, tensor) -> {
                    float[] kept = checked(values, name, tensor.numel());
                    try (PointerScope writing = new PointerScope()) {
                        tensor.data_ptr_float().put(kept);
                    }
                });
        float[] steps = checked(values, MOVED, moved.length);
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (int) steps[i];
        }
        settled = Arrays.stream(moved).min().orElse(0);
    }

    private static float[] checked(Map<String, FloatTensor> values, String name, long size) {
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
}
