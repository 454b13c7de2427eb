package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.ShopConfig;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a step's work is cut and dealt out, it does the same. */
class StepEngineIT {

    private static final TrainingSet SET = ResumeIT.set();
    private static final Network NETWORK = ResumeIT.NETWORK;

    /** Leaves shared by two workers went wrong in one training of forty. */
    private static final int TURNS = 60;

    @BeforeAll
    static void loadTorch() {
        TorchRuntime.load();
    }

    private static ShopConfig.Train settings(
            String optimiser, int accumulate, String loss, int workers, boolean deterministic) {
        return new ShopConfig.Train(
                1,
                5,
                42,
                20,
                accumulate,
                false,
                optimiser,
                0.01,
                ShopConfig.Schedule.CONSTANT,
                0,
                5,
                0.9,
                ShopConfig.Loss.of(loss, 10),
                Map.of(),
                workers,
                deterministic,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    private static Map<String, FloatTensor> learned(
            ShopConfig.Train settings, Network network, TrainingSet set) {
        try (Weights weights = new Weights(network, network.initialWeights(1));
                Optimiser optimiser = Optimiser.of(settings, weights, 20);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                List.of(),
                                set.targetsOf(network.settings().items()),
                                weights,
                                optimiser)) {
            long step = 0;
            for (int epoch = 0; epoch < 3; epoch++) {
                for (int[] batch : set.epoch(settings.batch(), epoch)) {
                    engine.step(IntStream.of(batch).mapToObj(set::window).toList(), ++step);
                }
            }
            optimiser.settle(step);
            return optimiser.learned();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sampled-softmax", "full-softmax", "gbce"})
    void anyNumberOfWorkersGivesTheSameBits(String loss) {
        Map<String, FloatTensor> one = learned(settings("adam", 1, loss, 1, true), NETWORK, SET);
        for (int workers : List.of(2, 3, 5)) {
            assertThat(learned(settings("adam", 1, loss, workers, true), NETWORK, SET))
                    .as(workers + " workers")
                    .isEqualTo(one);
        }
    }

    /** Without dropout, whose masks differ from piece to piece. */
    private static Network withoutDropout() {
        NetworkSettings s = NETWORK.settings();
        return Network.of(
                new NetworkSettings(
                        s.family(),
                        s.block(),
                        s.positions(),
                        s.items(),
                        s.behaviours(),
                        s.width(),
                        s.layers(),
                        s.heads(),
                        s.length(),
                        0,
                        s.itemFields()));
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSFORMER", "HSTU", "LSTM"})
    void layersWorkedOutAgainGiveTheSameBits(NetworkSettings.Family family) {
        NetworkSettings s = NETWORK.settings();
        Network network =
                Network.of(
                        new NetworkSettings(
                                family,
                                s.block(),
                                NetworkSettings.Positions.BOTH,
                                s.items(),
                                s.behaviours(),
                                s.width(),
                                3,
                                s.heads(),
                                s.length(),
                                0.3,
                                s.itemFields()));
        ShopConfig.Train settings = settings("adam", 1, "sampled-softmax", 2, false);
        Map<String, FloatTensor> kept = learned(settings, network, SET);
        for (int turn = 0; turn < TURNS; turn++) {
            assertThat(learned(settings.accumulating(1, true), network, SET))
                    .as("turn " + turn)
                    .isEqualTo(kept);
        }
    }

    /**
     * Gaps a hundred times as far apart as the network takes them to be: gradients are as large.
     */
    @Test
    void howLargeTheGradientsOfHeadsAreDoesNotMoveTheRest() {
        Network calm = HeadTrainerIT.network(2);
        TrainingSet set = TrainingSet.withFuture(HeadTrainerIT.data(), 20);
        ShopConfig.Train settings = settings("sgd", 1, "sampled-softmax", 2, false);

        Map<String, FloatTensor> one = learned(settings, calm, set);
        Map<String, FloatTensor> other = learned(settings, HeadTrainerIT.network(0.02), set);

        Set<String> moved = new HashSet<>();
        one.forEach(
                (name, tensor) -> {
                    if (!tensor.equals(other.get(name))) {
                        moved.add(name);
                    }
                });
        assertThat(moved).isNotEmpty().isSubsetOf(calm.headParameters());
    }

    @Test
    void aStepInPiecesIsTheSameStep() {
        Network network = withoutDropout();
        Map<String, FloatTensor> whole =
                learned(settings("sgd", 1, "sampled-softmax", 1, false), network, SET);
        Map<String, FloatTensor> pieces =
                learned(settings("sgd", 4, "sampled-softmax", 2, false), network, SET);
        whole.forEach(
                (name, tensor) ->
                        assertThat(pieces.get(name).values())
                                .as(name)
                                .containsExactly(tensor.values(), offset(1e-5f)));
    }

    @Test
    void weightsOfBehavioursCountByTheirRatiosAlone() {
        ShopConfig.Train settings = settings("sgd", 1, "full-softmax", 1, false);
        Network network = withoutDropout();
        Map<String, FloatTensor> alike = learned(settings, network, SET);
        Map<String, FloatTensor> alikeToo =
                learned(settings, network, SET.weighing(new double[] {7}));
        alike.forEach(
                (name, tensor) ->
                        assertThat(alikeToo.get(name).values())
                                .as(name)
                                .containsExactly(tensor.values(), offset(1e-6f)));
    }
}
