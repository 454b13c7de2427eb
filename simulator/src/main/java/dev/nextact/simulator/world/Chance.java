package dev.nextact.simulator.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Draws from a seed. Confined to one thread. */
final class Chance {

    static final long DAY = 86_400;

    private static final int FIRST_HOUR = 7;

    private final SplittableRandom random;

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** Draws for a person: the same however many others there are. */
    static Chance of(long seed, int person) {
        return new Chance(new SplittableRandom(new SplittableRandom(seed).nextLong() + person));
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    double share() {
        return random.nextDouble();
    }

    /** Normal, of mean 0 and deviation 1. */
    double normal() {
        return random.nextGaussian();
    }

    /** 0 to {@code bound} - 1, each equally likely. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T of(List<T> list) {
        return list.get(below(list.size()));
    }

    /** An index, as likely as its weight among the others. */
    int weighted(double... weights) {
        double left = 0;
        for (double weight : weights) {
            left += weight;
        }
        left *= random.nextDouble();
        int index = 0;
        while (index < weights.length - 1 && left >= weights[index]) {
            left -= weights[index++];
        }
        return index;
    }

    /** Different numbers below {@code bound}. */
    int[] different(int many, int bound) {
        int[] all = new int[bound];
        for (int i = 0; i < bound; i++) {
            all[i] = i;
        }
        for (int i = 0; i < many; i++) {
            int j = i + below(bound - i);
            int kept = all[i];
            all[i] = all[j];
            all[j] = kept;
        }
        return Arrays.copyOf(all, many);
    }

    /** From {@code low} to {@code high}, as money is written. */
    String amount(double low, double high) {
        return String.format(Locale.ROOT, "%.2f", low + (high - low) * random.nextDouble());
    }

    /**
     * The next moment of a Poisson process, moved to the morning where it falls into the night.
     *
     * @param meanDays between two moments
     */
    long after(long second, double meanDays) {
        double wait = -StrictMath.log(1 - random.nextDouble()) * meanDays * DAY;
        long then = second + 60 + Math.round(wait);
        long hour = then % DAY / 3600;
        return hour < FIRST_HOUR ? then + (FIRST_HOUR - hour) * 3600 : then;
    }
}
