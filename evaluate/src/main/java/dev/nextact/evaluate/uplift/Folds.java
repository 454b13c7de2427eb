package dev.nextact.evaluate.uplift;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Cuts cases into folds at random, each with its share of those contacted and of the others. */
final class Folds {

    private Folds() {}

    /**
     * @return [N], from 0 to {@code folds} − 1
     */
    static int[] of(boolean[] treated, int folds, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] fold = new int[treated.length];
        int dealt = 0;
        for (boolean arm : new boolean[] {false, true}) {
            int[] members =
                    IntStream.range(0, treated.length).filter(i -> treated[i] == arm).toArray();
            for (int i = members.length; i > 0; i--) {
                int place = random.nextInt(i);
                fold[members[place]] = dealt++ % folds;
                members[place] = members[i - 1];
            }
        }
        return fold;
    }

    /** Indices of the cases of a fold. */
    static int[] members(int[] folds, int fold) {
        return IntStream.range(0, folds.length).filter(i -> folds[i] == fold).toArray();
    }

    /** Indices of the cases of all other folds. */
    static int[] others(int[] folds, int fold) {
        return IntStream.range(0, folds.length).filter(i -> folds[i] != fold).toArray();
    }
}
