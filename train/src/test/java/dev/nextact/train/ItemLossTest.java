package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    private static List<List<Window>> windows() {
        SplittableRandom random = new SplittableRandom(1);
        int[] items = random.ints(301, 1, ITEMS + 1).toArray();
        byte[] behaviours = new byte[301];
        for (int i = 0; i < 301; i += 3) {
            behaviours[i] = 1;
        }
        return List.of(List.of(Window.of(EventSequence.of(0, items, behaviours, new long[301]))));
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
        float size = Math.max(1, expected.abs().max().item_float());
        assertThat(actual.sub(expected).abs().max().item_float()).isLessThan(1e-5f * size);
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

    private static StepBatch batch(Negatives negatives, float... weights) {
        return new StepBatch.Builder(SmallNetwork.of(ITEMS), List.of(), weights)
                .build(windows(), negatives, 1);
    }

    private static Negatives evenly(int... items) {
        float[] corrections = new float[items.length];
        Arrays.fill(corrections, (float) Math.log(ITEMS / (double) items.length));
        return new Negatives(items, corrections);
    }

    /** Fifty negatives that stand for different numbers of items. */
    private static Negatives unevenly() {
        int[] items = StepBatch.uniformNegatives(50, ITEMS, 5);
        float[] corrections = new float[50];
        for (int i = 0; i < 50; i++) {
            corrections[i] = 0.5f + i * 0.05f;
        }
        return new Negatives(items, corrections);
    }

    private static ItemLoss.Result of(ItemLoss loss, StepBatch batch, Tensor hidden, Tensor table) {
        return loss.of(
                hidden.detach(), table.detach(), batch.parts().get(0), batch.corrections(), SCALE);
    }

    private static Tensor column(float[] weights) {
        return weights.length == 0 ? torch.ones(300) : Tensor.create(weights);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "0.2, 1, 1", "0, 1, 7", "0.2, 0.5, 7"})
    void theFullSoftmaxHasTheGradientOfTheCrossEntropy(
            double smoothing, double temperature, float weight) {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = batch(Negatives.NONE, 1, weight);
            StepBatch.Part part = batch.parts().get(0);
            Tensor hidden = normal(300, 1, 2).requires_grad_(true);
            Tensor table = normal(ITEMS + 1, 1, 3).requires_grad_(true);

            ItemLoss loss =
                    ItemLoss.of(
                            new ShopConfig.Loss(
                                    "full-softmax",
                                    1,
                                    "uniform",
                                    0,
                                    temperature,
                                    smoothing,
                                    "fp32"),
                            ITEMS);
            ItemLoss.Result result = of(loss, batch, hidden, table);

            Tensor logits = // [M, V]
                    hidden.matmul(table.narrow(0, 1, ITEMS).t()).div(new Scalar(temperature));
            Tensor places = Tensor.create(part.targets()).sub(new Scalar(1)).unsqueeze(1);
            Tensor own = logits.gather(1, places).squeeze(1).mul(new Scalar(1 - smoothing));
            Tensor all = logits.mean(1).mul(new Scalar(smoothing));
            Tensor each = logits.logsumexp(1).sub(own).sub(all).mul(column(part.weights()));
            assertGradients(result, each.sum(), hidden, table);
        }
    }

    @Test
    void theFullSoftmaxOfRoundedNumbersIsNearTheExactOne() {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = batch(Negatives.NONE);
            Tensor hidden = normal(300, 1, 2);
            Tensor table = normal(ITEMS + 1, 1, 3);

            ItemLoss.Result exact =
                    of(new ItemLoss.FullSoftmax(ITEMS, 0.1, false), batch, hidden, table);
            ItemLoss.Result rounded =
                    of(new ItemLoss.FullSoftmax(ITEMS, 0.1, true), batch, hidden, table);

            assertThat(rounded.sum()).isCloseTo(exact.sum(), withinPercentage(0.1));
            assertNear(rounded.hidden(), exact.hidden());
            assertNear(rounded.vectors(), exact.vectors());
        }
    }

    /** bf16 has 8 bits: numbers are off by up to 0.4 %, but not all in the same direction. */
    private static void assertNear(Tensor rounded, Tensor exact) {
        float error = rounded.sub(exact).norm().item_float() / exact.norm().item_float();
        assertThat(error).isBetween(1e-5f, 0.01f);
    }

    /** Scores of the negatives, -1e9 where one is the target. */
    private static Tensor masked(Tensor hidden, Tensor table, StepBatch.Part part) {
        Tensor hits = torch.zeros(300 * 50);
        hits.index_fill_(0, Tensor.create(part.hits()), new Scalar(-1e9));
        return hidden.matmul(table.narrow(0, 1, 50).t()).add(hits.view(300, 50));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.5, 1", "1, 7"})
    void theSampledSoftmaxHasTheGradientOfItsFormula(double temperature, float weight) {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = batch(unevenly(), 1, weight);
            StepBatch.Part part = batch.parts().get(0);
            Tensor hidden = normal(300, 1, 2).requires_grad_(true);
            Tensor table = normal(batch.rows().length, 1, 3).requires_grad_(true);

            ItemLoss loss =
                    ItemLoss.of(
                            new ShopConfig.Loss(
                                    "sampled-softmax", 50, "mixed", 0, temperature, 0, "fp32"),
                            ITEMS);
            ItemLoss.Result result = of(loss, batch, hidden, table);

            assertThat(part.hits()).isNotEmpty();
            Tensor colder = hidden.div(new Scalar(temperature));
            Tensor own = colder.mul(table.index_select(0, Tensor.create(part.targets()))).sum(1);
            Tensor scores = masked(colder, table, part).add(Tensor.create(batch.corrections()));
            Tensor each = torch.softplus(scores.logsumexp(1).sub(own));
            assertGradients(result, each.mul(column(part.weights())).sum(), hidden, table);
        }
    }

    @ParameterizedTest
    @CsvSource({"bce, 0, 1", "gbce, 0.75, 1", "gbce, 0.75, 7"})
    void binaryCrossEntropiesHaveTheGradientsOfTheirFormulas(
            String kind, double calibration, float weight) {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = batch(unevenly(), 1, weight);
            StepBatch.Part part = batch.parts().get(0);
            Tensor hidden = normal(300, 1, 2).requires_grad_(true);
            Tensor table = normal(batch.rows().length, 1, 3).requires_grad_(true);

            ItemLoss loss =
                    ItemLoss.of(
                            new ShopConfig.Loss(kind, 50, "uniform", calibration, 1, 0, "fp32"),
                            ITEMS);
            ItemLoss.Result result = of(loss, batch, hidden, table);

            double alpha = 50 / 299.0;
            double beta =
                    kind.equals("bce") ? 1 : alpha * (calibration * (1 - 1 / alpha) + 1 / alpha);
            Tensor own = hidden.mul(table.index_select(0, Tensor.create(part.targets()))).sum(1);
            Tensor each =
                    torch.log_sigmoid(own)
                            .mul(new Scalar(-beta))
                            .add(torch.softplus(masked(hidden, table, part)).sum(1))
                            .div(new Scalar(51));
            assertGradients(result, each.mul(column(part.weights())).sum(), hidden, table);
        }
    }

    @Test
    void calibrationGoesFromPlainToTheShareThatIsSampled() {
        assertThat(ItemLoss.BinaryCrossEntropy.calibrated(0, 30, 301).beta())
                .isCloseTo(1, offset(1e-12));
        assertThat(ItemLoss.BinaryCrossEntropy.calibrated(1, 30, 301).beta())
                .isCloseTo(0.1, offset(1e-12));
        assertThat(ItemLoss.BinaryCrossEntropy.calibrated(0.75, 300, 301).beta())
                .isCloseTo(1, offset(1e-12));
    }

    @Test
    void whereEveryNegativeIsTheTargetNothingIsLearned() {
        EventSequence window = EventSequence.of(0, new int[] {4, 7}, new byte[2], new long[2]);
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch =
                    new StepBatch.Builder(SmallNetwork.of(ITEMS), List.of(), new float[0])
                            .build(List.of(List.of(Window.of(window))), evenly(7), 1);
            ItemLoss.Result result =
                    of(
                            new ItemLoss.SampledSoftmax(ITEMS),
                            batch,
                            normal(1, 1, 2),
                            normal(batch.rows().length, 1, 3));
            assertThat(result.sum()).isZero();
            assertSame(result.hidden(), torch.zeros(1, WIDTH));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full-softmax", "sampled-softmax", "bce", "gbce"})
    void scoresFarApartStayFinite(String kind) {
        try (PointerScope scope = new PointerScope()) {
            StepBatch batch = batch(kind.startsWith("full") ? Negatives.NONE : unevenly());
            long rows = batch.rows().length == 0 ? ITEMS + 1 : batch.rows().length;
            ItemLoss.Result result =
                    of(
                            ItemLoss.of(ShopConfig.Loss.of(kind, 50), ITEMS),
                            batch,
                            normal(300, 100, 2),
                            normal(rows, 100, 3));
            assertThat(result.sum()).isFinite();
            assertThat(result.vectors().norm().item_float()).isFinite();
        }
    }
}
