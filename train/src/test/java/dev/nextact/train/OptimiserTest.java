package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows left alone and made up for later stand where the published update would have put them, and
 * so does their running mean.
 */
class OptimiserTest {

    private static final int ITEMS = 20;
    private static final int WIDTH = 4;
    private static final int STEPS = 300;
    private static final double RATE = 0.01;
    private static final double EMA = 0.98;

    private static final Network NETWORK =
            Network.of(
                    new NetworkSettings(
                            Family.GRU,
                            Block.PRE_NORM,
                            Positions.ABSOLUTE,
                            ITEMS,
                            1,
                            WIDTH,
                            1,
                            1,
                            10,
                            0,
                            List.of()));

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    private static ShopConfig.Train settings(
            String optimiser, double decay, String schedule, double ema) {
        return new ShopConfig.Train(
                1,
                1,
                42,
                8,
                1,
                false,
                optimiser,
                RATE,
                new ShopConfig.Schedule(schedule, schedule.equals("constant") ? 0 : 10),
                decay,
                0,
                ema,
                ShopConfig.Loss.of("sampled-softmax", 10),
                Map.of(),
                1,
                false,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    /**
     * Each step reads a few rows, with its own gradient for each; row 20 only the first and the
     * last.
     */
    private static int[] rowsOf(int step) {
        return step == 1 || step == STEPS
                ? new int[] {3, 20}
                : StepBatch.uniformNegatives(3, ITEMS - 1, step);
    }

    private static float gradient(int step, int row, int d) {
        return (float) new SplittableRandom(step * 1000L + row * 10L + d).nextGaussian();
    }

    private static float[] table(Map<String, FloatTensor> weights) {
        return weights.get(Network.ITEM_TABLE).values();
    }

    /** The table after all steps, and what was learned of it: the same without a running mean. */
    private record Ends(float[] table, float[] learned) {}

    private static Ends byRows(ShopConfig.Train settings, int settleAt) {
        try (Weights weights = new Weights(NETWORK, NETWORK.initialWeights(1));
                Optimiser optimiser = Optimiser.of(settings, weights, STEPS);
                NoGradGuard noGrad = new NoGradGuard()) {
            long dense = weights.flat().numel() - weights.itemValues();
            for (int step = 1; step <= STEPS; step++) {
                try (PointerScope scope = new PointerScope()) {
                    int[] items = rowsOf(step);
                    Optimiser.Rows rows =
                            optimiser.read(Arrays.stream(items).asLongStream().toArray(), step);
                    float[] gradient = new float[items.length * WIDTH];
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] = gradient(step, items[i / WIDTH], i % WIDTH);
                    }
                    optimiser.move(
                            rows,
                            Tensor.create(gradient, items.length, WIDTH),
                            Tensor.create(new float[(int) dense]),
                            step);
                }
                if (step == settleAt) {
                    optimiser.settle(step);
                }
            }
            optimiser.settle(STEPS);
            return new Ends(table(weights.snapshot()), table(optimiser.learned()));
        }
    }

    /** Every value in every step; Kingma and Ba 2015, algorithm 1, or plain descent. */
    private static Ends byTheBook(ShopConfig.Train settings) {
        LearningRate rate = LearningRate.of(settings, STEPS);
        boolean adam = !settings.optimiser().equals("sgd");
        float[] start = table(NETWORK.initialWeights(1));
        double[] w = new double[start.length];
        double[] m = new double[w.length];
        double[] v = new double[w.length];
        double[] mean = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = start[i];
            mean[i] = start[i];
        }
        for (int step = 1; step <= STEPS; step++) {
            double[] g = new double[w.length];
            for (int row : rowsOf(step)) {
                for (int d = 0; d < WIDTH; d++) {
                    g[row * WIDTH + d] = gradient(step, row, d);
                }
            }
            double stays = Math.min(settings.ema(), step / (step + 9.0));
            for (int i = 0; i < w.length; i++) {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                double corrected = m[i] / (1 - Math.pow(0.9, step));
                double square = v[i] / (1 - Math.pow(0.999, step));
                w[i] *= 1 - rate.at(step) * settings.weightDecay();
                w[i] -= rate.at(step) * (adam ? corrected / (Math.sqrt(square) + 1e-8) : g[i]);
                mean[i] = stays * mean[i] + (1 - stays) * w[i];
            }
        }
        return new Ends(floats(w), settings.ema() > 0 ? floats(mean) : floats(w));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @ParameterizedTest
    @CsvSource({
        "adam, 0, constant, 0, -1",
        "adam, 0, constant, 0, 17",
        "adam, 0, cosine, 0, -1",
        "adam, 0, constant, 0.98, -1",
        "adam, 0, constant, 0.98, 17",
        "adam, 0, linear, 0.98, 40",
        "adamw, 0.1, constant, 0, -1",
        "adamw, 0.1, constant, 0, 17",
        "adamw, 0.1, cosine, 0, -1",
        "adamw, 0.1, linear, 0.98, -1",
        "adamw, 0.1, cosine, 0.98, 17",
        "sgd, 0, cosine, 0, -1",
        "sgd, 0, constant, 0.98, -1",
    })
    void rowsAreMadeUpForTheStepsTheyWereLeftAlone(
            String optimiser, double decay, String schedule, double ema, int settleAt) {
        ShopConfig.Train settings = settings(optimiser, decay, schedule, ema);

        Ends rows = byRows(settings, settleAt);
        Ends book = byTheBook(settings);

        assertThat(rows.table()).containsExactly(book.table(), offset(5e-5f));
        assertThat(rows.learned()).containsExactly(book.learned(), offset(5e-5f));
    }

    @Test
    void theMeanIsAnotherThanTheWeights() {
        Ends ends = byTheBook(settings("adam", 0, "constant", EMA));
        assertThat(ends.learned()).isNotEqualTo(ends.table());
    }
}
