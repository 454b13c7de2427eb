package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.privacy.SecretNoise;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a bundle tells of how often things were in the training part.
 *
 * @param ofItems [V+1]; entry 0 for unknown items
 * @param ofBehaviours [C]
 */
record Counts(int[] ofItems, List<Long> ofBehaviours) {

    /** Behaviours are told as shares of this many. */
    private static final double SHARES_OF = 1_000_000;

    /**
     * Events, as they are, but 0 for what fewer than k shoppers had or did.
     *
     * @param k 1: as they are
     */
    static Counts ofAtLeast(LearningData data, int behaviours, int k) {
        int[] ofItems = data.trainEvents();
        List<Long> ofBehaviours = data.trainBehaviourEvents(behaviours);
        if (k == 1) {
            return new Counts(ofItems, ofBehaviours);
        }
        int[] users = data.trainUsers();
        for (int item = 1; item < ofItems.length; item++) {
            ofItems[item] = users[item] < k ? 0 : ofItems[item];
        }
        long[] did = new long[behaviours];
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            IntStream.range(0, events.size())
                    .map(events::behaviour)
                    .distinct()
                    .forEach(behaviour -> did[behaviour]++);
        }
        return new Counts(
                ofItems,
                IntStream.range(0, behaviours)
                        .mapToObj(c -> did[c] < k ? Long.valueOf(0) : ofBehaviours.get(c))
                        .toList());
    }

    /**
     * With Gaussian noise on sums to which each shopper adds a vector no longer than 1: 1/√n for
     * each of their n items, and the share that each behaviour has of their events.
     *
     * @param deviation of the noise
     */
    static Counts of(LearningData data, int behaviours, double deviation) {
        return of(data, behaviours, deviation, SecretNoise.create());
    }

    static Counts of(LearningData data, int behaviours, double deviation, SecretNoise secret) {
        double[] ofItems = new double[data.catalog().size() + 1];
        double[] ofBehaviours = new double[behaviours];
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            int[] items = new int[events.size()];
            for (int i = 0; i < items.length; i++) {
                items[i] = events.item(i);
                ofBehaviours[events.behaviour(i)] += 1.0 / items.length;
            }
            int[] distinct = Arrays.stream(items).filter(item -> item != 0).distinct().toArray();
            for (int item : distinct) {
                ofItems[item] += 1 / Math.sqrt(distinct.length);
            }
        }
        float[] noise = new float[ofItems.length + behaviours];
        secret.fillNormal(noise, deviation);
        int[] items = new int[ofItems.length];
        for (int item = 1; item < items.length; item++) {
            items[item] = (int) Math.round(Math.max(0, ofItems[item] + noise[item]));
        }
        double sum = 0;
        for (int c = 0; c < behaviours; c++) {
            ofBehaviours[c] = Math.max(0, ofBehaviours[c] + noise[ofItems.length + c]);
            sum += ofBehaviours[c];
        }
        double all = Math.max(1, sum);
        return new Counts(
                items,
                Arrays.stream(ofBehaviours)
                        .mapToObj(share -> Math.round(SHARES_OF * share / all))
                        .toList());
    }
}
