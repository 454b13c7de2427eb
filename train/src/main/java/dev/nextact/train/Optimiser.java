package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Moves the weights against the gradient. All vectors are flat, [P]. Confined to one thread. */
abstract class Optimiser implements AutoCloseable {

    /** Kingma and Ba 2015, §2. */
    private static final double BETA1 = 0.9;

    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final NativeOwner owner = new NativeOwner();
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /**
     * @param size P
     */
    static Optimiser of(ShopConfig.Train settings, long size) {
        Optimiser optimiser =
                switch (settings.optimiser()) {
                    case "adam" -> new Adam(settings, false);
                    case "adamw" -> new Adam(settings, true);
                    case "sgd" -> new Sgd(settings);
                    default ->
                            throw new IllegalArgumentException(
                                    "optimiser: expected adam, adamw or sgd, found "
                                            + settings.optimiser());
                };
        try (PointerScope making = new PointerScope()) {
            for (String name : optimiser.vectors()) {
                optimiser.state.put(name, optimiser.owner.keep(torch.zeros(size)));
            }
        }
        return optimiser;
    }

    /** The names of the vectors it keeps from step to step. */
    abstract Iterable<String> vectors();

    /**
     * Overwrites the weights; may overwrite the gradient.
     *
     * @param step 1, 2, …
     */
    abstract void step(Tensor weights, Tensor gradient, long step);

    final Tensor vector(String name) {
        Tensor vector = state.get(name);
        if (vector == null) {
            throw new IllegalStateException("the optimiser keeps no " + name);
        }
        return vector;
    }

    /** What a checkpoint must keep. */
    final Map<String, FloatTensor> snapshot() {
        Map<String, FloatTensor> copy = new LinkedHashMap<>();
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
                    FloatTensor value = values.get(name);
                    if (value == null || value.values().length != tensor.numel()) {
                        throw new IllegalArgumentException(
                                "optimiser state "
                                        + name
                                        + ": expected "
                                        + tensor.numel()
                                        + " values, found "
                                        + value);
                    }
                    try (PointerScope writing = new PointerScope()) {
                        tensor.data_ptr_float().put(value.values());
                    }
                });
    }

    @Override
    public final void close() {
        owner.close();
    }

    /**
     * Adam (Kingma and Ba 2015, algorithm 1); AdamW decays the weights apart from the gradient
     * (Loshchilov and Hutter 2019, algorithm 2).
     */
    private static final class Adam extends Optimiser {
        private final double learningRate;
        private final double weightDecay;
        private final boolean decoupled;

        Adam(ShopConfig.Train settings, boolean decoupled) {
            this.learningRate = settings.learningRate();
            this.weightDecay = settings.weightDecay();
            this.decoupled = decoupled;
        }

        @Override
        Iterable<String> vectors() {
            return List.of("mean", "square");
        }

        @Override
        void step(Tensor weights, Tensor gradient, long step) {
            if (weightDecay > 0 && decoupled) {
                weights.mul_(new Scalar(1 - learningRate * weightDecay));
            } else if (weightDecay > 0) {
                gradient.add_(weights, new Scalar(weightDecay));
            }
            Tensor mean = vector("mean").lerp_(gradient, new Scalar(1 - BETA1));
            Tensor square = vector("square").mul_(new Scalar(BETA2));
            square.addcmul_(gradient, gradient, new Scalar(1 - BETA2));
            double rate = learningRate / (1 - Math.pow(BETA1, (double) step));
            double root = Math.sqrt(1 - Math.pow(BETA2, (double) step));
            Tensor divisor = square.sqrt().add_(new Scalar(EPSILON * root));
            weights.addcdiv_(mean, divisor, new Scalar(-rate * root));
        }
    }

    /** Plain stochastic gradient descent. */
    private static final class Sgd extends Optimiser {
        private final double learningRate;
        private final double weightDecay;

        Sgd(ShopConfig.Train settings) {
            this.learningRate = settings.learningRate();
            this.weightDecay = settings.weightDecay();
        }

        @Override
        Iterable<String> vectors() {
            return List.of();
        }

        @Override
        void step(Tensor weights, Tensor gradient, long step) {
            if (weightDecay > 0) {
                gradient.add_(weights, new Scalar(weightDecay));
            }
            weights.add_(gradient, new Scalar(-learningRate));
        }
    }
}
