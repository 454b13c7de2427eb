package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Item-based nearest neighbours: the cosine between items over the shoppers who had both in
 * training (Ludewig and Jannach 2018, §3.1, with a shopper's history for the session); an item's
 * score is the sum of its similarities to the newest items of the history, the n-th newest weighted
 * by 1/n. Keeps the 200 nearest of each item. Immutable; thread-safe.
 */
final class ItemKnn implements NextItemScorer {

    private static final int NEIGHBOURS = 200;

    /** The newest items of a history that count, in learning and in answers. */
    private static final int RECENT = 100;

    private final int[][] neighbours;
    private final float[][] similarities;

    private ItemKnn(int[][] neighbours, float[][] similarities) {
        this.neighbours = neighbours;
        this.similarities = similarities;
    }

    static ItemKnn of(LearningData data) {
        int users = data.sequences().size();
        int size = data.catalog().size() + 1;
        int[][] itemsOf = new int[users][];
        int[] count = new int[size];
        for (int user = 0; user < users; user++) {
            itemsOf[user] =
                    Arrays.stream(data.training(user).last(RECENT).items())
                            .filter(item -> item != 0)
                            .distinct()
                            .toArray();
            for (int item : itemsOf[user]) {
                count[item]++;
            }
        }
        int[][] usersOf = new int[size][];
        for (int item = 0; item < size; item++) {
            usersOf[item] = new int[count[item]];
        }
        int[] filled = new int[size];
        for (int user = 0; user < users; user++) {
            for (int item : itemsOf[user]) {
                usersOf[item][filled[item]++] = user;
            }
        }
        int[][] neighbours = new int[size][];
        float[][] similarities = new float[size][];
        int[] together = new int[size];
        int[] touched = new int[size];
        for (int item = 0; item < size; item++) {
            int many = 0;
            for (int user : usersOf[item]) {
                for (int other : itemsOf[user]) {
                    if (other != item && together[other]++ == 0) {
                        touched[many++] = other;
                    }
                }
            }
            float[] cosines = new float[many];
            Integer[] order = new Integer[many];
            for (int n = 0; n < many; n++) {
                double product = (double) count[item] * count[touched[n]];
                cosines[n] = (float) (together[touched[n]] / Math.sqrt(product));
                together[touched[n]] = 0;
                order[n] = n;
            }
            Arrays.sort(order, Comparator.comparing((Integer n) -> -cosines[n]));
            int kept = Math.min(NEIGHBOURS, many);
            neighbours[item] = new int[kept];
            similarities[item] = new float[kept];
            for (int n = 0; n < kept; n++) {
                neighbours[item][n] = touched[order[n]];
                similarities[item][n] = cosines[order[n]];
            }
        }
        return new ItemKnn(neighbours, similarities);
    }

    @Override
    public String name() {
        return "item-knn";
    }

    @Override
    public void score(List<EventSequence> histories, float[][] out) {
        for (int b = 0; b < histories.size(); b++) {
            Arrays.fill(out[b], 0);
            EventSequence recent = histories.get(b).last(RECENT);
            for (int i = recent.size() - 1; i >= 0; i--) {
                int item = recent.item(i);
                float weight = 1f / (recent.size() - i);
                for (int n = 0; item != 0 && n < neighbours[item].length; n++) {
                    out[b][neighbours[item][n]] += weight * similarities[item][n];
                }
            }
        }
    }
}
