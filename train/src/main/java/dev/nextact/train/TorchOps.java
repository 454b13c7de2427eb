package dev.nextact.train;

import dev.nextact.model.network.TokenBatch;
import dev.nextact.model.network.Tokens;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.TimeBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The operations on LibTorch tensors; they can be differentiated. Opens no scope: what it makes
 * belongs to the caller's {@code PointerScope}, but for blocks that are worked out again. Confined
 * to one thread.
 */
final class TorchOps implements Ops<Tensor> {

    private static final double NORM_EPSILON = 1e-5;

    private final Map<String, Tensor> parameters;
    private final @Nullable DropoutMask masks;
    private final boolean checkpoints;

    /**
     * Null where nothing is taken back: in answers, and in blocks that will be worked out again.
     */
    private @Nullable Tape tape;

    private TorchOps(
            Map<String, Tensor> parameters,
            @Nullable DropoutMask masks,
            @Nullable Tape tape,
            boolean checkpoints) {
        this.parameters = parameters;
        this.masks = masks;
        this.tape = tape;
        this.checkpoints = checkpoints;
    }

    /**
     * For training, with dropout.
     *
     * @param tape what is done is taken back by
     * @param checkpoints whether of a block its input alone is kept
     */
    static TorchOps training(
            Map<String, Tensor> parameters, DropoutMask masks, Tape tape, boolean checkpoints) {
        return new TorchOps(parameters, masks, tape, checkpoints);
    }

    /** For answers: no dropout. */
    static TorchOps inference(Map<String, Tensor> parameters) {
        return new TorchOps(parameters, null, null, false);
    }

    /** The values, row by row. */
    static float[] floats(Tensor tensor) {
        float[] values = new float[(int) tensor.numel()];
        if (values.length > 0) {
            tensor.contiguous().data_ptr_float().get(values);
        }
        return values;
    }

    static Tokens.Clock<Tensor> clock(TokenBatch.Clock clock, long... shape) {
        return new Tokens.Clock<>(
                Tensor.create(clock.gaps(), shape),
                Tensor.create(clock.hours(), shape),
                Tensor.create(clock.weekdays(), shape),
                Tensor.create(clock.times(), shape));
    }

    /** Where a network reads no fields, nothing is made. */
    static Tokens.Fields<Tensor> fields(TokenBatch.Fields fields, int size, int steps) {
        if (fields.each() == 0) {
            Tensor none = new Tensor();
            return new Tokens.Fields<>(none, none);
        }
        return new Tokens.Fields<>(
                Tensor.create(fields.rows(), size, steps, fields.each()),
                Tensor.create(fields.weights(), size, steps, fields.each()));
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
        return torch.embedding(table, indices);
    }

    @Override
    public Tensor weightedRows(Tensor table, Tensor indices, Tensor weights) {
        Tensor rows = torch.embedding(table, indices); // [B, T, N, D]
        return weights.unsqueeze(2).matmul(rows).squeeze(2); // [B, T, 1, N] · rows -> [B, T, D]
    }

    @Override
    public Tensor positions(Tensor indices) {
        return torch.arange(new Scalar(indices.size(1)), longs());
    }

    static TensorOptions longs() {
        return new TensorOptions(torch.ScalarType.Long);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return a.add(b);
    }

    @Override
    public Tensor addEach(Tensor a, Tensor b) {
        return a.unsqueeze(1).add(b);
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return torch.linear(x, weight, new TensorOptional(bias));
    }

    @Override
    public Tensor rows(Tensor weight, int from, int count) {
        return weight.narrow(0, from, count);
    }

    @Override
    public Tensor part(Tensor x, int n, int parts) {
        long size = x.size(-1) / parts;
        return x.narrow(-1, n * size, size);
    }

    @Override
    public Tensor dot(Tensor x, Tensor table) {
        return x.matmul(table.t());
    }

    @Override
    public Tensor layerNorm(Tensor x, Tensor gain, Tensor bias) {
        return torch.layer_norm(
                x,
                new long[] {x.size(-1)},
                new TensorOptional(gain),
                new TensorOptional(bias),
                NORM_EPSILON,
                false);
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        return a.mul(b);
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return torch.sigmoid(x);
    }

    @Override
    public Tensor relu(Tensor x) {
        return torch.relu(x);
    }

    @Override
    public Tensor silu(Tensor x) {
        return torch.silu(x);
    }

