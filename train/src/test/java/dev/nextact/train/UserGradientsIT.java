package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.SecretNoise;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import dev.nextact.model.network.NetworkSettings.TimeField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients of each shopper, against those of automatic differentiation for one after the other.
 */
class UserGradientsIT {

    private static final int ITEMS = 30;
    private static final int WIDTH = 8;
    private static final int USERS = 9;

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    private static Network network(Family family, Block block, FeedForward feedForward) {
        NetworkSettings small =
                new NetworkSettings(
                        family, block, Positions.ABSOLUTE, ITEMS, 2, WIDTH, 2, 2, 20, 0, List.of());
        return Network.of(
                new NetworkSettings(
                        family,
                        block,
                        feedForward,
                        Positions.ABSOLUTE,
                        ITEMS,
                        2,
                        WIDTH,
                        2,
                        2,
                        20,
                        0,
                        List.of(),
                        List.of(TimeField.GAP, TimeField.HOUR),
                        Optional.empty(),
                        0,
                        small.tokens(),
                        false));
    }

    /** Histories of different lengths, in which items come again. */
    private static List<Window> windows(int users) {
        SplittableRandom random = new SplittableRandom(5);
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            int size = 2 + random.nextInt(15);
            int[] items = random.ints(size, 1, 12).toArray();
            byte[] behaviours = new byte[size];
            long[] times = new long[size];
            for (int i = 0; i < size; i++) {
                behaviours[i] = (byte) random.nextInt(2);
                times[i] = (i == 0 ? 0 : times[i - 1]) + random.nextLong(10_000_000_000L);
            }
            windows.add(Window.of(EventSequence.of(user, items, behaviours, times)));
        }
        return windows;
    }

    private static ShopConfig.Train settings(String loss, double clip) {
        return new ShopConfig.Train(
                1,
                5,
                42,
                8,
                1,
                false,
                "adam",
                0.01,
                ShopConfig.Schedule.CONSTANT,
                0,
                5,
                0,
                ShopConfig.Loss.of(loss, 6),
                Map.of(),
                2,
                false,
                Duration.ofMinutes(1),
                Optional.of(new ShopConfig.DifferentialPrivacy(8, 1e-3, clip)));
    }

    /** Weights that have learned a little: those before training are too even. */
    private static Map<String, FloatTensor> learned(Network network, ShopConfig.Train settings) {
        List<Window> windows = windows(40);
        try (Weights weights = new Weights(network, network.initialWeights(3));
                Optimiser optimiser = Optimiser.of(settings, weights, 20);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                List.of(),
                                Targets.alike(ITEMS),
                                weights,
                                optimiser)) {
            for (int step = 1; step <= 20; step++) {
                engine.step(windows, step);
            }
            optimiser.settle(20);
            return optimiser.learned();
        }
    }

    /** Everything that a comparison needs; the tensors belong to the caller's scope. */
    private record Case(
            Network network,
            Weights weights,
            ItemLoss loss,
            StepBatch.Builder builder,
            Negatives negatives) {

        static Case of(Network network, Weights weights, String loss) {
            ShopConfig.Loss kind = ShopConfig.Loss.of(loss, 6);
            int[] drawn = {3, 7, 8, 20, 25, 29};
            float[] corrections = new float[6];
            Arrays.fill(corrections, (float) Math.log(5));
            return new Case(
                    network,
                    weights,
                    ItemLoss.of(kind, ITEMS),
                    new StepBatch.Builder(network.settings(), List.of(), new float[0]),
                    kind.isFull() ? Negatives.NONE : new Negatives(drawn, corrections));
        }

        private Tensor rows(StepBatch batch) {
            return batch.rows().length == 0
                    ? weights.itemTable()
                    : weights.itemTable().index_select(0, Tensor.create(batch.rows()));
        }

        /** In one vector, the item table first. */
        private Tensor whole(StepBatch batch, PieceWorker.Gradient gradient) {
            Tensor table = torch.zeros_like(weights.itemTable());
            if (batch.rows().length == 0) {
                table.add_(gradient.table());
            } else {
                table.index_add_(0, Tensor.create(batch.rows()), gradient.table());
            }
            return torch.cat(
                    new TensorVector(table.narrow(0, 1, ITEMS).reshape(-1), gradient.dense()));
        }

        Tensor ofOne(Window window) {
            StepBatch batch = builder.build(List.of(List.of(window)), negatives, 1);
            try (PieceWorker.Gradient gradient =
                    new Worker(network, weights, loss, false).compute(rows(batch), batch, 0, 1)) {
                // it is that of the mean
                return whole(batch, gradient).mul(new Scalar((double) batch.targets()));
            }
        }

        Tensor clipped(List<Window> windows, double clip) {
            StepBatch batch = builder.build(List.of(windows), negatives, 1);
            try (PieceWorker.Gradient gradient =
                    new PrivateWorker(network, weights, loss, clip)
                            .compute(rows(batch), batch, 0, 1)) {
                return whole(batch, gradient);
            }
        }

        float[] norms(List<Window> windows) {
            StepBatch batch = builder.build(List.of(windows), negatives, 1);
            UserGradients gradients = new UserGradients();
            Tensor rows = rows(batch);
            double sum =
                    new PrivateWorker(network, weights, loss, 1)
                            .losses(
                                    rows,
                                    batch,
                                    0,
                                    1,
                                    torch.zeros_like(rows),
                                    torch.zeros(weights.denseValues()),
                                    gradients);
            assertThat(sum).isPositive();
            return TorchOps.floats(gradients.norms());
        }
    }

    private static float norm(Tensor x) {
        return x.norm().item_float();
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSFORMER, PRE_NORM, GELU, sampled-softmax",
        "TRANSFORMER, PRE_NORM, GELU, full-softmax",
        "TRANSFORMER, POST_NORM, RELU, sampled-softmax",
        "TRANSFORMER, LIGR, SWIGLU, full-softmax",
        "HSTU, PRE_NORM, GELU, sampled-softmax",
        "GRU, PRE_NORM, GELU, sampled-softmax",
        "LSTM, PRE_NORM, GELU, full-softmax",
        "RNN, PRE_NORM, GELU, sampled-softmax"
    })
    void theyAreThoseOfOneShopperAfterTheOther(
            Family family, Block block, FeedForward feedForward, String loss) {
        Network network = network(family, block, feedForward);
        Map<String, FloatTensor> start = learned(network, settings(loss, 1));
        try (Weights weights = new Weights(network, start);
                PointerScope scope = new PointerScope()) {
            Case of = Case.of(network, weights, loss);
            List<Window> windows = windows(USERS);
            List<Tensor> each = windows.stream().map(of::ofOne).toList();
            float[] norms = of.norms(windows);
            for (int user = 0; user < USERS; user++) {
                assertThat(norms[user])
                        .as("shopper " + user)
                        .isCloseTo(norm(each.get(user)), offset(2e-4f * norms[user]));
            }
            double clip = norm(each.get(0)); // some are shrunk, some are not
            Tensor expected = torch.zeros_like(each.get(0));
            for (Tensor gradient : each) {
                double factor = Math.min(1, clip / norm(gradient));
                expected.add_(gradient, new Scalar(factor));
            }
            Tensor difference = of.clipped(windows, clip).sub(expected);
            assertThat(norm(difference)).isLessThan(2e-4f * norm(expected));
        }
    }

    /** With every shopper, every clip and weights that have learned. */
    @ParameterizedTest
    @CsvSource({"0.01, GRU", "0.5, TRANSFORMER", "3, TRANSFORMER", "1000, HSTU"})
    void nobodyChangesTheSumByMoreThanTheClip(double clip, Family family) {
        Network network = network(family, Block.PRE_NORM, FeedForward.GELU);
        Map<String, FloatTensor> start = learned(network, settings("sampled-softmax", clip));
        try (Weights weights = new Weights(network, start);
                PointerScope scope = new PointerScope()) {
            Case of = Case.of(network, weights, "sampled-softmax");
            List<Window> windows = windows(USERS);
            Tensor all = of.clipped(windows, clip);
            double most = 0;
            for (int user = 0; user < USERS; user++) {
                List<Window> others = new ArrayList<>(windows);
                others.remove(user);
                most = Math.max(most, norm(all.sub(of.clipped(others, clip))));
            }
            assertThat(most).isLessThanOrEqualTo(clip * 1.001).isPositive();
            if (clip < 1) {
                assertThat(most).isGreaterThan(clip * 0.9);
            }
        }
    }

    /** Also the rows of items that nobody of the step has seen, and with nobody in it. */
    @Test
    void everyWeightGetsNoiseOfTheSameSize() {
        Network network = network(Family.TRANSFORMER, Block.PRE_NORM, FeedForward.GELU);
        ShopConfig.Train sgd =
                new ShopConfig.Train(
                        1,
                        5,
                        42,
                        8,
                        1,
                        false,
                        "sgd",
                        1,
                        ShopConfig.Schedule.CONSTANT,
                        0,
                        5,
                        0,
                        ShopConfig.Loss.of("sampled-softmax", 6),
                        Map.of(),
                        2,
                        false,
                        Duration.ofMinutes(1),
                        Optional.of(new ShopConfig.DifferentialPrivacy(8, 1e-3, 1)));
        Map<String, FloatTensor> start = network.initialWeights(3);
        try (Weights weights = new Weights(network, start);
                Optimiser optimiser = Optimiser.of(sgd, weights, 2);
                StepEngine engine =
                        new StepEngine(
                                sgd,
                                network,
                                List.of(),
                                Targets.alike(ITEMS),
                                weights,
                                optimiser,
                                Optional.of(new GradientNoise(SecretNoise.repeatable(1), 100, 50)),
                                new LoneProcess())) {
            engine.step(windows(4), 1);
            engine.step(List.of(), 2);
            Map<String, FloatTensor> moved = optimiser.learned();
            moved.forEach(
                    (name, tensor) -> {
                        float[] before = start.get(name).values();
                        float[] after = tensor.values();
                        int from = name.equals(Network.ITEM_TABLE) ? WIDTH : 0;
                        double squares = 0;
                        for (int i = from; i < after.length; i++) {
                            squares += Math.pow(after[i] - before[i], 2);
                        }
                        double deviation = Math.sqrt(squares / (after.length - from));
                        // two steps of 100 / 50; gradients of at most 1 are lost beside it
                        double expected = 2 * Math.sqrt(2);
                        assertThat(deviation)
                                .as(name)
                                .isCloseTo(
                                        expected,
                                        offset(
                                                4
                                                        * expected
                                                        / Math.sqrt(2.0 * (after.length - from))));
                    });
        }
    }

    @Test
    void everyShopperIsInAStepWithTheSameProbability() {
        List<Window> windows = new ArrayList<>(windows(200));
        windows.addAll(windows(50)); // who have a second window
        TrainingSet set = TrainingSet.ofWindows(windows);
        assertThat(PoissonSampling.users(set)).isEqualTo(200);
        int[] times = new int[200];
        int[] sizes = new int[2000];
        PoissonSampling sampling = new PoissonSampling(set, 0.1, SecretNoise.repeatable(7));
        for (int step = 0; step < sizes.length; step++) {
            int[] drawn = sampling.draw();
            sizes[step] = drawn.length;
            int[] users = Arrays.stream(drawn).map(w -> set.window(w).events().user()).toArray();
            assertThat(users).doesNotHaveDuplicates();
            IntStream.of(users).forEach(user -> times[user]++);
        }
        // binomial: 200 ± 13.4 times, and of a step 20 ± 4.2
        assertThat(Arrays.stream(times).min().orElseThrow()).isGreaterThan(200 - 5 * 14);
        assertThat(Arrays.stream(times).max().orElseThrow()).isLessThan(200 + 5 * 14);
        double mean = Arrays.stream(sizes).average().orElseThrow();
        double variance =
                Arrays.stream(sizes)
                        .mapToDouble(s -> (s - mean) * (s - mean))
                        .average()
                        .orElseThrow();
        assertThat(mean).isCloseTo(20, offset(0.5));
        assertThat(variance).isCloseTo(18, offset(3.0));
    }
}
