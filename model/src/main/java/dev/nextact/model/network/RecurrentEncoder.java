package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A recurrent network over the history: GRU4Rec (Hidasi et al. 2016, §3.1) with whole histories
 * instead of session-parallel steps, and its siblings with simple and LSTM cells. Between layers
 * stands dropout; the output is projected back to the space of the item vectors.
 */
final class RecurrentEncoder implements Encoder {

    private final int width;
    private final double dropout;
    private final List<RecurrentLayer> layers;

    RecurrentEncoder(Cell cell, EncoderSettings settings) {
        this.width = settings.width();
        this.dropout = settings.dropout();
        List<RecurrentLayer> list = new ArrayList<>();
        for (int layer = 0; layer < settings.layers(); layer++) {
            list.add(new RecurrentLayer("encoder." + layer, cell, width));
        }
        this.layers = List.copyOf(list);
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        layers.forEach(layer -> layer.addTo(list));
        Start uniform = new Start.Uniform(1 / Math.sqrt(width));
        list.add(new ParameterSpec("encoder.out.weight", new int[] {width, width}, uniform));
        list.add(new ParameterSpec("encoder.out.bias", new int[] {width}, Start.ZERO));
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T x, Optional<T> times) {
        return project(ops, states(ops, x));
    }

    @Override
    public <T> T encodeLast(Ops<T> ops, T x, T lengths, Optional<T> times) {
        T last = ops.last(states(ops, x), lengths); // [B, T, D] -> [B, 1, D]
        return ops.squeezeStep(project(ops, last)); // [B, 1, D] -> [B, D]
    }

    private <T> T states(Ops<T> ops, T vectors) {
        T x = vectors;
        for (RecurrentLayer layer : layers) {
            x = ops.block(x, in -> ops.dropout(layer.apply(ops, in), dropout));
        }
        return x;
    }

    private <T> T project(Ops<T> ops, T states) {
        return Parts.linear(ops, "encoder.out", states);
    }
}
