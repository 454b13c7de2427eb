package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** What {@code train.checkpoint_activations} is for. */
class CheckpointMemoryIT {

    private static final int ITEMS = 100;
    private static final int LAYERS = 24;

    /** 64 histories of 25 events: 24 layers keep some 230 MB of them. */
    private static List<Window> windows() {
        SplittableRandom random = new SplittableRandom(3);
        List<Window> windows = new ArrayList<>();
        for (int user = 0; user < 64; user++) {
            int[] items = random.ints(26, 1, ITEMS + 1).toArray();
            windows.add(Window.of(EventSequence.of(user, items, new byte[26], new long[26])));
        }
        return windows;
    }

    @Test
    void aDeepNetworkNeedsFarLessMemory() throws InterruptedException {
        TorchRuntime.load();
        ShopConfig.Train settings =
                new ShopConfig.Train(1, 5, 42, 64, "adam", 0.001, 0, 5, "sampled-softmax", 50, 1);
        step(settings.accumulating(1, true)); // what is loaded once is not counted
        // first the less: memory that was had once is not all given back
        long again = step(settings.accumulating(1, true));
        long kept = step(settings);

        assertThat(kept).isGreaterThan(100L << 20);
        assertThat(again).isLessThan(kept / 2);
    }

    /** How far the resident memory rises in a step, in bytes. */
    private static long step(ShopConfig.Train settings) throws InterruptedException {
        Network network =
                Network.of(
                        new NetworkSettings(
                                Family.TRANSFORMER,
                                Block.PRE_NORM,
                                Positions.ABSOLUTE,
                                ITEMS,
                                1,
                                64,
                                LAYERS,
                                2,
                                25,
                                0.1,
                                List.of()));
        AtomicBoolean isDone = new AtomicBoolean();
        AtomicLong most = new AtomicLong();
        Thread watch =
                new Thread(
                        () -> {
                            while (!isDone.get()) {
                                most.accumulateAndGet(Pointer.physicalBytes(), Math::max);
                            }
                        },
                        "watch");
        try (Weights weights = new Weights(network, network.initialWeights(1));
                Optimiser optimiser = Optimiser.of(settings, weights, 10);
                StepEngine engine =
                        new StepEngine(
                                settings,
                                network,
                                List.of(),
                                Targets.alike(ITEMS),
                                weights,
                                optimiser)) {
            long before = Pointer.physicalBytes();
            watch.start();
            engine.step(windows(), 1);
            isDone.set(true);
            watch.join();
            return most.get() - before;
        }
    }
}
