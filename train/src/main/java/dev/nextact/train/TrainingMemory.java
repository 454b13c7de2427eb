package dev.nextact.train;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.Network;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.ParameterSpec;
import dev.nextact.model.network.TokenShape;
import java.util.Locale;

/**
 * What a training holds in memory, worked out before it begins: an upper estimate in bytes, beside
 * the log.
 *
 * @param libraries LibTorch and the JVM themselves
 * @param weights with what the optimiser keeps of them, gradients, the best and the checkpoint
 * @param pieces what the workers hold of the pieces they are at
 */
record TrainingMemory(long libraries, long weights, long pieces) {

    /** Resident after an epoch of Amazon Beauty, less what is estimated for the rest. */
    private static final long LIBRARIES = 500L << 20;

    /**
     * States of a layer kept for the way back, in widths: inputs, projections, the feed-forward.
     */
    private static final int STATES_PER_LAYER = 24;

    long bytes() {
        return libraries + weights + pieces;
    }

    /**
     * @param workers at work at a time
     */
    static TrainingMemory estimate(
            ShopConfig.Train settings, Network network, TrainingSet set, int workers) {
        NetworkSettings sizes = network.settings();
        long values = network.parameters().stream().mapToLong(ParameterSpec::count).sum();
        int kept = (settings.optimiser().equals("sgd") ? 0 : 2) + (settings.ema() > 0 ? 1 : 0);
        // weights and vectors; the same in a checkpoint; best and learned weights; one to validate
        long weights = Float.BYTES * values * (2L * (1 + kept) + 3);

        int parts = StepEngine.pieces(settings, workers);
        // batches hold like numbers of targets, so a piece of long histories has fewer of them
        long steps = Math.min(sizes.length(), set.longest());
        double each = set.targets() / (double) Math.max(1, set.size());
        long targets = steps + (long) Math.ceil(settings.batch() * each / parts);
        int ofAttention = sizes.hasTimeBias() ? 6 : 4; // values of a pair of steps in a head
        long attention =
                sizes.family().attends() ? ofAttention * targets * sizes.heads() * steps : 0;
        long layer = targets * sizes.width() * STATES_PER_LAYER + attention;
        long input = targets * sizes.width();
        // the items of a basket side by side, and their gradients
        long items = sizes.shape().baskets() ? 2 * input * TokenShape.MOST_OF_BASKET : 0;
        long layers =
                settings.checkpointActivations()
                        ? layer + 2 * input * sizes.layers()
                        : layer * sizes.layers();
        long times = sizes.hasTimeBias() ? 4 * targets * steps : 0; // int64 and int32, once
        ShopConfig.Loss loss = settings.loss();
        long rows = loss.isFull() ? sizes.items() + 1L : loss.negatives() + 2 * targets * workers;
        long scores = loss.isFull() ? 128 * rows : 3 * targets * loss.negatives();
        long gradients = 3 * Math.min(rows, sizes.items() + 1L) * sizes.width();
        long piece = layers + items + times + scores + gradients;
        return new TrainingMemory(LIBRARIES, weights, Float.BYTES * piece * workers);
    }

    /**
     * The config whose training fits: with the steps cut into as many pieces as it takes, and where
     * that is not enough with layers worked out again, which takes longer.
     *
     * @param most bytes
     * @throws NextactException when it does not fit however its steps are cut
     */
    static ShopConfig.Train fitting(
            ShopConfig.Train settings, Network network, TrainingSet set, long most) {
        int workers = StepEngine.workers(settings);
        int finest = Math.max(settings.accumulate(), settings.batch());
        for (boolean checkpoint : new boolean[] {settings.checkpointActivations(), true}) {
            for (int accumulate = settings.accumulate(); accumulate <= finest; accumulate++) {
                ShopConfig.Train cut = settings.accumulating(accumulate, checkpoint);
                if (estimate(cut, network, set, workers).bytes() <= most) {
                    return cut;
                }
            }
        }
        TrainingMemory least = estimate(settings.accumulating(finest, true), network, set, workers);
        throw new NextactException(
                NextactException.Category.CAPACITY,
                String.format(
                        Locale.ROOT,
                        "the training needs about %,d MB, --memory allows %,d MB: %,d MB for the"
                                + " libraries, %,d MB for %,d items and other weights with what the"
                                + " optimiser keeps of them, %,d MB for a step cut as fine as it can"
                                + " be. Give more, or lower model.width, model.length, train.negatives"
                                + " or train.workers, or raise clean.min_item_events",
                        least.bytes() >> 20,
                        most >> 20,
                        least.libraries() >> 20,
                        least.weights() >> 20,
                        network.settings().items(),
                        least.pieces() >> 20));
    }
}
