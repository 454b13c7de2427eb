package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.model.ops.Ops.Attention;
import dev.nextact.model.ops.Ops.TimeBias;
import dev.nextact.model.ops.Ops.Weighting;
import dev.nextact.model.ops.TimeBuckets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against LibTorch's automatic differentiation of the same attention, written out. */
class CausalAttentionTest {

    private static final int BATCH = 3;
    private static final int HEADS = 2;
    private static final int WIDTH = 10;
    private static final int SEED = 77;

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    @ParameterizedTest
    @CsvSource({
        "SOFTMAX, 1, 0, false, false",
        "SOFTMAX, 2, 0, false, true",
        "SOFTMAX, 13, 0, false, false",
        "SOFTMAX, 13, 0.4, false, true",
        "SOFTMAX, 32, 0.4, true, false",
        "SOFTMAX, 32, 0.4, true, true",
        "SILU, 13, 0, true, true",
        "SILU, 7, 0.4, true, false",
        "SILU, 5, 0.4, false, false",
        "SILU, 9, 0.4, false, true"
    })
    void valuesAndGradientsAreThoseOfAutomaticDifferentiation(
            Weighting weighting, int steps, double dropout, boolean biased, boolean timed) {
        try (PointerScope scope = new PointerScope()) {
            Tensor projections = torch.randn(BATCH, steps, 3 * WIDTH).requires_grad_(true);
            Tensor bias = torch.randn(HEADS, 70).requires_grad_(true);
            Tensor slope = torch.randn(BATCH, steps, WIDTH);
            Tensor timeBias = torch.randn(HEADS, TimeBuckets.COUNT).requires_grad_(true);
            long[] buckets = buckets(steps);
            Tensor expected =
                    writtenOut(
                            projections,
                            weighting,
                            dropout,
                            biased ? byDistance(bias, steps) : torch.zeros(1),
                            timed ? byTime(timeBias, buckets, steps) : torch.zeros(1));
            TensorVector gradients =
                    torch.grad(
                            new TensorVector(expected),
                            new TensorVector(projections, bias, timeBias),
                            new TensorVector(slope),
                            new BoolOptional(),
                            false,
                            true);

            Optional<Tensor> given = biased ? Optional.of(bias) : Optional.empty();
            Tensor asInts = Tensor.create(buckets, BATCH, steps, steps).to(torch.ScalarType.Int);
            Optional<TimeBias<Tensor>> givenTime =
                    timed ? Optional.of(new TimeBias<>(timeBias, asInts)) : Optional.empty();
            CausalAttention attention =
                    new CausalAttention(
                            projections,
                            HEADS,
                            new Attention<>(weighting, given, givenTime, dropout),
                            SEED);
            List<Tensor> byHand = attention.back(slope);

            assertEqual(attention.result(), expected);
            assertThat(byHand).hasSize(1 + (biased ? 1 : 0) + (timed ? 1 : 0));
            assertEqual(byHand.get(0), gradients.get(0));
            if (biased) {
                assertEqual(byHand.get(1), gradients.get(1));
            }
            if (timed) {
                assertEqual(byHand.get(byHand.size() - 1), gradients.get(2));
            }
        }
    }

    /** Any, [B, T, T]. */
    private static long[] buckets(int steps) {
        return new SplittableRandom(5)
                .longs((long) BATCH * steps * steps, 0, TimeBuckets.COUNT)
                .toArray();
    }

    /** [H, T, T]. */
    private static Tensor byDistance(Tensor bias, long steps) {
        Tensor range = torch.arange(new Scalar(steps), TorchOps.longs());
        Tensor places = range.unsqueeze(1).sub(range).clamp_min(new Scalar(0)).reshape(-1);
        return bias.index_select(1, places).view(HEADS, steps, steps);
    }

    /** [B, H, T, T]. */
    private static Tensor byTime(Tensor bias, long[] buckets, int steps) {
        return bias.index_select(1, Tensor.create(buckets))
                .view(HEADS, BATCH, steps, steps)
                .transpose(0, 1);
    }

    private static Tensor writtenOut(
            Tensor projections,
            Weighting weighting,
            double dropout,
            Tensor ofDistance,
            Tensor ofTime) {
        long steps = projections.size(1);
        Tensor q = heads(projections, 0); // [B, H, T, K]
        Tensor k = heads(projections, 1);
        Tensor v = heads(projections, 2);
        Tensor products = q.matmul(k.transpose(2, 3)); // [B, H, T, T]
        if (weighting == Weighting.SOFTMAX) {
            products = products.div(new Scalar(Math.sqrt(WIDTH / (double) HEADS)));
        }
        Tensor range = torch.arange(new Scalar(steps), TorchOps.longs());
        Tensor distances = range.unsqueeze(1).sub(range); // [T, T]
        products = products.add(ofDistance).add(ofTime);
        Tensor later = distances.lt(new Scalar(0));
        Tensor weights =
                weighting == Weighting.SOFTMAX
                        ? products.masked_fill(later, new Scalar(Double.NEGATIVE_INFINITY))
                                .softmax(-1)
                        : torch.silu(products).masked_fill(later, new Scalar(0.0));
        Tensor attended = weights.mul(mask((int) steps, dropout)).matmul(v); // [B, H, T, K]
        return attended.transpose(1, 2).reshape(BATCH, steps, WIDTH);
    }

    private static Tensor heads(Tensor projections, int part) {
        return projections
                .narrow(2, (long) part * WIDTH, WIDTH)
                .unflatten(2, HEADS, WIDTH / HEADS)
                .transpose(1, 2);
    }

    /** [B, H, T, T], a triangle of it after the other in the sequence of hashes. */
    private static Tensor mask(int steps, double dropout) {
        float[] mask = new float[BATCH * HEADS * steps * steps];
        int triangle = steps * (steps + 1) / 2;
        int[] bits = new int[BATCH * HEADS * triangle];
        DropoutMask.fill(bits, bits.length, SEED, 0, dropout);
        int next = 0;
        for (int bh = 0; bh < BATCH * HEADS; bh++) {
            for (int t = 0; t < steps; t++) {
                for (int s = 0; s <= t; s++) {
                    mask[(bh * steps + t) * steps + s] = Float.intBitsToFloat(bits[next++]);
                }
            }
        }
        return Tensor.create(mask, BATCH, HEADS, steps, steps);
    }

    private static void assertEqual(Tensor actual, Tensor expected) {
        assertThat(values(actual)).containsExactly(values(expected), offset(2e-5f));
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[(int) tensor.numel()];
        tensor.detach().contiguous().data_ptr_float().get(values);
        return values;
    }
}
