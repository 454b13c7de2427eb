package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.List;

/**
 * Self-attention over the history: SASRec (Kang and McAuley 2018, §III-B), with GELU in a
 * feed-forward layer four times as wide where SASRec has ReLU at the same width. {@link Block} says
 * where it normalises.
 */
final class TransformerLayer implements Layer {

    /** Hidden width of the feed-forward layer, in widths; Vaswani et al. 2017, §3.3. */
    private static final int EXPANSION = 4;

    private final String prefix;
    private final NetworkSettings settings;
    private final int width;
    private final AttentionWeights attention;

    TransformerLayer(String prefix, NetworkSettings settings) {
        this.prefix = prefix;
        this.settings = settings;
        this.width = settings.width();
        this.attention = new AttentionWeights(prefix, Weighting.SOFTMAX, settings);
    }

    private boolean isPreNorm() {
        return settings.block() == Block.PRE_NORM;
    }

    @Override
    public void addTo(List<ParameterSpec> list) {
        Parts.addLinear(list, prefix + ".attention.in", 3 * width, width);
        Parts.addLinear(list, prefix + ".attention.out", width, width);
        attention.addTo(list);
        Parts.addNorm(list, prefix + ".attention.norm", width);
        Parts.addLinear(list, prefix + ".feed.in", EXPANSION * width, width);
        Parts.addLinear(list, prefix + ".feed.out", width, EXPANSION * width);
        Parts.addNorm(list, prefix + ".feed.norm", width);
    }

    @Override
    public <T> T apply(Ops<T> ops, T x) {
        T in =
                Parts.linear(
                        ops, prefix + ".attention.in", before(ops, "attention", x)); // [B, T, 3D]
        T attended =
                ops.causalAttention(
                        heads(ops, ops.part(in, 0, 3)),
                        heads(ops, ops.part(in, 1, 3)),
                        heads(ops, ops.part(in, 2, 3)),
                        attention.rule(ops));
        return feedForward(ops, withAttention(ops, x, attended));
    }

    @Override
    public <T> T applyToLast(Ops<T> ops, T x, T lengths) {
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
                        attention.rule(ops));
        return feedForward(ops, withAttention(ops, ops.last(x, lengths), attended));
    }

    private <T> T heads(Ops<T> ops, T x) {
        return ops.splitHeads(x, settings.heads()); // [B, T, D] -> [B, H, T, K]
    }

    private <T> T withAttention(Ops<T> ops, T x, T attended) {
        T merged = ops.mergeHeads(attended); // [B, H, T, K] -> [B, T, D]
        return residual(ops, "attention", x, Parts.linear(ops, prefix + ".attention.out", merged));
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
