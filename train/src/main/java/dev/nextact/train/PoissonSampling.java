package dev.nextact.train;

import dev.nextact.core.privacy.SecretNoise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is in a step: each shopper with the same probability, whoever else is, and nobody can
 * foretell it. Of a history that is cut into several windows one is drawn, so that a shopper is
 * never more than one row of a step. Confined to one thread.
 */
final class PoissonSampling {

    private final int[][] windows;
    private final double rate;
    private final SecretNoise random;

    /**
     * @param rate the probability of being in a step
     */
    PoissonSampling(TrainingSet set, double rate, SecretNoise random) {
        this.windows = ofUsers(set);
        this.rate = rate;
        this.random = random;
    }

    /** Shoppers who have something to learn from. */
    static int users(TrainingSet set) {
        return ofUsers(set).length;
    }

    private static int[][] ofUsers(TrainingSet set) {
        Map<Integer, List<Integer>> windows = new TreeMap<>();
        for (int i = 0; i < set.size(); i++) {
            windows.computeIfAbsent(set.window(i).events().user(), user -> new ArrayList<>())
                    .add(i);
        }
        return windows.values().stream()
                .map(of -> of.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /**
     * @return the windows of one step, perhaps none
     */
    int[] draw() {
        int[] drawn = new int[windows.length];
        int count = 0;
        for (int[] ofUser : windows) {
            if (random.nextDouble() < rate) {
                drawn[count++] = ofUser[random.nextInt(ofUser.length)];
            }
        }
        return Arrays.copyOf(drawn, count);
    }

    /** The windows of several steps. */
    List<int[]> draw(long steps) {
        List<int[]> drawn = new ArrayList<>();
        for (long step = 0; step < steps; step++) {
            drawn.add(draw());
        }
        return drawn;
    }
}
