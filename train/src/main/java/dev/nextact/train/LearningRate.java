package dev.nextact.train;

import dev.nextact.core.ShopConfig;

/**
 * The learning rate of each step: it rises evenly over the warm-up (Goyal et al. 2017, §2.2), then
 * stays, or falls to 0 at the last step, evenly or as half a cosine (Loshchilov and Hutter 2017,
 * eq. 5, one cycle). Immutable; thread-safe.
 *
 * @param highest after the warm-up
 * @param warmUp steps
 * @param steps of the whole training; a training that stops early never sees the end of the decay
 */
record LearningRate(double highest, String decay, long warmUp, long steps) {

    static LearningRate of(ShopConfig.Train settings, long steps) {
        return new LearningRate(
                settings.learningRate(),
                settings.schedule().decay(),
                settings.schedule().warmUp(),
                steps);
    }

    /**
     * @param step 1, 2, …; 0 beyond the last where the rate decays
     */
    double at(long step) {
        if (step <= warmUp) {
            return highest * step / warmUp;
        }
        // the last step still learns: 0 would be reached one step later
        double over = Math.min(1, (step - warmUp) / Math.max(1.0, steps + 1.0 - warmUp));
        return switch (decay) {
            case "constant" -> highest;
            case "linear" -> highest * (1 - over);
            case "cosine" -> highest * (1 + Math.cos(Math.PI * over)) / 2;
            default ->
                    throw new IllegalArgumentException(
                            "schedule: expected constant, linear or cosine, found " + decay);
        };
    }
}