    @Override
    public Tensor gelu(Tensor x) {
        return torch.gelu(x);
    }

    @Override
    public Tensor dropout(Tensor x, double rate) {
        return masks == null || rate == 0 ? x : x.mul(masks.draw(x, rate));
    }

    @Override
    public Tensor detached(Tensor x) {
        return x.detach();
    }

    /** Between blocks the tape is cut, so that each is taken back on its own. */
    @Override
    public Tensor block(Tensor x, UnaryOperator<Tensor> part) {
        Tape outer = tape;
        if (outer == null || masks == null) {
            return part.apply(x);
        }
        return checkpoints ? checkpoint(outer, masks, x, part) : part.apply(outer.cut(x));
    }

    /** The same masks are drawn again, so the gradients are those of a block that was kept. */
    private Tensor checkpoint(Tape outer, DropoutMask drawn, Tensor x, UnaryOperator<Tensor> part) {
        int place = drawn.place();
        Tensor value = torch.empty_like(x);
        tape = null;
        // recorded, and forgotten: LibTorch's recurrent layers differ in bits without recording
        try (PointerScope block = new PointerScope()) {
            value.copy_(part.apply(x.detach()).detach());
        } finally {
            tape = outer;
        }
        return outer.cut(
                List.of(x),
                value,
                gradient -> {
                    Tensor ofInput = torch.empty_like(x);
                    Tape again = outer.another();
                    drawn.goTo(place);
                    tape = again;
                    try (PointerScope block = new PointerScope()) {
                        Tensor input =
                                again.cut(
                                        List.of(),
                                        x,
                                        ofX -> {
                                            ofInput.copy_(ofX);
                                            return List.of();
                                        });
                        again.back(new Tape.Ends().add(part.apply(input), gradient));
                    } finally {
                        tape = outer;
                    }
                    return List.of(ofInput);
                });
    }

    @Override
    public Tensor causalAttention(Tensor projections, int heads, Attention<Tensor> how) {
        if (masks != null && projections.size(1) <= CausalAttention.MOST_STEPS) {
            return byHand(masks, projections, heads, how);
        }
        Tensor q = splitHeads(part(projections, 0, 3), heads);
        Tensor k = splitHeads(part(projections, 1, 3), heads);
        Tensor v = splitHeads(part(projections, 2, 3), heads);
        boolean plain =
                how.weighting() == Weighting.SOFTMAX
                        && how.bias().isEmpty()
                        && how.timeBias().isEmpty();
        if (plain && (masks == null || how.dropout() == 0)) {
            return mergeHeads(
                    torch.scaled_dot_product_attention(
                            q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false));
        }
        Tensor range = torch.arange(new Scalar(q.size(2)), longs()); // [T]
        Tensor distances = range.unsqueeze(1).sub(range); // [T, T], below 0 for later steps
        return mergeHeads(attend(q, k, v, distances.lt(new Scalar(0)), distances, how));
    }

    private Tensor byHand(DropoutMask drawn, Tensor projections, int heads, Attention<Tensor> how) {
        CausalAttention attention = new CausalAttention(projections, heads, how, drawn.next());
        if (tape == null) {
            return attention.result();
        }
        List<Tensor> inputs = new ArrayList<>(List.of(projections));
        how.bias().ifPresent(inputs::add);
        how.timeBias().ifPresent(time -> inputs.add(time.bias()));
        return tape.cut(inputs, attention.result(), attention::back);
    }

    @Override
    public Tensor attention(
            Tensor query, Tensor projections, int heads, Tensor lengths, Attention<Tensor> how) {
        Tensor q = splitHeads(query, heads); // [B, H, 1, K]
        Tensor k = splitHeads(part(projections, 0, 2), heads);
        Tensor v = splitHeads(part(projections, 1, 2), heads);
        Tensor range = torch.arange(new Scalar(k.size(2)), longs()); // [T]
        Tensor last = lengths.sub(new Scalar(1)).view(-1, 1, 1); // [B, 1, 1]
        Tensor distances = last.sub(range); // [B, 1, T]
        Tensor hidden = distances.lt(new Scalar(0)).unsqueeze(1); // [B, 1, 1, T]
        return mergeHeads(attend(q, k, v, hidden, distances, how));
    }

    private static Tensor splitHeads(Tensor x, int heads) {
        long head = x.size(2) / heads;
        return x.unflatten(2, heads, head).transpose(1, 2); // [B, T, D] -> [B, H, T, K]
    }

