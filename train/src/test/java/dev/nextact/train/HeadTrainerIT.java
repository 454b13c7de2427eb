package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadTrainerIT {

    private static final long START = 1_700_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;

    private static final Network NETWORK = network(2);

    /**
     * @param deviation of the logarithms of the gaps, as the network takes it
     */
    static Network network(double deviation) {
        return Network.of(
                new NetworkSettings(
                        Family.GRU,
                        Block.PRE_NORM,
                        FeedForward.GELU,
                        Positions.ABSOLUTE,
                        3,
                        2,
                        8,
                        1,
                        1,
                        20,
                        0.1,
                        List.of(),
                        List.of(),
                        Optional.of(
                                new HeadSettings(
                                        true,
                                        true,
                                        2,
                                        new HeadSettings.GapScale(1, 8, deviation),
                                        List.of(0.0, 3_600.0, 86_400.0, 864_000.0),
                                        HeadSettings.TotalsScale.same(HistoryTotals.size(2)),
                                        HeadSettings.Calendar.even(2)))));
    }

    /** Even shoppers act every two hours, odd ones every twenty. */
    static LearningData data() {
        SplittableRandom random = new SplittableRandom(3);
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 40; user++) {
            long time = START;
            for (int t = 0; t < (user % 2 == 0 ? 120 : 12); t++) {
                time += (user % 2 == 0 ? 2 : 20) * HOUR + random.nextLong(HOUR);
                builder.event(1 + t % 3, t % 2, time);
            }
            builder.endUser();
        }
        EventSequences all = builder.build();
        Split split = Split.at(all, START + 160 * HOUR, START + 200 * HOUR);
        return LearningData.of(Catalog.of(List.of("a", "b", "c")), all, split, 1);
    }

    private static ShopConfig.Train settings(int workers) {
        return new ShopConfig.Train(
                1,
                1,
                42,
                8,
                1,
                false,
                "adam",
                0.01,
                ShopConfig.Schedule.CONSTANT,
                0.1,
                0,
                0,
                ShopConfig.Loss.of("full-softmax", 0),
                Map.of(),
                workers,
                true,
                ShopConfig.Train.FAMILY_BUDGET);
    }

    private static Map<String, FloatTensor> trained(
            Map<String, FloatTensor> start, int workers, HeadValidation validation) {
        return trained(start, workers, TrainingSet.withFuture(data(), 20), validation);
    }

    private static Map<String, FloatTensor> trained(
            Map<String, FloatTensor> start,
            int workers,
            TrainingSet set,
            HeadValidation validation) {
        return new HeadTrainer(settings(workers), NETWORK, List.of(), set, validation)
                .train(start, 6, Progress.silent());
    }

    @Test
    void aBatchOfWhichNothingIsKnownLaterTeachesTheNextEventAlone() {
        TorchRuntime.load();
        Map<String, FloatTensor> start = NETWORK.initialWeights(5);
        EventSequence events = data().training(1);
        int[] places = IntStream.range(0, events.size()).toArray();
        Window.Future known = new Window.Future(events, places, events.timeMicros(0), 0);

        Map<String, FloatTensor> learned =
                trained(
                        start,
                        1,
                        TrainingSet.ofWindows(List.of(new Window(events, known))),
                        HeadValidation.of(data(), NETWORK.settings(), 1000));

        assertThat(learned.get("head.hazard.out.bias"))
                .isEqualTo(start.get("head.hazard.out.bias"));
        assertThat(learned).isNotEqualTo(start);
    }

    private static double loss(Map<String, FloatTensor> values, HeadValidation validation) {
        try (Weights weights = new Weights(NETWORK, values);
                TorchScorer scorer =
                        new TorchScorer(NETWORK, weights, ItemBags.ofAll(List.of(), 3))) {
            return validation.loss(scorer);
        }
    }

    @Test
    void theHeadsLearnAndNothingElseMoves() {
        TorchRuntime.load();
        Map<String, FloatTensor> start = NETWORK.initialWeights(5);
        HeadValidation validation = HeadValidation.of(data(), NETWORK.settings(), 1000);

        Map<String, FloatTensor> learned = trained(start, 2, validation);

        assertThat(loss(learned, validation)).isLessThan(loss(start, validation) - 1);
        Set<String> moved = new HashSet<>();
        learned.forEach(
                (name, tensor) -> {
                    if (!tensor.equals(start.get(name))) {
                        moved.add(name);
                    }
                });
        assertThat(moved).isEqualTo(Set.copyOf(NETWORK.headParameters()));
    }

    @Test
    void anyNumberOfWorkersGivesTheSameBits() {
        TorchRuntime.load();
        Map<String, FloatTensor> start = NETWORK.initialWeights(5);
        HeadValidation validation = HeadValidation.of(data(), NETWORK.settings(), 1000);

        assertThat(trained(start, 3, validation)).isEqualTo(trained(start, 1, validation));
    }
}
