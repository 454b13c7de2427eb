package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.List;
import java.util.Optional;

/**
 * A hierarchical sequential transduction unit (Zhai et al. 2024, §3): one projection gives gate,
 * query, key and value; attention is weighted value by value, without a softmax; the gate takes the
 * place of a feed-forward layer. The paper's biases by distance and by time are where {@link
 * EncoderSettings} asks for them.
 */
final class HstuLayer implements Layer {

    private final String prefix;
    private final EncoderSettings settings;
    private final int width;
    private final AttentionWeights attention;

    HstuLayer(String prefix, EncoderSettings settings) {
        this.prefix = prefix;
        this.settings = settings;
        this.width = settings.width();
        this.attention = new AttentionWeights(prefix, Weighting.SILU, settings);
    }

    @Override
    public void addTo(List<ParameterSpec> list) {
        Parts.addNorm(list, prefix + ".norm", width);
        Parts.addLinear(list, prefix + ".in", 4 * width, width);
        attention.addTo(list);
        Parts.addNorm(list, prefix + ".attention.norm", width);
        Parts.addLinear(list, prefix + ".out", width, width);
    }

    @Override
    public <T> T apply(Ops<T> ops, T x, Optional<T> buckets) {
        T normed = Parts.norm(ops, prefix + ".norm", x);
        T gate = part(ops, normed, 0, 1); // [B, T, D]
        T in = part(ops, normed, 1, 3); // [B, T, 3D]
        return out(
                ops,
                x,
                gate,
                ops.causalAttention(in, settings.heads(), attention.rule(ops, buckets)));
    }

    @Override
    public <T> T applyToLast(Ops<T> ops, T x, T lengths, Optional<T> buckets) {
        T normed = Parts.norm(ops, prefix + ".norm", x);
        T own = part(ops, ops.last(normed, lengths), 0, 2); // gate and query, [B, 1, 2D]
        T all = part(ops, normed, 2, 2); // key and value, [B, T, 2D]
        T attended =
                ops.attention(
                        ops.part(own, 1, 2),
                        all,
                        settings.heads(),
                        lengths,
                        attention.rule(ops, buckets));
        return out(ops, ops.last(x, lengths), ops.part(own, 0, 2), attended);
    }

    /** Some of gate, query, key and value: [..., D] -> [..., count·D]. */
    private <T> T part(Ops<T> ops, T normed, int from, int count) {
        return ops.silu(Parts.linear(ops, prefix + ".in", normed, from * width, count * width));
    }

    private <T> T out(Ops<T> ops, T x, T gate, T attended) {
        T normed = Parts.norm(ops, prefix + ".attention.norm", attended);
        T change = Parts.linear(ops, prefix + ".out", ops.multiply(normed, gate));
        return ops.add(x, ops.dropout(change, settings.dropout()));
    }
}
