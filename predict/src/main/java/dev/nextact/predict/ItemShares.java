package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Split;
import dev.nextact.model.bundle.Bundle;
import java.util.List;

/**
 * Which share of a behaviour's next event each item has: p(item | behaviour, history) ∝ p(item |
 * history) · p(behaviour | item), the first factor the softmax of the ranking, the second counted
 * in the training part. So what is done with an item is taken not to depend on who it is. Confined
 * to one thread.
 */
final class ItemShares {

    /** So many events as on the average are added to each item's. */
    private static final double PRIOR_EVENTS = 20;

    private final OnnxScorer scorer;
    private final double[] acts;
    private final double[] odds;
    private final double temperature;
    private float[][] scores = new float[0][];

    private ItemShares(OnnxScorer scorer, double[] acts, double[] odds, double temperature) {
        this.scorer = scorer;
        this.acts = acts;
        this.odds = odds;
        this.temperature = temperature;
    }

    /**
     * @param sequences in the numbers of the bundle's catalog
     */
    static ItemShares of(
            OnnxScorer scorer,
            Bundle bundle,
            EventSequences sequences,
            Split split,
            int behaviour) {
        double[] all = new double[bundle.catalog().size() + 1];
        double[] those = new double[all.length];
        double events = 0;
        double acts = 0;
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence training = sequences.get(user).prefix(split.trainEnd(user));
            for (int i = 0; i < training.size(); i++) {
                int item = training.item(i);
                boolean isAct = training.behaviour(i) == behaviour;
                all[item]++;
                those[item] += isAct ? 1 : 0;
                events++;
                acts += isAct ? 1 : 0;
            }
        }
        double mean = (acts + 0.5) / (events + 1);
        double[] odds = new double[all.length];
        for (int item = 1; item < odds.length; item++) {
            odds[item] = (those[item] + PRIOR_EVENTS * mean) / (all[item] + PRIOR_EVENTS);
        }
        return new ItemShares(scorer, those, odds, bundle.temperature());
    }

    /** How often the behaviour came in the training part, by item, [V+1]; 0: unknown ones. */
    double[] acts() {
        return acts;
    }

    /**
     * After each history.
     *
     * @return [B][V+1], of each history adding up to 1; 0 for item 0
     */
    double[][] after(List<EventSequence> histories) {
        if (scores.length < histories.size()) {
            scores = new float[histories.size()][odds.length];
        }
        scorer.score(histories, scores);
        double[][] shares = new double[histories.size()][odds.length];
        for (int b = 0; b < shares.length; b++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int item = 1; item < odds.length; item++) {
                most = Math.max(most, scores[b][item]);
            }
            double sum = 0;
            for (int item = 1; item < odds.length; item++) {
                double weight = Math.exp((scores[b][item] - most) / temperature) * odds[item];
                shares[b][item] = weight;
                sum += weight;
            }
            for (int item = 1; item < odds.length; item++) {
                shares[b][item] /= sum;
            }
        }
        return shares;
    }
}
