package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Cell;
import dev.nextact.model.ops.Ops.RecurrentWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent network over the history: GRU4Rec (Hidasi et al. 2016, §3.1) with whole histories
 * instead of session-parallel steps, and its siblings with simple and LSTM cells. Between layers
 * stands dropout; the output is projected back to the space of the item vectors.
 */
final class RecurrentEncoder implements Encoder {

    private final Cell cell;
    private final int width;
    private final int layers;
    private final double dropout;

    RecurrentEncoder(Cell cell, NetworkSettings settings) {
        this.cell = cell;
        this.width = settings.width();
        this.layers = settings.layers();
        this.dropout = settings.dropout();
    }

    @Override
    public List<ParameterSpec> parameters() {
        // LibTorch's own start for recurrent layers
        Start uniform = new Start.Uniform(1 / Math.sqrt(width));
        int gates = cell.gates() * width;
        List<ParameterSpec> list = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            RecurrentWeights names = weights(layer);
            list.add(new ParameterSpec(names.input(), new int[] {gates, width}, uniform));
            list.add(new ParameterSpec(names.hidden(), new int[] {gates, width}, uniform));
            list.add(new ParameterSpec(names.inputBias(), new int[] {gates}, uniform));
            list.add(new ParameterSpec(names.hiddenBias(), new int[] {gates}, uniform));
        }
        list.add(new ParameterSpec("encoder.out.weight", new int[] {width, width}, uniform));
        list.add(new ParameterSpec("encoder.out.bias", new int[] {width}, Start.ZERO));
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T x, Tokens<T> tokens) {
        return project(ops, states(ops, x));
    }

    @Override
    public <T> T encodeLast(Ops<T> ops, T x, Tokens<T> tokens) {
        T last = ops.last(states(ops, x), tokens.lengths()); // [B, T, D] -> [B, 1, D]
        return ops.squeezeStep(project(ops, last)); // [B, 1, D] -> [B, D]
    }

    private <T> T states(Ops<T> ops, T tokens) {
        T x = tokens;
        for (int layer = 0; layer < layers; layer++) {
            RecurrentWeights own = weights(layer);
            x = ops.block(x, in -> ops.dropout(ops.recurrent(cell, in, own), dropout));
        }
        return x;
    }

    private <T> T project(Ops<T> ops, T states) {
        return ops.linear(
                states, ops.parameter("encoder.out.weight"), ops.parameter("encoder.out.bias"));
    }

    private static RecurrentWeights weights(int layer) {
        String prefix = "encoder." + layer;
        return new RecurrentWeights(
                prefix + ".input.weight",
                prefix + ".hidden.weight",
                prefix + ".input.bias",
                prefix + ".hidden.bias");
    }
}
