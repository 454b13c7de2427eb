package dev.nextact.train;

import dev.nextact.model.ops.Ops;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The operations on LibTorch tensors, where gradients of weights are kept apart for each row of the
 * batch: an operation with weights is cut from the tape, and on the way back leaves with {@link
 * UserGradients} what it read and the gradient of what it made. Everything else is that of {@link
 * TorchOps}. Confined to one thread.
 */
final class GhostOps implements Ops<Tensor> {

    private static final double NORM_EPSILON = 1e-5;

    private final TorchOps plain;
    private final Map<String, Tensor> parameters;
    private final Tape tape;
    private final UserGradients gradients;

    /** Where the gradient of a weight, or of some rows of it, is added up. */
    private final IdentityHashMap<Tensor, Tensor> sums = new IdentityHashMap<>();

    /** Rows that are the same for every shopper, and the table they are of. */
    private final IdentityHashMap<Tensor, Tensor> shared = new IdentityHashMap<>();

    private @Nullable Read items;

    /**
     * What was read of the item table.
     *
     * @param indices [B, T]
     * @param gradient of it, [B, T, D]
     */
    record Read(Tensor indices, Tensor gradient) {}

    /**
     * @param parameters that need no gradient
     * @param sums of the gradients of all but the item table, by name
     * @param itemTable its name
     */
    GhostOps(
            Map<String, Tensor> parameters,
            Map<String, Tensor> sums,
            String itemTable,
            DropoutMask masks,
            Tape tape,
            UserGradients gradients) {
        this.plain = TorchOps.training(parameters, masks, tape, false);
        this.parameters = parameters;
        this.tape = tape;
        this.gradients = gradients;
        parameters.forEach(
                (name, weight) -> {
                    if (!name.equals(itemTable)) {
                        this.sums.put(weight, sumOf(sums, name));
                    }
                });
    }

    private static Tensor sumOf(Map<String, Tensor> sums, String name) {
        Tensor sum = sums.get(name);
        if (sum == null) {
            throw new IllegalArgumentException("no sum is named " + name);
        }
        return sum;
    }

    private Tensor sum(Tensor weight) {
        Tensor sum = sums.get(weight);
        if (sum == null) {
            throw new IllegalArgumentException("expected a weight, or rows of one");
        }
        return sum;
    }

    /**
     * What was read of the item table, once the pass was taken back.
     *
     * @throws IllegalStateException before
     */
    Read items() {
        Read read = items;
        if (read == null) {
            throw new IllegalStateException("the loss does not reach the items read");
        }
        return read;
    }

    @Override
    public Tensor parameter(String name) {
        Tensor parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return parameter;
    }

    @Override
    public Tensor embedding(Tensor table, Tensor indices) {
        Tensor rows = torch.embedding(table, indices);
        if (indices.dim() == 1) {
            shared.put(rows, table);
            return rows;
        }
        return tape.cut(
                List.of(),
                rows,
                gradient -> {
                    if (sums.containsKey(table)) {
                        gradients.rows(indices, gradient, sum(table));
                    } else {
                        items = new Read(indices, gradient);
                    }
                    return List.of();
                });
    }

    @Override
    public Tensor weightedRows(Tensor table, Tensor indices, Tensor weights) {
        throw unknown("weightedRows");
    }

    private static UnsupportedOperationException unknown(String operation) {
        return new UnsupportedOperationException(
                operation + ": its gradient is not known for each shopper apart");
    }

    @Override
    public Tensor positions(Tensor indices) {
        return plain.positions(indices);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        Tensor table = shared.get(b);
        if (table == null) {
            return plain.add(a, b);
        }
        Tensor each =
                tape.cut(
                        List.of(),
                        b.unsqueeze(0).expand(a.size(0), b.size(0), b.size(1)),
                        gradient -> {
                            gradients.firstRows(gradient, sum(table));
                            return List.of();
                        });
        return plain.add(a, each);
    }

