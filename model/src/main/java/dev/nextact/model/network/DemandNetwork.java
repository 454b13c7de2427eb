package dev.nextact.model.network;

import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import dev.nextact.model.ops.Ops.Cell;
import dev.nextact.model.ops.Ops.RecurrentWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One network over the series of all items: a gated recurrent layer over rows of {@code
 * DemandFeatures}, with a way around it, and after every period a negative binomial for each step
 * of the horizon. As DeepAR (Salinas, Flunkert, Gasthaus and Januschowski 2020, §3) it measures
 * units by the item's level; unlike it, it foretells all steps at once, from every period of the
 * past (Wen, Torkkola, Narayanaswamy and Madeka 2017, §3.2, "forking sequences"), so that no
 * futures have to be drawn. Holds no weights. Immutable; thread-safe.
 */
public final class DemandNetwork {

    /** Beyond it a mean is as far from the level as any that was seen. */
    public static final double MOST_LOG_MEAN = 5;

    /** Below it a count is Poisson's, for all that can be seen. */
    public static final double LEAST_LOG_DISPERSION = -5;

    public static final double MOST_LOG_DISPERSION = 4;

    private static final RecurrentWeights LAYER =
            new RecurrentWeights(
                    "demand.recurrent.input.weight",
                    "demand.recurrent.hidden.weight",
                    "demand.recurrent.input.bias",
                    "demand.recurrent.hidden.bias");

    private final DemandSettings settings;

    public DemandNetwork(DemandSettings settings) {
        this.settings = settings;
    }

    public DemandSettings settings() {
        return settings;
    }

    /** Every weight, in a fixed order. */
    public List<ParameterSpec> parameters() {
        int width = settings.width();
        int gates = Cell.GRU.gates() * width;
        Start uniform = new Start.Uniform(1 / Math.sqrt(width));
        List<ParameterSpec> list = new ArrayList<>();
        Parts.addLivelyLinear(list, "demand.input", width, settings.features().size());
        list.add(new ParameterSpec(LAYER.input(), new int[] {gates, width}, uniform));
        list.add(new ParameterSpec(LAYER.hidden(), new int[] {gates, width}, uniform));
        list.add(new ParameterSpec(LAYER.inputBias(), new int[] {gates}, uniform));
        list.add(new ParameterSpec(LAYER.hiddenBias(), new int[] {gates}, uniform));
        Parts.addNorm(list, "demand.norm", width);
        Parts.addLivelyLinear(list, "demand.hidden", width, width);
        Parts.addLinear(list, "demand.out", 2 * settings.horizon(), width);
        return list;
    }

    /** Weights before training, by name. */
    public Map<String, FloatTensor> initialWeights(long seed) {
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        parameters().forEach(spec -> weights.put(spec.name(), spec.initial(seed)));
        return weights;
    }

    /**
     * After every period.
     *
     * @param rows [B, T, F], oldest first; rows at the end that are padding change none before them
     * @return [B, T, 2H]: ln of the mean by the level for each step, then ln of the dispersion
     */
    public <T> T outputs(Ops<T> ops, T rows) {
        return head(ops, states(ops, rows));
    }

    /**
     * After the last of the first {@code lengths} periods alone.
     *
     * @param lengths [B], 1..T
     * @return [B, 2H]
     */
    public <T> T lastOutputs(Ops<T> ops, T rows, T lengths) {
        return head(ops, ops.squeezeStep(ops.last(states(ops, rows), lengths)));
    }

    private <T> T states(Ops<T> ops, T rows) {
        T x = ops.gelu(Parts.linear(ops, "demand.input", rows)); // [B, T, F] -> [B, T, D]
        x = ops.dropout(x, settings.dropout());
        return ops.add(ops.recurrent(Cell.GRU, x, LAYER), x);
    }

    private <T> T head(Ops<T> ops, T states) {
        T x = Parts.norm(ops, "demand.norm", states);
        x = ops.gelu(Parts.linear(ops, "demand.hidden", ops.dropout(x, settings.dropout())));
        return Parts.linear(ops, "demand.out", x); // [.., D] -> [.., 2H]
    }

    /**
     * What the outputs after one period say.
     *
     * @param outputs [2H]
     * @param level of the item's units
     * @return for each step, [H]
     */
    public List<NegativeBinomial> distributions(float[] outputs, double level) {
        List<NegativeBinomial> steps = new ArrayList<>();
        int horizon = settings.horizon();
        for (int h = 0; h < horizon; h++) {
            double mean = clamp(outputs[h], -MOST_LOG_MEAN, MOST_LOG_MEAN);
            double dispersion =
                    clamp(outputs[horizon + h], LEAST_LOG_DISPERSION, MOST_LOG_DISPERSION);
            steps.add(
                    new NegativeBinomial(
                            level * Math.exp(mean),
                            settings.calibration().spread() * Math.exp(dispersion)));
        }
        return steps;
    }

    private static double clamp(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }
}
