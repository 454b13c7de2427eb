package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import java.util.Arrays;

/**
 * The targets of a whole training set, counted.
 *
 * @param ofItem how often each item is a target, [V+1]
 * @param weights how much a target counts by its behaviour, [C], 1 on the average over the targets;
 *     empty where all count alike
 * @param total how many
 */
record Targets(int[] ofItem, float[] weights, long total) {

    /** Every item a target once, all of them alike. */
    static Targets alike(int items) {
        int[] once = new int[items + 1];
        Arrays.fill(once, 1, items + 1, 1);
        return new Targets(once, new float[0], items);
    }

    /**
     * @param items V
     * @param weights by behaviour, [C]; only their ratios matter. Empty: all alike
     */
    static Targets of(TrainingSet set, int items, double[] weights) {
        int[] ofItem = new int[items + 1];
        double sum = 0;
        for (int i = 0; i < set.size(); i++) {
            EventSequence events = set.window(i).events();
            for (int t = set.window(i).firstTarget(); t < events.size(); t++) {
                ofItem[events.item(t)]++;
                sum += weights.length == 0 ? 1 : weights[events.behaviour(t)];
            }
        }
        if (sum == 0) {
            throw NextactException.input(
                    "train.behaviour_weights gives every target of the training part the weight 0:"
                            + " nothing would be learned. Give a behaviour that occurs a weight"
                            + " above 0");
        }
        float[] scaled = new float[weights.length];
        for (int c = 0; c < weights.length; c++) {
            scaled[c] = (float) (weights[c] * set.targets() / sum);
        }
        return new Targets(ofItem, scaled, set.targets());
    }

    /** V. */
    int items() {
        return ofItem.length - 1;
    }
}
