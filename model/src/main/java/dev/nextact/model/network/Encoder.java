package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import java.util.List;

/** Turns the tokens of a history into hidden states; a step never sees a later one. */
sealed interface Encoder permits AttentionEncoder, RecurrentEncoder {

    List<ParameterSpec> parameters();

    /**
     * The state at every step.
     *
     * @param x vectors of the tokens, [B, T, D]
     * @return [B, T, D]
     */
    <T> T encode(Ops<T> ops, T x, Tokens<T> tokens);

    /**
     * The state at the last event of each history.
     *
     * @param x vectors of the tokens, [B, T, D]
     * @return [B, D]
     */
    <T> T encodeLast(Ops<T> ops, T x, Tokens<T> tokens);
}
