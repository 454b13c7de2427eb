package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One recurrent layer with a way around it, normalised: what a step tells reaches its state whole,
 * and the layer need remember of it only what later steps ask for.
 */
final class ResidualRecurrentEncoder implements Encoder {

    private final String norm;
    private final RecurrentLayer layer;

    /**
     * @param prefix of the names of its weights
     */
    ResidualRecurrentEncoder(String prefix, Cell cell, EncoderSettings settings) {
        this.norm = prefix + ".norm";
        this.layer = new RecurrentLayer(prefix + ".recurrent", cell, settings.width());
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        layer.addTo(list);
        Parts.addNorm(list, norm, layer.width());
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T x, Optional<T> times) {
        return Parts.norm(ops, norm, states(ops, x));
    }

    @Override
    public <T> T encodeLast(Ops<T> ops, T x, T lengths, Optional<T> times) {
        return Parts.norm(ops, norm, ops.squeezeStep(ops.last(states(ops, x), lengths)));
    }

    private <T> T states(Ops<T> ops, T x) {
        return ops.add(layer.apply(ops, x), x);
    }
}
