package dev.nextact.bench;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.privacy.LossAccountant;
import dev.nextact.core.privacy.SecretNoise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Popularity and a first-order Markov chain of counts with Gaussian noise: what a shop gets for the
 * same budget without a network. To each of the two tables of counts a shopper adds a vector no
 * longer than 1, the same to each of their distinct entries. Immutable; thread-safe.
 */
final class PrivateMarkov implements NextItemScorer {

    private final String name;
    private final float[] items;

    /** By the item before, [V+1][V+1]; empty for popularity. */
    private final float[][] transitions;

    private PrivateMarkov(String name, float[] items, float[][] transitions) {
        this.name = name;
        this.items = items;
        this.transitions = transitions;
    }

    /** Spends all of the budget on how often items are. */
    static PrivateMarkov popularity(LearningData data, double epsilon, double delta) {
        double noise = LossAccountant.start().noiseFor(epsilon, delta, 1, 1);
        return new PrivateMarkov(
                "private popularity", items(data, noise, SecretNoise.create()), new float[0][]);
    }

    /** Spends half of its variance on items, half on pairs of neighbours. */
    static PrivateMarkov markov(LearningData data, double epsilon, double delta) {
        double noise = LossAccountant.start().noiseFor(epsilon, delta, 1, 2);
        SecretNoise secret = SecretNoise.create();
        float[] items = items(data, noise, secret);
        int size = items.length;
        float[][] transitions = new float[size][size];
        for (float[] row : transitions) {
            secret.fillNormal(row, noise);
        }
        for (int user = 0; user < data.sequences().size(); user++) {
            Map<Integer, Integer> pairs = new HashMap<>();
            EventSequence events = data.training(user);
            int last = 0;
            for (int i = 0; i < events.size(); i++) {
                int item = events.item(i);
                if (item != 0) {
                    if (last != 0) {
                        pairs.merge(last * size + item, 1, Integer::sum);
                    }
                    last = item;
                }
            }
            double norm = norm(pairs);
            pairs.forEach(
                    (pair, count) ->
                            transitions[pair / size][pair % size] += (float) (count / norm));
        }
        return new PrivateMarkov("private markov", items, transitions);
    }

    private static double norm(Map<Integer, Integer> counts) {
        return Math.max(
                1, Math.sqrt(counts.values().stream().mapToDouble(c -> (double) c * c).sum()));
    }

    private static float[] items(LearningData data, double noise, SecretNoise secret) {
        float[] items = new float[data.catalog().size() + 1];
        secret.fillNormal(items, noise);
        for (int user = 0; user < data.sequences().size(); user++) {
            Map<Integer, Integer> counts = new HashMap<>();
            EventSequence events = data.training(user);
            for (int i = 0; i < events.size(); i++) {
                if (events.item(i) != 0) {
                    counts.merge(events.item(i), 1, Integer::sum);
                }
            }
            double norm = norm(counts);
            counts.forEach((item, count) -> items[item] += (float) (count / norm));
        }
        return items;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void score(List<EventSequence> histories, float[][] out) {
        double most = 0;
        for (float count : items) {
            most = Math.max(most, count);
        }
        for (int b = 0; b < histories.size(); b++) {
            EventSequence history = histories.get(b);
            int last = 0;
            for (int i = 0; i < history.size(); i++) {
                last = history.item(i) == 0 ? last : history.item(i);
            }
            for (int item = 1; item < items.length; item++) {
                // popularity decides among what came equally often, as without noise
                out[b][item] =
                        (float) (items[item] / (most + 1))
                                + (transitions.length == 0 ? 0 : transitions[last][item]);
            }
        }
    }
}