    private static Tensor mergeHeads(Tensor x) {
        return x.transpose(1, 2).reshape(x.size(0), x.size(2), x.size(1) * x.size(3)); // [B, T, D]
    }

    /**
     * By hand: LibTorch's own knows no bias by distance, and its dropout draws from a generator
     * that all threads share.
     *
     * @param hidden true where a step is not seen; fits [B, H, Tq, T]
     * @param distances [Tq, T] or [B, Tq, T]
     */
    private Tensor attend(
            Tensor q, Tensor k, Tensor v, Tensor hidden, Tensor distances, Attention<Tensor> how) {
        boolean softmax = how.weighting() == Weighting.SOFTMAX;
        Tensor query = softmax ? q.mul(new Scalar(1 / Math.sqrt((double) q.size(3)))) : q;
        Tensor scores = query.matmul(k.transpose(2, 3)); // [B, H, Tq, T]
        if (how.bias().isPresent()) {
            scores = scores.add(byDistance(how.bias().get(), distances));
        }
        if (how.timeBias().isPresent()) {
            scores = scores.add(byTime(how.timeBias().get()));
        }
        Tensor weights =
                softmax
                        ? scores.masked_fill(hidden, new Scalar(Double.NEGATIVE_INFINITY))
                                .softmax(-1)
                        : torch.silu(scores).masked_fill(hidden, new Scalar(0.0));
        return dropout(weights, how.dropout()).matmul(v);
    }

    /** [H, L] and [Tq, T] or [B, Tq, T] -> [H, Tq, T] or [B, H, Tq, T]. */
    private static Tensor byDistance(Tensor bias, Tensor distances) {
        Tensor seen = distances.clamp_min(new Scalar(0)).reshape(-1);
        Tensor values = bias.index_select(1, seen); // [H, …]
        long heads = bias.size(0);
        return distances.dim() == 2
                ? values.view(heads, distances.size(0), distances.size(1))
                : values.view(heads, distances.size(0), distances.size(1), distances.size(2))
                        .transpose(0, 1);
    }

    /** [B, H, Tq, T]. */
    private static Tensor byTime(TimeBias<Tensor> time) {
        // as rows of a table: the gradient of a selected column is added one by one
        Tensor values = torch.embedding(time.bias().t(), time.buckets()); // [B, Tq, T, H]
        return values.permute(0, 3, 1, 2);
    }

    @Override
    public Tensor timeBuckets(Tensor times) {
        return buckets(times.unsqueeze(2), times);
    }

    @Override
    public Tensor lastTimeBuckets(Tensor times, Tensor lengths) {
        return buckets(last(times.unsqueeze(2), lengths), times);
    }

    /**
     * @param own times, [B, Tq, 1]
     * @param times [B, T]
     * @return int32 [B, Tq, T]
     */
    private static Tensor buckets(Tensor own, Tensor times) {
        Tensor bounds = Tensor.create(TimeBuckets.bounds());
        return torch.bucketize(own.sub(times.unsqueeze(1)), bounds, true, true);
    }

    @Override
    public Tensor last(Tensor x, Tensor lengths) {
        long steps = x.size(1);
        Tensor first = torch.arange(new Scalar(x.size(0)), longs()).mul(new Scalar(steps));
        Tensor rows = first.add(lengths).sub(new Scalar(1)); // [B]
        return x.reshape(-1, x.size(2)).index_select(0, rows).unsqueeze(1); // [B, 1, D]
    }

    @Override
    public Tensor squeezeStep(Tensor x) {
        return x.select(1, 0);
    }

    @Override
    public Tensor recurrent(Cell cell, Tensor x, RecurrentWeights names) {
        Tensor hidden = parameter(names.hidden());
        TensorVector weights =
                new TensorVector(
                        parameter(names.input()),
                        hidden,
                        parameter(names.inputBias()),
                        parameter(names.hiddenBias()));
        Tensor zero = torch.zeros(1, x.size(0), hidden.size(1));
        return switch (cell) {
            case RNN -> torch.rnn_tanh(x, zero, weights, true, 1, 0, false, false, true).get0();
            case GRU -> torch.gru(x, zero, weights, true, 1, 0, false, false, true).get0();
            case LSTM ->
                    torch.lstm(
                                    x,
                                    new TensorVector(zero, zero),
                                    weights,
                                    true,
                                    1,
                                    0,
                                    false,
                                    false,
                                    true)
                            .get0();
        };
    }
}
