package dev.nextact.model.network;

import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a behaviour comes within a horizon, answered after every event: one linear layer on the
 * encoder's state, whose sigmoid is the probability. On stacked LSTM layers it is the classic
 * classifier of sessions (Toth et al. 2017; Sakar et al. 2019); it learns through the encoder. What
 * has passed since the last event is not known to it.
 *
 * <p>Where it reads {@link HistoryTotals}, their weighted sum is added to the log-odds: the wide
 * part of Cheng et al. 2016, "Wide & Deep Learning for Recommender Systems", §3. Both parts are
 * learned together, from 0 on, so that the encoder learns what a logistic regression on the totals
 * leaves unsaid. Where it counts, a second layer of the same kind tells the logarithm of how often
 * the behaviour is to be expected (Poisson regression; McCullagh and Nelder 1989, §6.2).
 */
final class ClassifierHead {

    private static final String ODDS = "head.classifier";
    private static final String COUNT = "head.count";

    private final int width;
    private final HeadSettings heads;

    ClassifierHead(NetworkSettings settings, HeadSettings heads) {
        this.width = settings.width();
        this.heads = heads;
    }

    void addTo(List<ParameterSpec> list) {
        add(list, ODDS);
        if (heads.classifier().counts()) {
            add(list, COUNT);
        }
    }

    private void add(List<ParameterSpec> list, String layer) {
        if (!readsTotals()) {
            Parts.addLivelyLinear(list, layer, 1, width);
            return;
        }
        Parts.addLinear(list, layer, 1, width);
        list.add(new ParameterSpec(wide(layer), new int[] {1, heads.totals().size()}, Start.ZERO));
    }

    private boolean readsTotals() {
        return heads.totals().size() > 0;
    }

    private static String wide(String layer) {
        return layer + ".totals.weight";
    }

    /**
     * Log-odds that the behaviour comes.
     *
     * @param states [N, D] of the encoder
     * @param totals [N, F]; not read where there are none
     * @return [N, 1]
     */
    <T> T logits(Ops<T> ops, T states, T totals) {
        return sum(ops, ODDS, states, totals);
    }

    /**
     * The logarithm of how often the behaviour is to be expected.
     *
     * @param states [N, D] of the encoder
     * @param totals [N, F]; not read where there are none
     * @return [N, 1]
     */
    <T> T logCounts(Ops<T> ops, T states, T totals) {
        return sum(ops, COUNT, states, totals);
    }

    private <T> T sum(Ops<T> ops, String layer, T states, T totals) {
        T deep = Parts.linear(ops, layer, states);
        return readsTotals()
                ? ops.add(deep, ops.dot(totals, ops.parameter(wide(layer)))) // + [N, F] -> [N, 1]
                : deep;
    }

    /** Weights whose log-odds are shift + scale · those of the given ones. */
    static Map<String, FloatTensor> calibrated(
            Map<String, FloatTensor> weights, double shift, double scale) {
        Map<String, FloatTensor> result = new LinkedHashMap<>(weights);
        result.computeIfPresent(ODDS + ".weight", (name, w) -> moved(w, 0, scale));
        result.computeIfPresent(wide(ODDS), (name, w) -> moved(w, 0, scale));
        result.computeIfPresent(ODDS + ".bias", (name, b) -> moved(b, shift, scale));
        return result;
    }

    /** Weights that expect e^shift times as many as the given ones. */
    static Map<String, FloatTensor> expecting(Map<String, FloatTensor> weights, double shift) {
        Map<String, FloatTensor> result = new LinkedHashMap<>(weights);
        result.computeIfPresent(COUNT + ".bias", (name, b) -> moved(b, shift, 1));
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
