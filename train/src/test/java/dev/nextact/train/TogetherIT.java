package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several processes learn what one with as many workers learns. */
class TogetherIT {

    private static final TrainingSet SET = ResumeIT.set();
    private static final Network NETWORK = ResumeIT.NETWORK;
    private static final int STEPS = 30;

    @TempDir private Path runs;

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    /** Gradients are clipped in almost every step, and a running mean is kept. */
    private static ShopConfig.Train settings(String loss, int workers, boolean deterministic) {
        return new ShopConfig.Train(
                4,
                5,
                42,
                20,
                1,
                false,
                "adamw",
                0.01,
                ShopConfig.Schedule.CONSTANT,
                0.1,
                0.5,
                0.9,
                ShopConfig.Loss.of(loss, 10),
                Map.of(),
                workers,
                deterministic,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    private record Learned(List<Double> losses, Map<String, FloatTensor> weights) {}

    private static Learned learned(
            ProcessGroup group, ShopConfig.Train settings, Network network, TrainingSet set) {
        return learned(group, settings, network, set, STEPS);
    }

    private static Learned learned(
            ProcessGroup group,
            ShopConfig.Train settings,
            Network network,
            TrainingSet set,
            int steps) {
        List<Double> losses = new ArrayList<>();
        try (Weights weights = new Weights(network, network.initialWeights(1));
                Optimiser optimiser = Optimiser.of(settings, weights, steps);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                List.of(),
                                set.targetsOf(network.settings().items()),
                                weights,
                                optimiser,
                                Optional.empty(),
                                group)) {
            for (int epoch = 0; losses.size() < steps; epoch++) {
                for (int[] batch : set.epoch(settings.batch(), epoch)) {
                    StepEngine.Step step =
                            engine.step(
                                    IntStream.of(batch).mapToObj(set::window).toList(),
                                    losses.size() + 1L);
                    losses.add(step.lossSum() / step.targets());
                }
            }
            optimiser.settle(losses.size());
            return new Learned(losses, optimiser.learned());
        }
    }

    @ParameterizedTest
    @CsvSource({"sampled-softmax, 100", "full-softmax, 30", "gbce, 30"})
    void twoProcessesLearnTheBitsOfOneWithTwoWorkers(String loss, int steps) {
        Learned alone = learned(new LoneProcess(), settings(loss, 2, false), NETWORK, SET, steps);

        for (Learned each :
                Together.run(
                        2,
                        group -> learned(group, settings(loss, 1, false), NETWORK, SET, steps))) {
            assertThat(each).isEqualTo(alone);
        }
        assertThat(alone.losses()).hasSizeGreaterThanOrEqualTo(steps);
        assertThat(alone.losses().get(steps - 1)).isLessThan(alone.losses().get(0));
    }

    @Test
    void headsLearnTheSameBitsToo() {
        Network network = HeadTrainerIT.network(2);
        TrainingSet set = TrainingSet.withFuture(HeadTrainerIT.data(), 20);
        Learned alone =
                learned(new LoneProcess(), settings("sampled-softmax", 2, false), network, set);

        for (Learned each :
                Together.run(
                        2,
                        group ->
                                learned(
                                        group,
                                        settings("sampled-softmax", 1, false),
                                        network,
                                        set))) {
            assertThat(each).isEqualTo(alone);
        }
    }

    @Test
    void aDeterministicTrainingOfTwoProcessesHasTheBitsOfOneWorker() {
        Learned alone =
                learned(new LoneProcess(), settings("sampled-softmax", 1, true), NETWORK, SET);

        for (int workers : List.of(1, 2)) {
            for (Learned each :
                    Together.run(
                            2,
                            group ->
                                    learned(
                                            group,
                                            settings("sampled-softmax", workers, true),
                                            NETWORK,
                                            SET))) {
                assertThat(each).as(workers + " workers").isEqualTo(alone);
            }
        }
    }

    @Test
    void threeProcessesAgreeAndDifferFromOneInTheLastDigits() {
        Learned alone =
                learned(new LoneProcess(), settings("full-softmax", 3, false), NETWORK, SET);

        List<Learned> together =
                Together.run(
                        3,
                        group -> learned(group, settings("full-softmax", 1, false), NETWORK, SET));

        assertThat(together.get(1)).isEqualTo(together.get(0));
        assertThat(together.get(2)).isEqualTo(together.get(0));
        for (int step = 0; step < STEPS; step++) {
            assertThat(together.get(0).losses().get(step))
                    .as("step " + step)
                    .isEqualTo(alone.losses().get(step), offset(1e-4));
        }
    }

    /** The batch of a step holds as many rows, whatever the catalog; the table is not sent. */
    @Test
    void bytesOfAStepAreThoseOfItsRows() {
        ShopConfig.Train settings = settings("sampled-softmax", 1, false);
        long dense =
                NETWORK.parameters().stream()
                        .filter(p -> !p.name().equals(Network.ITEM_TABLE))
                        .mapToLong(p -> p.count())
                        .sum();
        List<Long> sent =
                Together.run(
                        2,
                        group -> {
                            learned(group, settings, NETWORK, SET);
                            return group.bytesSent();
                        });

        long steps = 3L * ((STEPS + 2) / 3); // three batches an epoch
        long most = 41L * NETWORK.settings().width() + dense;
        assertThat(sent.get(0)).isEqualTo(sent.get(1)).isLessThanOrEqualTo(steps * (4 * most + 8));
        assertThat(sent.get(0)).isGreaterThan(steps * 4 * dense);
    }

    @Test
    void theFirstProcessValidatesAndWritesAndAllEndTheSame() {
        List<Path> directories = List.of(runs.resolve("first"), runs.resolve("second"));
        ShopConfig.Train settings = settings("sampled-softmax", 1, false);
        double[] scores = {0.2, 0.3, 0.1, 0.1};

        List<Trainer.Outcome> outcomes =
                Together.run(
                        2,
                        group -> {
                            int[] epoch = {0};
                            RunDirectory run =
                                    RunDirectory.create(
                                            directories.get(group.rank()), ResumeIT.IDENTITY);
                            return new Trainer(
                                            settings,
                                            NETWORK,
                                            List.of(),
                                            SET,
                                            scorer -> group.isFirst() ? scores[epoch[0]++] : 9,
                                            Optional.empty(),
                                            group)
                                    .train(run, Optional.empty(), Progress.silent());
                        });

        assertThat(outcomes.get(0).state().bestEpoch()).isEqualTo(2);
        assertThat(outcomes.get(1).weights()).isEqualTo(outcomes.get(0).weights());
        assertThat(outcomes.get(1).score()).isEqualTo(0.3);
        assertThat(Files.exists(directories.get(0).resolve("0001/state.json"))).isTrue();
        assertThat(Files.exists(directories.get(1).resolve("0001/state.json"))).isFalse();
        assertThat(Files.exists(directories.get(1).resolve("0001/metrics.jsonl"))).isFalse();
    }
}
