package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {

    private static final TrainingSet SET = ResumeIT.set();

    private static Network network(int items) {
        return network(items, 2);
    }

    private static Network network(int items, int layers) {
        return Network.of(
                new NetworkSettings(
                        Family.TRANSFORMER,
                        Block.PRE_NORM,
                        Positions.ABSOLUTE,
                        items,
                        1,
                        64,
                        layers,
                        2,
                        50,
                        0,
                        List.of()));
    }

    @Test
    void theTimesBetweenStepsCountOnceAndTheirBiasInEachLayer() {
        NetworkSettings plain = network(1000).settings();
        Network biased = Network.of(withTimeBias(plain));
        long steps = SET.longest();
        TrainingMemory with = TrainingMemory.estimate(settings(1), biased, SET, 1);
        TrainingMemory without = TrainingMemory.estimate(settings(1), network(1000), SET, 1);

        long pairs = (with.pieces() - without.pieces()) / Float.BYTES;
        int each = 4 + 2 * plain.heads() * plain.layers();
        assertThat(pairs).isBetween(each * steps * steps, each * steps * 2 * steps);
        assertThat(with.weights()).isGreaterThan(without.weights());
    }

    private static NetworkSettings withTimeBias(NetworkSettings s) {
        return new NetworkSettings(
                s.family(),
                s.block(),
                s.feedForward(),
                s.positions(),
                s.items(),
                s.behaviours(),
                s.width(),
                s.layers(),
                s.heads(),
                s.length(),
                s.dropout(),
                s.itemFields(),
                s.timeFields(),
                s.foretells(),
                s.itemDropout(),
                s.tokens(),
                true);
    }

    private static ShopConfig.Train settings(int batch) {
        return new ShopConfig.Train(1, 5, 42, batch, "adam", 0.01, 0, 5, "sampled-softmax", 256, 2);
    }

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(TrainingMemory.fitting(settings(128), network(1000), SET, 2L << 30))
                .isEqualTo(settings(128));
    }

    @Test
    void largeStepsAreCutIntoPieces() {
        ShopConfig.Train fitting =
                TrainingMemory.fitting(settings(200_000), network(1000), SET, 900L << 20);
        assertThat(fitting.accumulate()).isGreaterThan(1);
        assertThat(TrainingMemory.estimate(fitting, network(1000), SET, 2).bytes())
                .isLessThanOrEqualTo(900L << 20);
    }

    @Test
    void layersAreWorkedOutAgainWhereFinerPiecesAreNotEnough() {
        Network deep = network(1000, 60);
        ShopConfig.Train finest = settings(4).accumulating(4, true);
        long most = TrainingMemory.estimate(finest, deep, SET, 2).bytes();

        assertThat(TrainingMemory.fitting(settings(4), deep, SET, most)).isEqualTo(finest);
        assertThat(TrainingMemory.fitting(settings(4), deep, SET, 2 * most)).isEqualTo(settings(4));
    }

    @Test
    void whatCannotFitIsRefusedWithItsParts() {
        assertThatThrownBy(
                        () ->
                                TrainingMemory.fitting(
                                        settings(128), network(3_000_000), SET, 2L << 30))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("--memory allows 2,048 MB")
                .hasMessageContaining("for 3,000,000 items")
                .hasMessageContaining("min_item_events");
    }
}
