package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.List;

/**
 * When the next event comes, and of which behaviour it is if it comes then: p(gap) as a mixture of
 * log-normals (Shchur, Biloš and Günnemann 2020, §3.2), and p(behaviour | history, gap), so that
 * their product is the density of both. A hidden layer of its own stands before each.
 */
final class NextEventHead {

    private static final String GAP = "head.gap";
    private static final String BEHAVIOUR = "head.behaviour";
    private static final String GAP_TABLE = "head.behaviour.gap.embedding";
    private static final double DEVIATION = 0.02;

    private final NetworkSettings settings;
    private final int components;

    NextEventHead(NetworkSettings settings, int components) {
        this.settings = settings;
        this.components = components;
    }

    void addTo(List<ParameterSpec> list) {
        int width = settings.width();
        Parts.addLivelyLinear(list, GAP + ".hidden", width, width);
        Parts.addLivelyLinear(list, GAP + ".weights", components, width);
        list.add(
                new ParameterSpec(
                        GAP + ".means.weight",
                        new int[] {components, width},
                        new Start.Normal(DEVIATION)));
        // apart from the start, or all components would learn the same
        list.add(
                new ParameterSpec(
                        GAP + ".means.bias", new int[] {components}, new Start.Uniform(2)));
        Parts.addLivelyLinear(list, GAP + ".deviations", components, width);
        if (settings.behaviours() > 1) {
            list.add(
                    new ParameterSpec(
                            GAP_TABLE,
                            new int[] {TimeTokens.GAPS, width},
                            new Start.Normal(DEVIATION)));
            Parts.addLivelyLinear(list, BEHAVIOUR + ".hidden", width, width);
            Parts.addLivelyLinear(list, BEHAVIOUR + ".out", settings.behaviours(), width);
        }
    }

    /**
     * The mixture over the standardised gap.
     *
     * @param contexts [N, D]
     */
    <T> Mixture<T> gap(Ops<T> ops, T contexts) {
        T hidden = ops.gelu(Parts.linear(ops, GAP + ".hidden", contexts));
        hidden = ops.dropout(hidden, settings.dropout());
        return new Mixture<>(
                Parts.linear(ops, GAP + ".weights", hidden),
                Parts.linear(ops, GAP + ".means", hidden),
                Parts.linear(ops, GAP + ".deviations", hidden));
    }

    /**
     * Scores whose softmax is the probability of each behaviour.
     *
     * @param contexts [N, D]
     * @param gaps [N], tokens of the gap to the event in question
     * @return [N, C]
     */
    <T> T behaviours(Ops<T> ops, T contexts, T gaps) {
        T x = ops.add(contexts, ops.embedding(ops.parameter(GAP_TABLE), gaps));
        T hidden = ops.gelu(Parts.linear(ops, BEHAVIOUR + ".hidden", x));
        hidden = ops.dropout(hidden, settings.dropout());
        return Parts.linear(ops, BEHAVIOUR + ".out", hidden);
    }
}
