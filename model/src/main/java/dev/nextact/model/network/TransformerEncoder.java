package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * Self-attention over the history: SASRec (Kang and McAuley 2018, §III-B) in the pre-norm
 * arrangement (Xiong et al. 2020, §3.1), with GELU in a feed-forward layer four times as wide where
 * SASRec has ReLU at the same width.
 */
final class TransformerEncoder implements Encoder {

    /** Hidden width of the feed-forward layer, in widths; Vaswani et al. 2017, §3.3. */
    private static final int EXPANSION = 4;

    /** Of the weights before training; BERT's, and many SASRec implementations'. */
    private static final double DEVIATION = 0.02;

    private final int width;
    private final int heads;
    private final double dropout;
    private final List<Block> blocks;

    TransformerEncoder(NetworkSettings settings) {
        this.width = settings.width();
        this.heads = settings.heads();
        this.dropout = settings.dropout();
        List<Block> list = new ArrayList<>();
        for (int layer = 0; layer < settings.layers(); layer++) {
            list.add(new Block("encoder." + layer));
        }
        this.blocks = List.copyOf(list);
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        for (Block block : blocks) {
            for (String linear : List.of("query", "key", "value", "out")) {
                addLinear(list, block.prefix + ".attention." + linear, width, width);
            }
            addNorm(list, block.prefix + ".attention.norm");
            addLinear(list, block.prefix + ".feed.in", EXPANSION * width, width);
            addLinear(list, block.prefix + ".feed.out", width, EXPANSION * width);
            addNorm(list, block.prefix + ".feed.norm");
        }
        addNorm(list, "encoder.norm");
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T tokens) {
        T x = tokens;
        for (Block block : blocks) {
            x = block.apply(ops, x);
        }
        return norm(ops, "encoder.norm", x);
    }

    /** The last block is computed for the last event alone, which halves a two-block encoder. */
    @Override
    public <T> T encodeLast(Ops<T> ops, T tokens, T lengths) {
        T x = tokens;
        for (Block block : blocks.subList(0, blocks.size() - 1)) {
            x = block.apply(ops, x);
        }
        x = blocks.get(blocks.size() - 1).applyToLast(ops, x, lengths); // [B, T, D] -> [B, 1, D]
        return ops.squeezeStep(norm(ops, "encoder.norm", x)); // [B, 1, D] -> [B, D]
    }

    private final class Block {
        private final String prefix;

        private Block(String prefix) {
            this.prefix = prefix;
        }

        <T> T apply(Ops<T> ops, T x) {
            T normed = norm(ops, prefix + ".attention.norm", x);
            T attended =
                    ops.causalAttention(
                            heads(ops, "query", normed),
                            heads(ops, "key", normed),
                            heads(ops, "value", normed));
            return feedForward(ops, residual(ops, x, attended));
        }

        <T> T applyToLast(Ops<T> ops, T x, T lengths) {
            T normed = norm(ops, prefix + ".attention.norm", x);
            T attended =
                    ops.attention(
                            heads(ops, "query", ops.last(normed, lengths)),
                            heads(ops, "key", normed),
                            heads(ops, "value", normed),
                            lengths);
            return feedForward(ops, residual(ops, ops.last(x, lengths), attended));
        }

        private <T> T heads(Ops<T> ops, String name, T x) {
            T projected = linear(ops, prefix + ".attention." + name, x);
            return ops.splitHeads(projected, heads); // [B, T, D] -> [B, H, T, K]
        }

        private <T> T residual(Ops<T> ops, T x, T attended) {
            T merged = ops.mergeHeads(attended); // [B, H, T, K] -> [B, T, D]
            T out = linear(ops, prefix + ".attention.out", merged);
            return ops.add(x, ops.dropout(out, dropout));
        }

        private <T> T feedForward(Ops<T> ops, T x) {
            T normed = norm(ops, prefix + ".feed.norm", x);
            T hidden = ops.gelu(linear(ops, prefix + ".feed.in", normed)); // [B, T, 4D]
            T out = linear(ops, prefix + ".feed.out", ops.dropout(hidden, dropout));
            return ops.add(x, ops.dropout(out, dropout));
        }
    }

    private static <T> T linear(Ops<T> ops, String name, T x) {
        return ops.linear(x, ops.parameter(name + ".weight"), ops.parameter(name + ".bias"));
    }

    private static <T> T norm(Ops<T> ops, String name, T x) {
        return ops.layerNorm(x, ops.parameter(name + ".gain"), ops.parameter(name + ".bias"));
    }

    private static void addLinear(List<ParameterSpec> list, String name, int out, int in) {
        list.add(
                new ParameterSpec(
                        name + ".weight", new int[] {out, in}, new Start.Normal(DEVIATION)));
        list.add(new ParameterSpec(name + ".bias", new int[] {out}, new Start.Constant(0)));
    }

    private void addNorm(List<ParameterSpec> list, String name) {
        list.add(new ParameterSpec(name + ".gain", new int[] {width}, new Start.Constant(1)));
        list.add(new ParameterSpec(name + ".bias", new int[] {width}, new Start.Constant(0)));
    }
}
