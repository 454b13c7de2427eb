package dev.nextact.evaluate;

import dev.nextact.core.ranking.NextItemRanking;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The spread of a mean when other shoppers had come: shoppers, each with all their targets, are
 * drawn anew with replacement (cluster bootstrap; Field and Welsh 2007, §3.1). The same seed draws
 * the same shoppers for every model, so that differences can be paired. Immutable.
 */
public final class Bootstrap {

    private static final int RESAMPLES = 1000;

    private final double[] means; // of each resample

    private Bootstrap(double[] means) {
        this.means = means;
    }

    /**
     * Of the mean ndcg@k over the targets.
     *
     * @param rankings of the same targets, such as by models of several seeds; the mean is over all
     */
    public static Bootstrap ofNdcg(List<NextItemRanking> rankings, long seed) {
        NextItemRanking first = rankings.get(0);
        int users = 0;
        for (int i = 0; i < first.size(); i++) {
            users += begins(first, i) ? 1 : 0;
        }
        double[] sums = new double[users];
        int[] counts = new int[users];
        int user = -1;
        for (int i = 0; i < first.size(); i++) {
            user += begins(first, i) ? 1 : 0;
            for (NextItemRanking ranking : rankings) {
                sums[user] += ranking.ndcg(i);
                counts[user]++;
            }
        }
        return of(sums, counts, seed);
    }

    /** Whether a target is its shopper's first. */
    private static boolean begins(NextItemRanking ranking, int i) {
        return i == 0 || ranking.user(i) != ranking.user(i - 1);
    }

    /**
     * @param sums of each shopper's targets
     * @param counts targets of each shopper
     */
    public static Bootstrap of(double[] sums, int[] counts, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            double sum = 0;
            long count = 0;
            for (int draw = 0; draw < sums.length; draw++) {
                int user = random.nextInt(sums.length);
                sum += sums[user];
                count += counts[user];
            }
            means[resample] = count == 0 ? 0 : sum / count;
        }
        return new Bootstrap(means);
    }

    /**
     * Of a figure that is no mean over shoppers.
     *
     * @param size shoppers
     * @param figure of some of them, by index, of whom one may be given several times
     */
    public static Bootstrap of(int size, int resamples, ToDoubleFunction<int[]> figure, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[resamples];
        for (int resample = 0; resample < resamples; resample++) {
            values[resample] = figure.applyAsDouble(random.ints(size, 0, size).toArray());
        }
        return new Bootstrap(values);
    }

    /** Of the mean of one number a shopper. */
    public static Bootstrap ofMean(double[] values, long seed) {
        int[] counts = new int[values.length];
        Arrays.fill(counts, 1);
        return of(values, counts, seed);
    }

    /**
     * Of the area under the curve of true and false positives, a case a shopper; see {@code
     * BinaryOutcomes.auc}.
     */
    public static Bootstrap ofAuc(double[] probabilities, boolean[] happened, long seed) {
        int size = probabilities.length;
        int[] order =
                IntStream.range(0, size)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                        .mapToInt(i -> i)
                        .toArray();
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            int[] times = new int[size];
            for (int draw = 0; draw < size; draw++) {
                times[random.nextInt(size)]++;
            }
            values[resample] = auc(order, probabilities, happened, times);
        }
        return new Bootstrap(values);
    }

    /**
     * @param order of the cases, lowest probability first
     * @param times how often each case was drawn
     */
    private static double auc(
            int[] order, double[] probabilities, boolean[] happened, int[] times) {
        double above = 0;
        long below = 0; // cases that did not happen and stand lower
        long positives = 0;
        int i = 0;
        while (i < order.length) {
            double p = probabilities[order[i]];
            long yes = 0;
            long no = 0;
            for (; i < order.length && probabilities[order[i]] == p; i++) {
                yes += happened[order[i]] ? times[order[i]] : 0;
                no += happened[order[i]] ? 0 : times[order[i]];
            }
            above += yes * (below + no / 2.0);
            below += no;
            positives += yes;
        }
        // where a draw holds one kind alone nothing can be told apart
        return positives == 0 || below == 0 ? 0.5 : above / ((double) positives * below);
    }

    /**
     * Of the mean of several figures over the same shoppers, such as those of several seeds.
     *
     * @param figures drawn with the same seed, as often
     */
    public static Bootstrap mean(List<Bootstrap> figures) {
        double[] means = new double[figures.get(0).means.length];
        for (Bootstrap figure : figures) {
            for (int i = 0; i < means.length; i++) {
                means[i] += figure.means[i] / figures.size();
            }
        }
        return new Bootstrap(means);
    }

    /** Of the difference of two figures over the same shoppers. */
    public Bootstrap minus(Bootstrap other) {
        double[] differences = new double[means.length];
        for (int i = 0; i < means.length; i++) {
            differences[i] = means[i] - other.means[i];
        }
        return new Bootstrap(differences);
    }

    /** The middle 95 %. */
    public Interval interval() {
        double[] sorted = means.clone();
        Arrays.sort(sorted);
        return new Interval(
                sorted[(int) (sorted.length * 0.025)], sorted[(int) (sorted.length * 0.975)]);
    }

    /** From low to high. */
    public record Interval(double low, double high) {}
}
