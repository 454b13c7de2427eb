package dev.nextact.model.network;

import dev.nextact.model.FloatTensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A weight to be learned.
 *
 * @param name dotted, outermost part first: {@code encoder.0.attention.query.weight}
 */
public record ParameterSpec(String name, int[] shape, Start start) {

    /** The values before training. */
    public sealed interface Start {
        Start ZERO = new Constant(0);
        Start ONE = new Constant(1);

        /** Normal around 0. */
        record Normal(double deviation) implements Start {}

        /** Uniform in ±bound. */
        record Uniform(double bound) implements Start {}

        /** All the same. */
        record Constant(float value) implements Start {}

        /** What is known already. */
        record Given(FloatTensor values) implements Start {}
    }

    /** How many values. */
    public int count() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** The values before training; they depend on the seed and the name, not on other weights. */
    public FloatTensor initial(long seed) {
        if (start instanceof Start.Given given) {
            return new FloatTensor(shape.clone(), given.values().values().clone());
        }
        RandomGenerator random = new SplittableRandom(seed * 31 + name.hashCode());
        FloatTensor tensor = FloatTensor.zeros(shape);
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = draw(random);
        }
        return tensor;
    }

    private float draw(RandomGenerator random) {
        if (start instanceof Start.Normal normal) {
            return (float) (random.nextGaussian() * normal.deviation());
        }
        if (start instanceof Start.Uniform uniform) {
            return (float) ((random.nextDouble() * 2 - 1) * uniform.bound());
        }
        return ((Start.Constant) start).value();
    }
}
