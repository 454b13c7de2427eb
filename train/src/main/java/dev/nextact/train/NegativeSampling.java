package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws the negatives of a step. Those of one step are distinct, so a popular item is drawn at most
 * once; each knows the probability π that it is among them, and its correction is {@code -log π}
 * (Horvitz and Thompson 1952): over many steps Σexp of the corrected scores is that over all items.
 * Immutable; thread-safe.
 */
sealed interface NegativeSampling {

    /**
     * @param windows of the step
     * @param seed of this draw
     */
    Negatives draw(List<Window> windows, long seed);

    /**
     * @param targets of the training set
     */
    static NegativeSampling of(ShopConfig.Loss loss, Targets targets) {
        if (loss.isFull()) {
            return new None();
        }
        int items = targets.items();
        int count = Math.min(loss.negatives(), items);
        return switch (loss.sampling()) {
            case "uniform" -> new Uniform(count, items);
            case "popularity" -> Popularity.of(count, targets);
            case "in-batch" -> new InBatch(count, targets);
            case "mixed" ->
                    new Mixed(
                            new Uniform(Math.max(1, count / 2), items),
                            new InBatch(Math.max(1, count - count / 2), targets));
            default ->
                    throw new IllegalArgumentException(
                            "sampling: expected one of "
                                    + ShopConfig.Loss.SAMPLINGS
                                    + ", found "
                                    + loss.sampling());
        };
    }

    /** The probability of at least one hit in {@code draws}, each with probability {@code each}. */
    private static double once(double each, int draws) {
        return -Math.expm1(draws * Math.log1p(-Math.min(each, 1 - 1e-12)));
    }

    private static Negatives corrected(Set<Integer> chosen, IntToDoubleFunction probability) {
        int[] items = chosen.stream().mapToInt(Integer::intValue).toArray();
        float[] corrections = new float[items.length];
        for (int i = 0; i < items.length; i++) {
            corrections[i] = (float) -Math.log(probability.applyAsDouble(items[i]));
        }
        return new Negatives(items, corrections);
    }

    /** For the full softmax. */
    record None() implements NegativeSampling {
        @Override
        public Negatives draw(List<Window> windows, long seed) {
            return Negatives.NONE;
        }
    }

    /**
     * Every item is as likely as any other.
     *
     * @param count N
     * @param items V
     */
    record Uniform(int count, int items) implements NegativeSampling {
        @Override
        public Negatives draw(List<Window> windows, long seed) {
            int[] drawn = StepBatch.uniformNegatives(count, items, seed);
            float[] corrections = new float[drawn.length];
            Arrays.fill(corrections, (float) -Math.log(probability()));
            return new Negatives(drawn, corrections);
        }

        double probability() {
            return Math.min(count, items) / (double) items;
        }
    }

    /**
     * Items by how often they are targets, to the power of 0.75 (Mikolov et al. 2013, §2.2). As
     * many draws as asked for; items drawn twice count once.
     *
     * @param count draws
     * @param cumulative [V], the probabilities of items 1..i added up
     */
    record Popularity(int count, double[] cumulative) implements NegativeSampling {

        private static final double POWER = 0.75;

        static Popularity of(int count, Targets targets) {
            double[] cumulative = new double[targets.items()];
            double sum = 0;
            for (int item = 1; item <= cumulative.length; item++) {
                // an item that only ever begins a history is no target; it must be drawn too
                sum += Math.pow(Math.max(1, targets.ofItem()[item]), POWER);
                cumulative[item - 1] = sum;
            }
            for (int i = 0; i < cumulative.length; i++) {
                cumulative[i] /= sum;
            }
            return new Popularity(count, cumulative);
        }

        @Override
        public Negatives draw(List<Window> windows, long seed) {
            RandomGenerator random = new SplittableRandom(seed);
            Set<Integer> chosen = new LinkedHashSet<>();
            for (int i = 0; i < count; i++) {
                int place = Arrays.binarySearch(cumulative, random.nextDouble());
                int index = place < 0 ? -place - 1 : place + 1;
                chosen.add(Math.min(index, cumulative.length - 1) + 1);
            }
            return corrected(chosen, this::probability);
        }

        private double probability(int item) {
            double below = item == 1 ? 0 : cumulative[item - 2];
            return once(cumulative[item - 1] - below, count);
        }
    }

    /**
     * Targets of the step itself, which costs no rows of the table beyond those read anyway. An
     * item is as likely as it is frequent among all targets.
     *
     * @param count draws from the targets of the step
     */
    record InBatch(int count, Targets targets) implements NegativeSampling {
        @Override
        public Negatives draw(List<Window> windows, long seed) {
            int[] own =
                    windows.stream()
                            .flatMapToInt(
                                    w ->
                                            IntStream.range(w.firstTarget(), w.events().size())
                                                    .map(w.events()::item))
                            .toArray();
            int draws = Math.min(count, own.length);
            Set<Integer> chosen = new LinkedHashSet<>();
            for (int place : StepBatch.uniformNegatives(draws, own.length, seed)) {
                chosen.add(own[place - 1]);
            }
            return corrected(chosen, item -> probability(item, draws));
        }

        double probability(int item, int draws) {
            return once(Math.max(1, targets.ofItem()[item]) / (double) targets.total(), draws);
        }
    }

    /** Both, so that items nobody bought lately are negatives too (Yang et al. 2020, §3.3). */
    record Mixed(Uniform uniform, InBatch inBatch) implements NegativeSampling {
        @Override
        public Negatives draw(List<Window> windows, long seed) {
            Set<Integer> chosen = new LinkedHashSet<>();
            for (int item : uniform.draw(windows, seed).items()) {
                chosen.add(item);
            }
            for (int item : inBatch.draw(windows, seed + 1).items()) {
                chosen.add(item);
            }
            int targets = windows.stream().mapToInt(Window::targets).sum();
            int draws = Math.min(inBatch.count(), targets);
            return corrected(
                    chosen,
                    item ->
                            1
                                    - (1 - uniform.probability())
                                            * (1 - inBatch.probability(item, draws)));
        }
    }
}
