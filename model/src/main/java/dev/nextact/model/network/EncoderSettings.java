package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;

/**
 * The numbers that make an {@link Encoder}, whatever its steps are.
 *
 * @param block of a transformer
 * @param feedForward of a transformer
 * @param positions how attention knows the order of steps
 * @param width D
 * @param heads H of attention, a divisor of the width
 * @param steps the most of a sequence
 * @param dropout probability, in training only
 * @param timeBias whether attention is biased by the time between steps
 */
record EncoderSettings(
        Family family,
        Block block,
        FeedForward feedForward,
        Positions positions,
        int width,
        int layers,
        int heads,
        int steps,
        double dropout,
        boolean timeBias) {}
