package dev.nextact.predict;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Split;
import dev.nextact.model.bundle.Bundle;
import java.util.List;

/**
 * Which share of a behaviour's next event a group of items has: p(item | behaviour, history) ∝
 * p(item | history) · p(behaviour | item), the first factor the softmax of the ranking, the second
 * counted in the training part. So what is done with an item is taken not to depend on who it is.
 * Confined to one thread.
 */
final class GroupShare {

    /** So many events as on the average are added to each item's. */
    private static final double PRIOR_EVENTS = 20;

    private final OnnxScorer scorer;
    private final boolean[] members;
    private final double[] odds;
    private final double overall;
    private final double temperature;
    private float[][] scores = new float[0][];

    private GroupShare(
            OnnxScorer scorer,
            boolean[] members,
            double[] odds,
            double overall,
            double temperature) {
        this.scorer = scorer;
        this.members = members;
        this.odds = odds;
        this.overall = overall;
        this.temperature = temperature;
    }

    /**
     * @param sequences in the numbers of the bundle's catalog
     */
    static GroupShare of(
            OnnxScorer scorer,
            Bundle bundle,
            EventSequences sequences,
            Split split,
            int behaviour,
            ItemGroup group) {
        Catalog catalog = bundle.catalog();
        boolean[] members = new boolean[catalog.size() + 1];
        group.ids().forEach(id -> members[catalog.indexOf(id)] = true);
        members[0] = false;
        double[] all = new double[members.length];
        double[] those = new double[members.length];
        double events = 0;
        double acts = 0;
        double ofGroup = 0;
        for (int user = 0; user < sequences.size(); user++) {
            EventSequence training = sequences.get(user).prefix(split.trainEnd(user));
            for (int i = 0; i < training.size(); i++) {
                int item = training.item(i);
                boolean isAct = training.behaviour(i) == behaviour;
                all[item]++;
                those[item] += isAct ? 1 : 0;
                events++;
                acts += isAct ? 1 : 0;
                ofGroup += isAct && members[item] ? 1 : 0;
            }
        }
        double mean = (acts + 0.5) / (events + 1);
        double[] odds = new double[members.length];
        int size = 0;
        for (int item = 1; item < odds.length; item++) {
            odds[item] = (those[item] + PRIOR_EVENTS * mean) / (all[item] + PRIOR_EVENTS);
            size += members[item] ? 1 : 0;
        }
        double even = size / (double) Math.max(1, catalog.size());
        return new GroupShare(
                scorer, members, odds, (ofGroup + even) / (acts + 1), bundle.temperature());
    }

    /** Of all events of the behaviour in the training part. */
    double overall() {
        return overall;
    }

    /** Of the next event of the behaviour after each history. */
    double[] after(List<EventSequence> histories) {
        if (scores.length < histories.size()) {
            scores = new float[histories.size()][members.length];
        }
        scorer.score(histories, scores);
        double[] shares = new double[histories.size()];
        for (int b = 0; b < shares.length; b++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int item = 1; item < members.length; item++) {
                most = Math.max(most, scores[b][item]);
            }
            double sum = 0;
            double ofGroup = 0;
            for (int item = 1; item < members.length; item++) {
                double weight = Math.exp((scores[b][item] - most) / temperature) * odds[item];
                sum += weight;
                ofGroup += members[item] ? weight : 0;
            }
            shares[b] = ofGroup / sum;
        }
        return shares;
    }
}
