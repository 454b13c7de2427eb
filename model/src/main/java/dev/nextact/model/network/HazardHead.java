package dev.nextact.model.network;

import dev.nextact.model.FloatTensor;
import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long each behaviour stays away, seen from a moment at or after the last event: for each step
 * of time the probability that it comes then, if it has not come before (discrete-time hazards;
 * Gensheimer and Narasimhan 2019, §3). What has passed since the last event is an input and not a
 * condition on the curve: silence says more than the curve knows. Each length of silence has a
 * curve of its own, which the history then bends.
 */
final class HazardHead {

    private static final String HEAD = "head.hazard";
    private static final double DEVIATION = 0.02;

    /** A step's hazard before training is 0.7 %: most steps bring nothing. */
    private static final Start RARE = new Start.Constant(-5);

    private final NetworkSettings settings;
    private final int steps;

    HazardHead(NetworkSettings settings, int steps) {
        this.settings = settings;
        this.steps = steps;
    }

    void addTo(List<ParameterSpec> list) {
        int width = settings.width();
        addTable(list, "elapsed", TimeTokens.GAPS);
        addTable(list, "hour", TimeTokens.HOURS);
        addTable(list, "weekday", TimeTokens.WEEKDAYS);
        Parts.addLivelyLinear(list, HEAD + ".hidden", width, width);
        int outputs = settings.behaviours() * steps;
        Parts.addLivelyLinear(list, HEAD + ".out", outputs, width);
        list.add(new ParameterSpec(table("baseline"), new int[] {TimeTokens.GAPS, outputs}, RARE));
    }

    private void addTable(List<ParameterSpec> list, String name, int values) {
        list.add(
                new ParameterSpec(
                        table(name),
                        new int[] {values, settings.width()},
                        new Start.Normal(DEVIATION)));
    }

    private static String table(String name) {
        return HEAD + "." + name + ".embedding";
    }

    /**
     * Log-odds of the hazards.
     *
     * @param contexts [N, D] after the last event
     * @param now [N] each: the gap since it, the hour and the weekday of the moment
     * @return [N, C·G], all steps of a behaviour together
     */
    <T> T hazards(Ops<T> ops, T contexts, Tokens.Clock<T> now) {
        T x = ops.add(contexts, ops.embedding(ops.parameter(table("elapsed")), now.gaps()));
        x = ops.add(x, ops.embedding(ops.parameter(table("hour")), now.hours()));
        x = ops.add(x, ops.embedding(ops.parameter(table("weekday")), now.weekdays()));
        T hidden = ops.gelu(Parts.linear(ops, HEAD + ".hidden", x));
        hidden = ops.dropout(hidden, settings.dropout());
        T baseline = ops.embedding(ops.parameter(table("baseline")), now.gaps());
        return ops.add(baseline, Parts.linear(ops, HEAD + ".out", hidden));
    }

    /**
     * Weights whose log-odds are shift + scale · those of the given ones, behaviour by behaviour.
     */
    Map<String, FloatTensor> calibrated(
            Map<String, FloatTensor> weights, double[] shifts, double[] scales) {
        Map<String, FloatTensor> result = new LinkedHashMap<>(weights);
        int outputs = settings.behaviours() * steps;
        for (String name : List.of(HEAD + ".out.weight", HEAD + ".out.bias", table("baseline"))) {
            FloatTensor tensor = result.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("no weight is named " + name);
            }
            float[] values = tensor.values().clone();
            boolean isTable = name.equals(table("baseline"));
            int each = isTable ? 1 : values.length / outputs; // values of an output, in a row
            for (int i = 0; i < values.length; i++) {
                int behaviour = i / each % outputs / steps;
                double shift = isTable ? shifts[behaviour] : 0;
                values[i] = (float) (shift + scales[behaviour] * values[i]);
            }
            result.put(name, new FloatTensor(tensor.shape(), values));
        }
        return result;
    }
}
