package dev.nextact.train;

import dev.nextact.model.ops.Ops.Cell;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A recurrent layer one step after the other, whose hidden weights give their gradients for each
 * row of the batch; see {@link GhostOps}. Confined to one thread.
 */
final class GhostRecurrence {

    private final Cell cell;
    private final Tensor weight;
    private final Tensor bias;
    private final Tape tape;
    private final BiConsumer<Tensor, Tensor> read;

    /**
     * @param weight of the states, [G·D, D]
     * @param bias [G·D]
     * @param read takes the states that the weight read and the gradients of what it made of them,
     *     [B, T, D] and [B, T, G·D]
     */
    GhostRecurrence(
            Cell cell, Tensor weight, Tensor bias, Tape tape, BiConsumer<Tensor, Tensor> read) {
        this.cell = cell;
        this.weight = weight;
        this.bias = bias;
        this.tape = tape;
        this.read = read;
    }

    /**
     * @param projected inputs, [B, T, G·D]
     * @return [B, T, D]
     */
    Tensor states(Tensor projected) {
        long batch = projected.size(0);
        int steps = (int) projected.size(1);
        Tensor ofInputs;
        Tensor ofProducts;
        Tensor before;
        try (NoGradGuard made = new NoGradGuard()) {
            ofInputs = torch.zeros_like(projected);
            ofProducts = torch.zeros_like(projected);
            before = torch.zeros(batch, steps, weight.size(1));
        }
        Tensor hidden = torch.zeros(batch, weight.size(1));
        Tensor memory = torch.zeros(batch, weight.size(1));
        TensorVector states = new TensorVector();
        for (int t = 0; t < steps; t++) {
            Tensor x = input(projected, t, ofInputs);
            Tensor h = product(hidden, t, before, ofProducts);
            switch (cell) {
                case RNN -> hidden = x.add(h).tanh();
                case GRU -> {
                    Tensor reset = third(x, 0).add(third(h, 0)).sigmoid();
                    Tensor update = third(x, 1).add(third(h, 1)).sigmoid();
                    Tensor fresh = third(x, 2).add(reset.mul(third(h, 2))).tanh();
                    hidden = fresh.add(update.mul(hidden.sub(fresh)));
                }
                case LSTM -> {
                    Tensor gates = x.add(h);
                    Tensor in = quarter(gates, 0).sigmoid();
                    Tensor kept = quarter(gates, 1).sigmoid();
                    Tensor fresh = quarter(gates, 2).tanh();
                    memory = kept.mul(memory).add(in.mul(fresh));
                    hidden = quarter(gates, 3).sigmoid().mul(memory.tanh());
                }
            }
            states.push_back(hidden);
            // so that a step is taken back once, whatever comes after it
            hidden = tape.cut(hidden);
            memory = cell == Cell.LSTM ? tape.cut(memory) : memory;
        }
        return torch.stack(states, 1);
    }

    private static Tensor third(Tensor x, long n) {
        long size = x.size(1) / 3;
        return x.narrow(1, n * size, size);
    }

    private static Tensor quarter(Tensor x, long n) {
        long size = x.size(1) / 4;
        return x.narrow(1, n * size, size);
    }

    /** The gradients of all steps go back together, with that of the first, taken back last. */
    private Tensor input(Tensor projected, int t, Tensor ofInputs) {
        return tape.cut(
                t == 0 ? List.of(projected) : List.of(),
                projected.detach().select(1, t),
                gradient -> {
                    ofInputs.select(1, t).copy_(gradient);
                    return t == 0 ? List.of(ofInputs) : List.of();
                });
    }

    private Tensor product(Tensor hidden, int t, Tensor before, Tensor ofProducts) {
        Tensor state = hidden.detach();
        before.select(1, t).copy_(state);
        return tape.cut(
                List.of(hidden),
                torch.linear(state, weight, new TensorOptional(bias)),
                gradient -> {
                    ofProducts.select(1, t).copy_(gradient);
                    if (t == 0) {
                        read.accept(before, ofProducts);
                    }
                    return List.of(gradient.matmul(weight));
                });
    }
}
