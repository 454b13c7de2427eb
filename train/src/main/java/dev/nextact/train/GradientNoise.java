package dev.nextact.train;

import dev.nextact.core.privacy.SecretNoise;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes a step's gradient of the sum of clipped ones: noise on every value, also of the items that
 * nobody of the step has seen, and then the mean over as many shoppers as a step has on the
 * average, for how many there were is a secret too (Abadi et al. 2016, "Deep Learning with
 * Differential Privacy", algorithm 1). Confined to one thread.
 */
final class GradientNoise {

    private final SecretNoise random;
    private final double deviation;
    private final double expected;

    /**
     * @param random where the noise comes from
     * @param deviation of the noise
     * @param expected shoppers of a step
     */
    GradientNoise(SecretNoise random, double deviation, double expected) {
        this.random = random;
        this.deviation = deviation;
        this.expected = expected;
    }

    /** Overwrites the sum. */
    void apply(Tensor sum) {
        float[] noise = new float[(int) sum.numel()];
        random.fillNormal(noise, deviation);
        try (PointerScope adding = new PointerScope()) {
            sum.add_(Tensor.create(noise).view_as(sum)).mul_(new Scalar(1 / expected));
        }
    }
}
