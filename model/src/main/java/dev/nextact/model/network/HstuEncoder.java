package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.ArrayList;
import java.util.List;

/**
 * Hierarchical sequential transduction units (Zhai et al. 2024, §3): one projection gives gate,
 * query, key and value; attention is weighted value by value, without a softmax; the gate takes the
 * place of a feed-forward layer. Of the paper's biases the one by distance is here, the one by time
 * is not.
 */
final class HstuEncoder implements Encoder {

    private final NetworkSettings settings;
    private final int width;
    private final List<Layer> layers;

    HstuEncoder(NetworkSettings settings) {
        this.settings = settings;
        this.width = settings.width();
        List<Layer> list = new ArrayList<>();
        for (int layer = 0; layer < settings.layers(); layer++) {
            list.add(new Layer("encoder." + layer));
        }
        this.layers = List.copyOf(list);
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        for (Layer layer : layers) {
            Parts.addNorm(list, layer.prefix + ".norm", width);
            Parts.addLinear(list, layer.prefix + ".in", 4 * width, width);
            layer.weights.addTo(list);
            Parts.addNorm(list, layer.prefix + ".attention.norm", width);
            Parts.addLinear(list, layer.prefix + ".out", width, width);
        }
        Parts.addNorm(list, "encoder.norm", width);
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T tokens) {
        T x = tokens;
        for (Layer layer : layers) {
            x = layer.apply(ops, x);
        }
        return Parts.norm(ops, "encoder.norm", x);
    }

    /** The last layer is computed for the last event alone. */
    @Override
    public <T> T encodeLast(Ops<T> ops, T tokens, T lengths) {
        T x = tokens;
        for (Layer layer : layers.subList(0, layers.size() - 1)) {
            x = layer.apply(ops, x);
        }
        x = layers.get(layers.size() - 1).applyToLast(ops, x, lengths); // [B, T, D] -> [B, 1, D]
        return ops.squeezeStep(Parts.norm(ops, "encoder.norm", x)); // [B, 1, D] -> [B, D]
    }

    private final class Layer {
        private final String prefix;
        private final AttentionWeights weights;

        private Layer(String prefix) {
            this.prefix = prefix;
            this.weights = new AttentionWeights(prefix, Weighting.SILU, settings);
        }

        <T> T apply(Ops<T> ops, T x) {
            T normed = Parts.norm(ops, prefix + ".norm", x);
            T in = ops.silu(Parts.linear(ops, prefix + ".in", normed)); // [B, T, 4D]
            T attended =
                    ops.causalAttention(
                            heads(ops, ops.part(in, 1, 4)),
                            heads(ops, ops.part(in, 2, 4)),
                            heads(ops, ops.part(in, 3, 4)),
                            weights.rule(ops));
            return out(ops, x, ops.part(in, 0, 4), attended);
        }

        <T> T applyToLast(Ops<T> ops, T x, T lengths) {
            T normed = Parts.norm(ops, prefix + ".norm", x);
            T last = ops.last(normed, lengths); // [B, 1, D]
            T own = ops.silu(Parts.linear(ops, prefix + ".in", last, 0, 2 * width)); // [B, 1, 2D]
            T all =
                    ops.silu(
                            Parts.linear(
                                    ops, prefix + ".in", normed, 2 * width, 2 * width)); // [B,T,2D]
            T attended =
                    ops.attention(
                            heads(ops, ops.part(own, 1, 2)),
                            heads(ops, ops.part(all, 0, 2)),
                            heads(ops, ops.part(all, 1, 2)),
                            lengths,
                            weights.rule(ops));
            return out(ops, ops.last(x, lengths), ops.part(own, 0, 2), attended);
        }

        private <T> T heads(Ops<T> ops, T x) {
            return ops.splitHeads(x, settings.heads()); // [B, T, D] -> [B, H, T, K]
        }

        private <T> T out(Ops<T> ops, T x, T gate, T attended) {
            T merged = ops.mergeHeads(attended); // [B, H, T, K] -> [B, T, D]
            T normed = Parts.norm(ops, prefix + ".attention.norm", merged);
            T change = Parts.linear(ops, prefix + ".out", ops.multiply(normed, gate));
            return ops.add(x, ops.dropout(change, settings.dropout()));
        }
    }
}
