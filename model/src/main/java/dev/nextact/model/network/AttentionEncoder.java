package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.ops.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers of attention, one upon the other; {@link TransformerLayer} and {@link HstuLayer}. */
final class AttentionEncoder implements Encoder {

    private final String norm;
    private final int width;
    private final List<Layer> layers;

    /** Layers that add to an unnormalised stream leave it to the end to normalise. */
    private final boolean isNormalisedAtEnd;

    /**
     * @param prefix of the names of its weights
     */
    AttentionEncoder(String prefix, EncoderSettings settings) {
        this.norm = prefix + ".norm";
        this.width = settings.width();
        this.isNormalisedAtEnd =
                settings.family() == Family.HSTU || settings.block() == Block.PRE_NORM;
        List<Layer> list = new ArrayList<>();
        for (int i = 0; i < settings.layers(); i++) {
            String ofLayer = prefix + "." + i;
            list.add(
                    settings.family() == Family.HSTU
                            ? new HstuLayer(ofLayer, settings)
                            : new TransformerLayer(ofLayer, settings));
        }
        this.layers = List.copyOf(list);
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>();
        layers.forEach(layer -> layer.addTo(list));
        if (isNormalisedAtEnd) {
            Parts.addNorm(list, norm, width);
        }
        return list;
    }

    @Override
    public <T> T encode(Ops<T> ops, T vectors, Optional<T> times) {
        T x = vectors;
        Optional<T> buckets = times.map(ops::timeBuckets); // [B, T, T]
        for (Layer layer : layers) {
            x = ops.block(x, in -> layer.apply(ops, in, buckets));
        }
        return end(ops, x);
    }

    /** The last layer is computed for the last step alone, which halves a two-layer encoder. */
    @Override
    public <T> T encodeLast(Ops<T> ops, T vectors, T lengths, Optional<T> times) {
        T x = vectors;
        List<Layer> whole = layers.subList(0, layers.size() - 1);
        if (!whole.isEmpty()) {
            Optional<T> buckets = times.map(ops::timeBuckets); // [B, T, T]
            for (Layer layer : whole) {
                x = layer.apply(ops, x, buckets);
            }
        }
        Optional<T> buckets = times.map(all -> ops.lastTimeBuckets(all, lengths));
        x = layers.get(layers.size() - 1).applyToLast(ops, x, lengths, buckets); // [B, 1, D]
        return ops.squeezeStep(end(ops, x)); // [B, 1, D] -> [B, D]
    }

    private <T> T end(Ops<T> ops, T x) {
        return isNormalisedAtEnd ? Parts.norm(ops, norm, x) : x;
    }
}
