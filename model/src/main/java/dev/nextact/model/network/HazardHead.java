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
 * curve of its own, and each hour of the week too, for from it a step of time has its place in the
 * week: it begins as {@link HeadSettings.Calendar} says. The history and its {@link HistoryTotals}
 * then bend them.
 */
final class HazardHead {

    private static final String HEAD = "head.hazard";
    private static final double DEVIATION = 0.02;

    /** A step's hazard before training is 0.7 %: most steps bring nothing. */
    private static final Start RARE = new Start.Constant(-5);

    private final NetworkSettings settings;
    private final HeadSettings heads;

    HazardHead(NetworkSettings settings, HeadSettings heads) {
        this.settings = settings;
        this.heads = heads;
    }

    void addTo(List<ParameterSpec> list) {
        int width = settings.width();
        addTable(list, "elapsed", TimeTokens.GAPS);
        addTable(list, "hour", TimeTokens.HOURS);
        addTable(list, "weekday", TimeTokens.WEEKDAYS);
        Parts.addLivelyLinear(list, HEAD + ".totals", width, heads.totals().size());
        Parts.addLivelyLinear(list, HEAD + ".hidden", width, width);
        Parts.addLivelyLinear(list, HEAD + ".deeper", width, width);
        int outputs = settings.behaviours() * heads.steps();
        Parts.addLivelyLinear(list, HEAD + ".out", outputs, width);
        list.add(new ParameterSpec(table("baseline"), new int[] {TimeTokens.GAPS, outputs}, RARE));
        list.add(
                new ParameterSpec(
                        table("calendar"),
                        new int[] {TimeTokens.WEEK_HOURS, outputs},
                        new Start.Given(calendar())));
    }

    /** For each hour of the week the logarithm of how much busier each step of time is. */
    private FloatTensor calendar() {
        int steps = heads.steps();
        int outputs = settings.behaviours() * steps;
        FloatTensor table = FloatTensor.zeros(TimeTokens.WEEK_HOURS, outputs);
        for (int token = 1; token < TimeTokens.WEEK_HOURS; token++) {
            double now = token - 0.5; // the middle of the hour
            for (int output = 0; output < outputs; output++) {
                double from = heads.edgesSeconds().get(output % steps) / 3600;
                double to = heads.edgesSeconds().get(output % steps + 1) / 3600;
                double factor = heads.calendar().mean(output / steps, now + from, now + to);
                table.values()[token * outputs + output] = (float) Math.log(factor);
            }
        }
        return table;
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
     * @param now the moments
     * @return [N, C·G], all steps of a behaviour together
     */
    <T> T hazards(Ops<T> ops, T contexts, Tokens.Now<T> now) {
        Tokens.Clock<T> clock = now.clock();
        T x = ops.add(contexts, ops.embedding(ops.parameter(table("elapsed")), clock.gaps()));
        x = ops.add(x, ops.embedding(ops.parameter(table("hour")), clock.hours()));
        x = ops.add(x, ops.embedding(ops.parameter(table("weekday")), clock.weekdays()));
        x = ops.add(x, Parts.linear(ops, HEAD + ".totals", now.totals()));
        T hidden = ops.gelu(Parts.linear(ops, HEAD + ".hidden", x));
        hidden = ops.gelu(Parts.linear(ops, HEAD + ".deeper", hidden));
        hidden = ops.dropout(hidden, settings.dropout());
        T curve = ops.embedding(ops.parameter(table("baseline")), clock.gaps());
        curve = ops.add(curve, ops.embedding(ops.parameter(table("calendar")), now.weekHours()));
        return ops.add(curve, Parts.linear(ops, HEAD + ".out", hidden));
    }

    /**
     * Weights whose log-odds are shift + scale · those of the given ones, behaviour by behaviour.
     */
    Map<String, FloatTensor> calibrated(
            Map<String, FloatTensor> weights, double[] shifts, double[] scales) {
        Map<String, FloatTensor> result = new LinkedHashMap<>(weights);
        int steps = heads.steps();
        int outputs = settings.behaviours() * steps;
        for (String name :
                List.of(
                        HEAD + ".out.weight",
                        HEAD + ".out.bias",
                        table("baseline"),
                        table("calendar"))) {
            FloatTensor tensor = result.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("no weight is named " + name);
            }
            float[] values = tensor.values().clone();
            boolean isWeight = name.equals(HEAD + ".out.weight");
            int each = isWeight ? values.length / outputs : 1; // of an output, in a row
            for (int i = 0; i < values.length; i++) {
                int behaviour = i / each % outputs / steps;
                double shift = name.equals(table("baseline")) ? shifts[behaviour] : 0;
                values[i] = (float) (shift + scales[behaviour] * values[i]);
            }
            result.put(name, new FloatTensor(tensor.shape(), values));
        }
        return result;
    }
}
