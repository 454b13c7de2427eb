package dev.nextact.core;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Orders in which indices are gone through. */
public final class Orders {

    private Orders() {}

    /** All indices, that of the highest score first; those of equal scores by the index. */
    public static int[] descending(double[] scores) {
        return descending(IntStream.range(0, scores.length), scores);
    }

    /**
     * Some indices, that of the highest score first; those of equal scores as they come.
     *
     * @param scores by index
     */
    public static int[] descending(IntStream indices, double[] scores) {
        return indices.boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    /** The indices 0 to size − 1, every order as likely (Fisher and Yates, "inside out"). */
    public static int[] shuffled(int size, SplittableRandom random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
