package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Attention;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.List;
import java.util.Optional;

/**
 * How a layer's attention weighs what it sees: its weighting, and a bias by distance where the
 * settings ask for one.
 */
record AttentionWeights(String layer, Weighting weighting, NetworkSettings settings) {

    private String distance() {
        return layer + ".attention.distance";
    }

    void addTo(List<ParameterSpec> list) {
        if (settings.positions().isInAttention()) {
            int[] shape = {settings.heads(), settings.steps()};
            list.add(new ParameterSpec(distance(), shape, Start.ZERO));
        }
    }

    <T> Attention<T> rule(Ops<T> ops) {
        Optional<T> bias =
                settings.positions().isInAttention()
                        ? Optional.of(ops.parameter(distance()))
                        : Optional.empty();
        return new Attention<>(weighting, bias, settings.dropout());
    }
}