    @Override
    public Tensor addEach(Tensor a, Tensor b) {
        throw unknown("addEach");
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        try (NoGradGuard byHand = new NoGradGuard()) {
            Tensor read = x.detach();
            return tape.cut(
                    List.of(x),
                    torch.linear(read, weight, new TensorOptional(bias)),
                    gradient -> {
                        gradients.linear(read, gradient, sum(weight), sum(bias));
                        return List.of(gradient.matmul(weight));
                    });
        }
    }

    @Override
    public Tensor rows(Tensor weight, int from, int count) {
        Tensor rows = weight.narrow(0, from, count);
        sums.put(rows, sum(weight).narrow(0, from, count));
        return rows;
    }

    @Override
    public Tensor part(Tensor x, int n, int parts) {
        return plain.part(x, n, parts);
    }

    @Override
    public Tensor dot(Tensor x, Tensor table) {
        throw unknown("dot");
    }

    @Override
    public Tensor layerNorm(Tensor x, Tensor gain, Tensor bias) {
        Tensor normed =
                torch.layer_norm(
                        x,
                        new long[] {x.size(-1)},
                        new TensorOptional(),
                        new TensorOptional(),
                        NORM_EPSILON,
                        false);
        try (NoGradGuard byHand = new NoGradGuard()) {
            Tensor read = normed.detach();
            return tape.cut(
                    List.of(normed),
                    read.mul(gain).add_(bias),
                    gradient -> {
                        gradients.norm(read, gradient, sum(gain), sum(bias));
                        return List.of(gradient.mul(gain));
                    });
        }
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        return plain.multiply(a, b);
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return plain.sigmoid(x);
    }

    @Override
    public Tensor relu(Tensor x) {
        return plain.relu(x);
    }

    @Override
    public Tensor silu(Tensor x) {
        return plain.silu(x);
    }

    @Override
    public Tensor gelu(Tensor x) {
        return plain.gelu(x);
    }

    @Override
    public Tensor dropout(Tensor x, double rate) {
        return plain.dropout(x, rate);
    }

    @Override
    public Tensor detached(Tensor x) {
        return plain.detached(x);
    }

    /** The operations with weights cut the tape more often anyway. */
    @Override
    public Tensor block(Tensor x, UnaryOperator<Tensor> part) {
        return part.apply(x);
    }

    @Override
    public Tensor timeBuckets(Tensor times) {
        return plain.timeBuckets(times);
    }

    @Override
    public Tensor lastTimeBuckets(Tensor times, Tensor lengths) {
        return plain.lastTimeBuckets(times, lengths);
    }

    @Override
    public Tensor causalAttention(Tensor projections, int heads, Attention<Tensor> how) {
        if (how.bias().isPresent() || how.timeBias().isPresent()) {
            throw unknown("causalAttention with a bias");
        }
        return plain.causalAttention(projections, heads, how);
    }

    @Override
    public Tensor attention(
            Tensor query, Tensor projections, int heads, Tensor lengths, Attention<Tensor> how) {
        throw unknown("attention");
    }

    @Override
    public Tensor last(Tensor x, Tensor lengths) {
        return plain.last(x, lengths);
    }

    @Override
    public Tensor squeezeStep(Tensor x) {
        return plain.squeezeStep(x);
    }

    /** Step by step: the gradients of LibTorch's own layers are those of all shoppers together. */
    @Override
    public Tensor recurrent(Cell cell, Tensor x, RecurrentWeights names) {
        Tensor projected = linear(x, parameter(names.input()), parameter(names.inputBias()));
        return new GhostRecurrence(
                        cell,
                        parameter(names.hidden()),
                        parameter(names.hiddenBias()),
                        tape,
                        (states, gradient) ->
                                gradients.linear(
                                        states,
                                        gradient,
                                        sum(parameter(names.hidden())),
                                        sum(parameter(names.hiddenBias()))))
                .states(projected);
    }
}
