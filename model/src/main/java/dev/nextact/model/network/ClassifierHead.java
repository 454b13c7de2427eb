package dev.nextact.model.network;

import dev.nextact.model.FloatTensor;
import dev.nextact.model.ops.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a behaviour comes within a horizon, answered after every event: one linear layer on the
 * encoder's state, whose sigmoid is the probability. On stacked LSTM layers it is the classic
 * classifier of sessions (Toth et al. 2017; Sakar et al. 2019); it learns through the encoder. What
 * has passed since the last event is not known to it.
 */
final class ClassifierHead {

    private static final String LINEAR = "head.classifier";

    private final int width;

    ClassifierHead(NetworkSettings settings) {
        this.width = settings.width();
    }

    void addTo(List<ParameterSpec> list) {
        Parts.addLivelyLinear(list, LINEAR, 1, width);
    }

    /**
     * Log-odds that the behaviour comes.
     *
     * @param states [N, D] of the encoder
     * @return [N, 1]
     */
    <T> T logits(Ops<T> ops, T states) {
        return Parts.linear(ops, LINEAR, states);
    }

    /** Weights whose log-odds are shift + scale · those of the given ones. */
    static Map<String, FloatTensor> calibrated(
            Map<String, FloatTensor> weights, double shift, double scale) {
        Map<String, FloatTensor> result = new LinkedHashMap<>(weights);
        result.computeIfPresent(LINEAR + ".weight", (name, w) -> moved(w, 0, scale));
        result.computeIfPresent(LINEAR + ".bias", (name, b) -> moved(b, shift, scale));
        return result;
    }

    private static FloatTensor moved(FloatTensor tensor, double shift, double scale) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (shift + scale * values[i]);
        }
        return new FloatTensor(tensor.shape(), values);
    }
}
