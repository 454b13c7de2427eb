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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows left alone and made up for later stand where the published update would have put them. */
class OptimiserTest {

    private static final int ITEMS = 20;
    private static final int WIDTH = 4;
    private static final int STEPS = 60;

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

    private static ShopConfig.Train settings(String optimiser, double decay) {
        return new ShopConfig.Train(
                1, 1, 42, 8, optimiser, 0.01, decay, 0, "sampled-softmax", 10, 1);
    }

    /** Each step reads a few rows, with its own gradient for each. */
    private static int[] rowsOf(int step) {
        return StepBatch.uniformNegatives(3, ITEMS, step);
    }

    private static float gradient(int step, int row, int d) {
        return (float) new SplittableRandom(step * 1000L + row * 10L + d).nextGaussian();
    }

    private static float[] table(Map<String, FloatTensor> weights) {
        return weights.get(Network.ITEM_TABLE).values();
    }

    private static float[] byRows(ShopConfig.Train settings, int settleAt) {
        try (Weights weights = new Weights(NETWORK, NETWORK.initialWeights(1));
                Optimiser optimiser = Optimiser.of(settings, weights);
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
            return table(weights.snapshot());
        }
    }

    /** Kingma and Ba 2015, algorithm 1, on every value in every step. */
    private static float[] adam(double decay) {
        float[] w = table(NETWORK.initialWeights(1));
        double[] m = new double[w.length];
        double[] v = new double[w.length];
        for (int step = 1; step <= STEPS; step++) {
            double[] g = new double[w.length];
            for (int row : rowsOf(step)) {
                for (int d = 0; d < WIDTH; d++) {
                    g[row * WIDTH + d] = gradient(step, row, d);
                }
            }
            for (int i = 0; i < w.length; i++) {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                double mean = m[i] / (1 - Math.pow(0.9, step));
                double square = v[i] / (1 - Math.pow(0.999, step));
                w[i] *= (float) (1 - 0.01 * decay);
                w[i] -= (float) (0.01 * mean / (Math.sqrt(square) + 1e-8));
            }
        }
        return w;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 17})
    void adamMakesUpForTheStepsARowWasLeftAlone(int settleAt) {
        assertThat(byRows(settings("adam", 0), settleAt)).containsExactly(adam(0), offset(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 17})
    void adamwDecaysThemToo(int settleAt) {
        assertThat(byRows(settings("adamw", 0.1), settleAt))
                .containsExactly(adam(0.1), offset(2e-5f));
    }
}
