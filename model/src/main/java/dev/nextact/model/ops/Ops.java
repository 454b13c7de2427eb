package dev.nextact.model.ops;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a network is made of. A network is written once against this interface; {@code T} is a
 * LibTorch tensor in training, a value of the graph in the export, an array in the reference.
 * Interpreters agree to 1e-4 on every network (tested for each family).
 *
 * <p>Index tensors (items, behaviours, lengths) are whole numbers. Letters of shapes: see {@link
 * dev.nextact.model}.
 *
 * @param <T> a tensor
 */
public interface Ops<T> {

    /** A weight of the network, by its name. */
    T parameter(String name);

    /**
     * Rows of a table.
     *
     * @param table [V, D]
     * @param indices whole numbers, any shape
     * @return [indices…, D]
     */
    T embedding(T table, T indices);

    /**
     * Sums of rows of a table, each row so much of it.
     *
     * @param table [R, D]
     * @param indices whole numbers [B, T, N]
     * @param weights [B, T, N]
     * @return [B, T, D]
     */
    T weightedRows(T table, T indices, T weights);

    /** 0, 1, … T-1 for indices [B, T] or [B, T, N]: [T]. */
    T positions(T indices);

    /** The sum; shapes are equal, or those of {@code b} are the last ones of {@code a}. */
    T add(T a, T b);

    /** The sum of each row with each row: [N, D] and [K, D] → [N, K, D]. */
    T addEach(T a, T b);

    /**
     * x Wᵀ + b.
     *
     * @param x [..., I]
     * @param weight [O, I]
     * @param bias [O]
     * @return [..., O]
     */
    T linear(T x, T weight, T bias);

    /** Some rows of a weight, all of its further dimensions: [O, …] → [count, …]. */
    T rows(T weight, int from, int count);

    /** The n-th of equal parts of the last dimension: [..., I] → [..., I / parts]. */
    T part(T x, int n, int parts);

    /**
     * The inner product of each row with each row of a table.
     *
     * @param x [B, D]
     * @param table [V, D]
     * @return [B, V]
     */
    T dot(T x, T table);

    /** Layer normalisation over the last dimension, ε = 1e-5 (Ba et al. 2016, §3). */
    T layerNorm(T x, T gain, T bias);

    /** The product, value by value; shapes are equal. */
    T multiply(T a, T b);

    /** σ(x) = 1 / (1 + exp(-x)). */
    T sigmoid(T x);

    /** max(x, 0). */
    T relu(T x);

    /** x σ(x) (Elfwing et al. 2018, §2). */
    T silu(T x);

    /** x Φ(x), exact, by the error function (Hendrycks and Gimpel 2016, §2). */
    T gelu(T x);

    /** Sets each value to 0 with the given probability while training; else nothing. */
    T dropout(T x, double rate);

    /** The same values; what made them does not learn from what is made of them. */
    T detached(T x);

    /**
     * A part of the network that follows on what came before by {@code x} alone. In training its
     * inner values may be forgotten and worked out again on the way back (Chen et al. 2016,
     * "Training Deep Nets with Sublinear Memory Cost").
     */
    T block(T x, UnaryOperator<T> part);

    /**
     * How a step attends to those it sees.
     *
     * @param weighting of the products q·k
     * @param bias [H, L], added to the products by head and by the distance to the step seen, 0 =
     *     itself; absent = none
     * @param timeBias added as well; absent = none
     * @param dropout of the weights, in training only
     */
    record Attention<T>(
            Weighting weighting,
            Optional<T> bias,
            Optional<TimeBias<T>> timeBias,
            double dropout) {}

    /**
     * What is added to the products by head and by the time since the step seen.
     *
     * @param bias [H, {@link TimeBuckets#COUNT}]
     * @param buckets of {@link #timeBuckets}, [B, T, T], or for one query [B, 1, T]
     */
    record TimeBias<T>(T bias, T buckets) {}

    /** How products become weights. */
    enum Weighting {
        /** softmax(q kᵀ / √K + bias) (Vaswani et al. 2017, §3.2.1). */
        SOFTMAX,
        /**
         * silu(q kᵀ + bias), not normalised, so that how much was seen still shows (Zhai et al.
         * 2024, §3.2, without its division by the length, which the following norm takes out).
         */
        SILU
    }

    /**
     * The bucket of the time from each step to each other; see {@link TimeBuckets}.
     *
     * @param times in microseconds, whole numbers [B, T]
     * @return whole numbers [B, T, T], by the later step and the one that it sees
     */
    T timeBuckets(T times);

    /** The same for the last of the first {@code lengths} steps alone: [B, T] → [B, 1, T]. */
    T lastTimeBuckets(T times, T lengths);

    /**
     * Attention where each step sees itself and the steps before it.
     *
     * @param projections query, key and value of each step, [B, T, 3D]
     * @param heads H, each of D / H values of query, key and value
     * @return [B, T, D]
     */
    T causalAttention(T projections, int heads, Attention<T> how);

    /**
     * Attention of one query to the first {@code lengths} steps of each sequence.
     *
     * @param query of the last of these steps, [B, 1, D]
     * @param projections key and value of each step, [B, T, 2D]
     * @param heads H, each of D / H values of query, key and value
     * @param lengths [B], 1..T
     * @return [B, 1, D]
     */
    T attention(T query, T projections, int heads, T lengths, Attention<T> how);

    /** The step at {@code lengths - 1} of each sequence: [B, T, D] → [B, 1, D]. */
    T last(T x, T lengths);

    /** [B, 1, D] → [B, D]. */
    T squeezeStep(T x);

    /**
     * One recurrent layer from a zero state.
     *
     * @param x [B, T, I]
     * @param weights input [G·D, I], hidden [G·D, D], their biases [G·D] each; the G gates in the
     *     order of {@link Cell}
     * @return the state after each step, [B, T, D]
     */
    T recurrent(Cell cell, T x, RecurrentWeights weights);

    /** The weights of a recurrent layer, by name. */
    record RecurrentWeights(String input, String hidden, String inputBias, String hiddenBias) {}

    /** Recurrent cells and the order of their gates, as in LibTorch. */
    enum Cell {
        /** h = tanh(W x + U h) (Elman 1990). */
        RNN(1),
        /**
         * Gates reset, update, new; the reset gate acts after the hidden product (Cho et al. 2014,
         * §2.3, in the variant of cuDNN).
         */
        GRU(3),
        /** Gates input, forget, cell, output (Hochreiter and Schmidhuber 1997; Gers 2000). */
        LSTM(4);

        private final int gates;

        Cell(int gates) {
            this.gates = gates;
        }

        public int gates() {
            return gates;
        }
    }
}
