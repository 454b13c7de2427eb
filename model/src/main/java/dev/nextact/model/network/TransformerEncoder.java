package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.ArrayList;
import java.util.List;

/**
 * Self-attention over the history: SASRec (Kang and McAuley 2018, §III-B), with GELU in a
 * feed-forward layer four times as wide where SASRec has ReLU at the same width. {@link Block} says
 * where it normalises.
 */
final class TransformerEncoder implements Encoder {

    /** Hidden width of the feed-forward layer, in widths; Vaswani et al. 2017, §3.3. */
    private static final int EXPANSION = 4;

    private final NetworkSettings settings;
    private final int width;
    private final List<Layer> layers;

    TransformerEncoder(NetworkSettings settings) {
        this.settings = settings;
        this.width = settings.width();
        List<Layer> list = new ArrayList<>();
        for (int layer = 0; layer < settings.layers(); layer++) {
            list.add(new Layer("encoder." + layer));
        }
        this.layers = List.copyOf(list);
    }

    private boolean isPreNorm() {
        return settings.block() == Block.PRE_NORM;
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        for (Layer layer : layers) {
            Parts.addLinear(list, layer.prefix + ".attention.in", 3 * width, width);
            Parts.addLinear(list, layer.prefix + ".attention.out", width, width);
            layer.weights.addTo(list);
            Parts.addNorm(list, layer.prefix + ".attention.norm", width);
            Parts.addLinear(list, layer.prefix + ".feed.in", EXPANSION * width, width);
            Parts.addLinear(list, layer.prefix + ".feed.out", width, EXPANSION * width);
            Parts.addNorm(list, layer.prefix + ".feed.norm", width);
        }
        if (isPreNorm()) {
            Parts.addNorm(list, "encoder.norm", width);
        }
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T tokens) {
        T x = tokens;
        for (Layer layer : layers) {
            x = layer.apply(ops, x);
        }
        return end(ops, x);
    }

    /** The last layer is computed for the last event alone, which halves a two-layer encoder. */
    @Override
    public <T> T encodeLast(Ops<T> ops, T tokens, T lengths) {
        T x = tokens;
        for (Layer layer : layers.subList(0, layers.size() - 1)) {
            x = layer.apply(ops, x);
        }
        x = layers.get(layers.size() - 1).applyToLast(ops, x, lengths); // [B, T, D] -> [B, 1, D]
        return ops.squeezeStep(end(ops, x)); // [B, 1, D] -> [B, D]
    }

    private <T> T end(Ops<T> ops, T x) {
        return isPreNorm() ? Parts.norm(ops, "encoder.norm", x) : x;
    }

    private final class Layer {
        private final String prefix;
        private final AttentionWeights weights;

        private Layer(String prefix) {
            this.prefix = prefix;
            this.weights = new AttentionWeights(prefix, Weighting.SOFTMAX, settings);
        }

        <T> T apply(Ops<T> ops, T x) {
            T in =
                    Parts.linear(
                            ops,
                            prefix + ".attention.in",
                            before(ops, "attention", x)); // [B, T, 3D]
            T attended =
                    ops.causalAttention(
                            heads(ops, ops.part(in, 0, 3)),
                            heads(ops, ops.part(in, 1, 3)),
                            heads(ops, ops.part(in, 2, 3)),
                            weights.rule(ops));
            return feedForward(ops, attention(ops, x, attended));
        }

        <T> T applyToLast(Ops<T> ops, T x, T lengths) {
            T normed = before(ops, "attention", x);
            String in = prefix + ".attention.in";
            T query = Parts.linear(ops, in, ops.last(normed, lengths), 0, width); // [B, 1, D]
            T keysAndValues = Parts.linear(ops, in, normed, width, 2 * width); // [B, T, 2D]
            T attended =
                    ops.attention(
                            heads(ops, query),
                            heads(ops, ops.part(keysAndValues, 0, 2)),
                            heads(ops, ops.part(keysAndValues, 1, 2)),
                            lengths,
                            weights.rule(ops));
            return feedForward(ops, attention(ops, ops.last(x, lengths), attended));
        }

        private <T> T heads(Ops<T> ops, T x) {
            return ops.splitHeads(x, settings.heads()); // [B, T, D] -> [B, H, T, K]
        }

        private <T> T attention(Ops<T> ops, T x, T attended) {
            T merged = ops.mergeHeads(attended); // [B, H, T, K] -> [B, T, D]
            return residual(
                    ops, "attention", x, Parts.linear(ops, prefix + ".attention.out", merged));
        }

        private <T> T feedForward(Ops<T> ops, T x) {
            T in = Parts.linear(ops, prefix + ".feed.in", before(ops, "feed", x)); // [B, T, 4D]
            return residual(ops, "feed", x, Parts.linear(ops, prefix + ".feed.out", ops.gelu(in)));
        }

        private <T> T before(Ops<T> ops, String part, T x) {
            return isPreNorm() ? Parts.norm(ops, prefix + "." + part + ".norm", x) : x;
        }

        private <T> T residual(Ops<T> ops, String part, T x, T change) {
            T sum = ops.add(x, ops.dropout(change, settings.dropout()));
            return isPreNorm() ? sum : Parts.norm(ops, prefix + "." + part + ".norm", sum);
        }
    }
}
