package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Attention;
import dev.nextact.model.ops.Ops.TimeBias;
import dev.nextact.model.ops.Ops.Weighting;
import dev.nextact.model.ops.TimeBuckets;
import java.util.List;
import java.util.Optional;

/**
 * How a layer's attention weighs what it sees: its weighting, and the biases by distance and by
 * time where the settings ask for them.
 */
record AttentionWeights(String layer, Weighting weighting, EncoderSettings settings) {

    private String distance() {
        return layer + ".attention.distance";
    }

    private String time() {
        return layer + ".attention.time";
    }

    void addTo(List<ParameterSpec> list) {
        if (settings.positions().isInAttention()) {
            int[] shape = {settings.heads(), settings.steps()};
            list.add(new ParameterSpec(distance(), shape, Start.ZERO));
        }
        if (settings.timeBias()) {
            int[] shape = {settings.heads(), TimeBuckets.COUNT};
            list.add(new ParameterSpec(time(), shape, Start.ZERO));
        }
    }

    /**
     * @param buckets of the times between steps; absent where there is no bias by time
     */
    <T> Attention<T> rule(Ops<T> ops, Optional<T> buckets) {
        Optional<T> bias =
                settings.positions().isInAttention()
                        ? Optional.of(ops.parameter(distance()))
                        : Optional.empty();
        Optional<TimeBias<T>> timeBias =
                buckets.map(given -> new TimeBias<>(ops.parameter(time()), given));
        return new Attention<>(weighting, bias, timeBias, settings.dropout());
    }
}
