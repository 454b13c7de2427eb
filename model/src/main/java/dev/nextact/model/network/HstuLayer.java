package dev.nextact.model.network;

import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.List;

/**
 * A hierarchical sequential transduction unit (Zhai et al. 2024, §3): one projection gives gate,
 * query, key and value; attention is weighted value by value, without a softmax; the gate takes the
 * place of a feed-forward layer. Of the paper's biases the one by distance is here, the one by time
 * is not.
 */
final class HstuLayer implements Layer {

    private final String prefix;
    private final NetworkSettings settings;
    private final int width;
    private final AttentionWeights attention;

    HstuLayer(String prefix, NetworkSettings settings) {
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
    public <T> T apply(Ops<T> ops, T x) {
        T normed = Parts.norm(ops, prefix + ".norm", x);
        T in = ops.silu(Parts.linear(ops, prefix + ".in", normed)); // [B, T, 4D]
        T attended =
                ops.causalAttention(
                        heads(ops, ops.part(in, 1, 4)),
                        heads(ops, ops.part(in, 2, 4)),
                        heads(ops, ops.part(in, 3, 4)),
                        attention.rule(ops));
        return out(ops, x, ops.part(in, 0, 4), attended);
    }

    @Override
    public <T> T applyToLast(Ops<T> ops, T x, T lengths) {
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
                        attention.rule(ops));
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
