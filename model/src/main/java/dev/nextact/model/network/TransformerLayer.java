package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Weighting;
import java.util.List;
import java.util.Optional;

/**
 * Self-attention over the history: SASRec (Kang and McAuley 2018, §III-B), with a feed-forward
 * layer four times as wide where SASRec's is as wide as the network. {@link Block} says where it
 * normalises and whether gates stand before its sums. With {@link Block#LIGR} and {@link
 * FeedForward#SWIGLU} it is the layer of eSASRec (Tikhonovich et al. 2025), whose feed-forward has
 * no biases and drops hidden values as well, and which does not normalise the last layer's output.
 */
final class TransformerLayer implements Layer {

    /** Hidden width of the feed-forward layer, in widths; Vaswani et al. 2017, §3.3. */
    private static final int EXPANSION = 4;

    private final String prefix;
    private final EncoderSettings settings;
    private final int width;
    private final AttentionWeights attention;

    TransformerLayer(String prefix, EncoderSettings settings) {
        this.prefix = prefix;
        this.settings = settings;
        this.width = settings.width();
        this.attention = new AttentionWeights(prefix, Weighting.SOFTMAX, settings);
    }

    @Override
    public void addTo(List<ParameterSpec> list) {
        Parts.addLinear(list, prefix + ".attention.in", 3 * width, width);
        Parts.addLinear(list, prefix + ".attention.out", width, width);
        attention.addTo(list);
        addEnds(list, "attention");
        int hidden = EXPANSION * width;
        int in = settings.feedForward() == FeedForward.SWIGLU ? 2 * hidden : hidden;
        Parts.addLinear(list, prefix + ".feed.in", in, width);
        Parts.addLinear(list, prefix + ".feed.out", width, hidden);
        addEnds(list, "feed");
    }

    private void addEnds(List<ParameterSpec> list, String part) {
        Parts.addNorm(list, norm(part), width);
        if (settings.block() == Block.LIGR) {
            Parts.addLinear(list, gate(part), width, width);
        }
    }

    private String norm(String part) {
        return prefix + "." + part + ".norm";
    }

    private String gate(String part) {
        return prefix + "." + part + ".gate";
    }

    @Override
    public <T> T apply(Ops<T> ops, T x, Optional<T> buckets) {
        T in = Parts.linear(ops, prefix + ".attention.in", before(ops, "attention", x)); // [B,T,3D]
        T attended =
                ops.causalAttention(
                        in, settings.heads(), attention.rule(ops, buckets)); // [B, T, D]
        return feedForward(ops, withAttention(ops, x, attended));
    }

    @Override
    public <T> T applyToLast(Ops<T> ops, T x, T lengths, Optional<T> buckets) {
        T normed = before(ops, "attention", x);
        String in = prefix + ".attention.in";
        T query = Parts.linear(ops, in, ops.last(normed, lengths), 0, width); // [B, 1, D]
        T keysAndValues = Parts.linear(ops, in, normed, width, 2 * width); // [B, T, 2D]
        T attended =
                ops.attention(
                        query,
                        keysAndValues,
                        settings.heads(),
                        lengths,
                        attention.rule(ops, buckets));
        return feedForward(ops, withAttention(ops, ops.last(x, lengths), attended));
    }

    private <T> T withAttention(Ops<T> ops, T x, T attended) {
        T change = Parts.linear(ops, prefix + ".attention.out", attended);
        return residual(ops, "attention", x, change);
    }

    private <T> T feedForward(Ops<T> ops, T x) {
        T in = Parts.linear(ops, prefix + ".feed.in", before(ops, "feed", x)); // [B, T, 4D]
        T hidden =
                switch (settings.feedForward()) {
                    case GELU -> ops.gelu(in);
                    case RELU -> ops.relu(in);
                    case SWIGLU -> // [B, T, 8D] -> [B, T, 4D]
                            ops.multiply(ops.silu(ops.part(in, 0, 2)), ops.part(in, 1, 2));
                };
        return residual(ops, "feed", x, Parts.linear(ops, prefix + ".feed.out", hidden));
    }

    private <T> T before(Ops<T> ops, String part, T x) {
        return settings.block() == Block.POST_NORM ? x : Parts.norm(ops, norm(part), x);
    }

    private <T> T residual(Ops<T> ops, String part, T x, T change) {
        T dropped = ops.dropout(change, settings.dropout());
        return switch (settings.block()) {
            case PRE_NORM -> ops.add(x, dropped);
            case POST_NORM -> Parts.norm(ops, norm(part), ops.add(x, dropped));
            case LIGR -> {
                T gate = ops.sigmoid(Parts.linear(ops, gate(part), x)); // [B, T, D]
                yield ops.add(x, ops.multiply(gate, dropped));
            }
        };
    }
}
