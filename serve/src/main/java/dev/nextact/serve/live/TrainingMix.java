package dev.nextact.serve.live;

import dev.nextact.model.bundle.Bundle;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How the training part of a model was mixed. Immutable; thread-safe.
 *
 * @param behaviours the share of each behaviour, [C]; empty where it was not counted
 * @param tenthOf of each item, [V+1], from 0: the items in the order of their training events, cut
 *     where each tenth of all events ends; the most popular are in the first
 * @param tenths the share of the training events in each, [10]
 */
record TrainingMix(double[] behaviours, byte[] tenthOf, double[] tenths) {

    static final int TENTHS = 10;

    static TrainingMix of(Bundle bundle) {
        List<Long> counted = bundle.behaviourEvents();
        int[] events = new int[bundle.catalog().size() + 1];
        for (int item = 1; item < events.length; item++) {
            events[item] = bundle.trainEvents(item);
        }
        return of(shares(counted.stream().mapToDouble(Long::doubleValue).toArray()), events);
    }

    /**
     * @param events of each item, [V+1]
     */
    static TrainingMix of(double[] behaviours, int[] events) {
        int[] byEvents =
                IntStream.range(1, events.length)
                        .boxed()
                        .sorted(Comparator.comparingInt((Integer item) -> -events[item]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double all = Math.max(1, IntStream.of(events).skip(1).asLongStream().sum());
        byte[] tenthOf = new byte[events.length];
        double[] tenths = new double[TENTHS];
        double before = 0;
        for (int item : byEvents) {
            tenthOf[item] = (byte) Math.min(TENTHS - 1, (int) (TENTHS * before / all));
            tenths[tenthOf[item]] += events[item];
            before += events[item];
        }
        return new TrainingMix(behaviours, tenthOf, shares(tenths));
    }

    private static double[] shares(double[] counts) {
        double sum = Math.max(1, DoubleStream.of(counts).sum());
        double[] shares = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            shares[i] = counts[i] / sum;
        }
        return shares;
    }
}
