package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventSequence;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Gradients worked out by hand against LibTorch's automatic ones. */
class ItemLossTest {

    private static final int ITEMS = 300;
    private static final int WIDTH = 8;
    private static final double SCALE = 0.25;

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    /** Enough targets for several chunks. */
    private static List<List<EventSequence>> windows() {
        SplittableRandom random = new SplittableRandom(1);
        int[] items = random.ints(301, 1, ITEMS + 1).toArray();
        return List.of(List.of(EventSequence.of(0, items, new byte[301], new long[301])));
    }

    private static Tensor normal(long rows, double deviation, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[(int) rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return Tensor.create(values, rows, WIDTH);
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        assertThat(actual.sub(expected).abs().max().item_float()).isLessThan(1e-5f);
    }

    private static void assertGradients(
            ItemLoss.Result result, Tensor lossSum, Tensor hidden, Tensor table) {
        TensorVector gradients =
                torch.grad(
                        new TensorVector(lossSum.mul(new Scalar(SCALE))),
                        new TensorVector(hidden, table));
        assertThat(result.sum())
                .isCloseTo(lossSum.item_float(), offset(1e-4 * Math.abs(lossSum.item_float())));
        assertSame(result.hidden(), gradients.get(0));
        assertSame(result.vectors(), gradients.get(1));
    }

    @Test
    void theFullSoftmaxHasTheGradientOfTheCrossEntropy() {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = new StepBatch.Builder(ITEMS, List.of()).build(windows(), new int[0]);
            Tensor hidden = normal(300, 1, 2).requires_grad_(true);
            Tensor table = normal(ITEMS + 1, 1, 3).requires_grad_(true);
            Tensor targets = Tensor.create(batch.parts().get(0).targets());

            ItemLoss.Result result =
                    new ItemLoss.FullSoftmax()
                            .of(hidden.detach(), table.detach(), batch.parts().get(0), 0, SCALE);

            Tensor logits = hidden.matmul(table.narrow(0, 1, ITEMS).t());
            Tensor own = hidden.mul(table.index_select(0, targets)).sum(1);
            assertGradients(result, logits.logsumexp(1).sub(own).sum(), hidden, table);
        }
    }

    @Test
    void theSampledSoftmaxHasTheGradientOfItsFormula() {
        int[] negatives = StepBatch.uniformNegatives(50, ITEMS, 5);
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = new StepBatch.Builder(ITEMS, List.of()).build(windows(), negatives);
            StepBatch.Part part = batch.parts().get(0);
            Tensor hidden = normal(300, 1, 2).requires_grad_(true);
            Tensor table = normal(batch.rows().length, 1, 3).requires_grad_(true);

            ItemLoss.Result result =
                    new ItemLoss.SampledSoftmax(ITEMS)
                            .of(hidden.detach(), table.detach(), part, 50, SCALE);

            assertThat(part.hits()).isNotEmpty();
            Tensor own = hidden.mul(table.index_select(0, Tensor.create(part.targets()))).sum(1);
            Tensor hits = torch.zeros(300 * 50);
            hits.index_fill_(0, Tensor.create(part.hits()), new Scalar(-1e9));
            Tensor scores = hidden.matmul(table.narrow(0, 1, 50).t()).add(hits.view(300, 50));
            Tensor others = scores.logsumexp(1).add(new Scalar(Math.log(ITEMS / 50.0)));
            assertGradients(result, torch.softplus(others.sub(own)).sum(), hidden, table);
        }
    }

    @Test
    void whereEveryNegativeIsTheTargetNothingIsLearned() {
        EventSequence window = EventSequence.of(0, new int[] {4, 7}, new byte[2], new long[2]);
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch =
                    new StepBatch.Builder(ITEMS, List.of())
                            .build(List.of(List.of(window)), new int[] {7});
            ItemLoss.Result result =
                    new ItemLoss.SampledSoftmax(ITEMS)
                            .of(
                                    normal(1, 1, 2),
                                    normal(batch.rows().length, 1, 3),
                                    batch.parts().get(0),
                                    1,
                                    SCALE);
            assertThat(result.sum()).isZero();
            assertSame(result.hidden(), torch.zeros(1, WIDTH));
        }
    }

    @Test
    void scoresFarApartStayFinite() {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = new StepBatch.Builder(ITEMS, List.of()).build(windows(), new int[0]);
            ItemLoss.Result result =
                    new ItemLoss.FullSoftmax()
                            .of(
                                    normal(300, 100, 2),
                                    normal(ITEMS + 1, 100, 3),
                                    batch.parts().get(0),
                                    0,
                                    SCALE);
            assertThat(result.sum()).isFinite();
            assertThat(result.vectors().norm().item_float()).isFinite();
        }
    }
}
