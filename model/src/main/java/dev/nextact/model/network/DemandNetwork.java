package dev.nextact.model.network;

import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.FloatTensor;
import dev.nextact.model.ops.Ops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One network over the series of all items: an encoder over rows of {@code DemandFeatures}, and
 * after every period a negative binomial for each step of the horizon. The encoder is a recurrent
 * layer with a way around it, or layers of attention that know periods by their distance: how old
 * an item is and where in the year it stands, the rows tell. As DeepAR (Salinas, Flunkert, Gasthaus
 * and Januschowski 2020, §3) it measures units by the item's level; unlike it, it foretells all
 * steps at once, from every period of the past (Wen, Torkkola, Narayanaswamy and Madeka 2017, §3.2,
 * "forking sequences"), so that no futures have to be drawn. Holds no weights. Immutable;
 * thread-safe.
 */
public final class DemandNetwork {

    /** Beyond it a mean is as far from the level as any that was seen. */
    public static final double MOST_LOG_MEAN = 5;

    /** Below it a count is Poisson's, for all that can be seen. */
    public static final double LEAST_LOG_DISPERSION = -5;

    public static final double MOST_LOG_DISPERSION = 4;

    private static final String PREFIX = "demand";

    private final DemandSettings settings;
    private final Encoder encoder;

    public DemandNetwork(DemandSettings settings) {
        this.settings = settings;
        EncoderSettings ofEncoder = settings.encoder();
        this.encoder =
                settings.family()
                        .cell()
                        .<Encoder>map(cell -> new ResidualRecurrentEncoder(PREFIX, cell, ofEncoder))
                        .orElseGet(() -> new AttentionEncoder(PREFIX, ofEncoder));
    }

    public DemandSettings settings() {
        return settings;
    }

    /** Every weight, in a fixed order. */
    public List<ParameterSpec> parameters() {
        int width = settings.width();
        List<ParameterSpec> list = new ArrayList<>();
        Parts.addLivelyLinear(list, "demand.input", width, settings.features().size());
        list.addAll(encoder.parameters());
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
     * @param rows [B, T, F], oldest first, at most as many as the settings' length; rows at the end
     *     that are padding change none before them
     * @return [B, T, 2H]: ln of the mean by the level for each step, then ln of the dispersion
     */
    public <T> T outputs(Ops<T> ops, T rows) {
        return head(ops, encoder.encode(ops, vectors(ops, rows), Optional.empty()));
    }

    /**
     * After the last of the first {@code lengths} periods alone.
     *
     * @param lengths [B], 1..T
     * @return [B, 2H]
     */
    public <T> T lastOutputs(Ops<T> ops, T rows, T lengths) {
        return head(ops, encoder.encodeLast(ops, vectors(ops, rows), lengths, Optional.empty()));
    }

    private <T> T vectors(Ops<T> ops, T rows) {
        T x = ops.gelu(Parts.linear(ops, "demand.input", rows)); // [B, T, F] -> [B, T, D]
        return ops.dropout(x, settings.dropout());
    }

    private <T> T head(Ops<T> ops, T states) {
        T dropped = ops.dropout(states, settings.dropout());
        T x = ops.gelu(Parts.linear(ops, "demand.hidden", dropped));
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
