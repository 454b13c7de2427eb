package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import java.util.List;
import java.util.Optional;

/**
 * Turns the vectors of a sequence's steps, such as a history's tokens or a series' periods, into
 * hidden states; a step never sees a later one.
 */
sealed interface Encoder permits AttentionEncoder, RecurrentEncoder, ResidualRecurrentEncoder {

    List<ParameterSpec> parameters();

    /**
     * The state at every step.
     *
     * @param x vectors of the steps, [B, T, D]
     * @param times of the steps in microseconds, [B, T]; absent where nothing is biased by time
     * @return [B, T, D]
     */
    <T> T encode(Ops<T> ops, T x, Optional<T> times);

    /**
     * The state at the last step of each sequence.
     *
     * @param x vectors of the steps, [B, T, D]
     * @param lengths [B], steps of each sequence, 1..T
     * @param times as of {@link #encode}
     * @return [B, D]
     */
    <T> T encodeLast(Ops<T> ops, T x, T lengths, Optional<T> times);
}
