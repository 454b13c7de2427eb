package dev.nextact.predict.explain;

import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Orders;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.network.TokenBatch;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * What those did next who were most like a shopper: seen from a horizon before the end of the log,
 * those to whose histories the encoder gives the states nearest to his, by the cosine. It is what
 * they did, not what the model foretells. Only many together are told of: no act and no item of
 * fewer than {@link #LEAST}. Immutable; thread-safe.
 */
public final class SimilarShoppers {

    /** Neighbours that are asked about. */
    public static final int NEIGHBOURS = 50;

    /** The least shoppers who did a thing that is told. */
    public static final int LEAST = 3;

    /** Shoppers that are looked at: some tens of MB, and some seconds to make. */
    private static final int MOST = 20_000;

    private static final int BATCH = 64;
    private static final int ITEMS = 10;

    private final List<String> behaviours;
    private final double horizonSeconds;
    private final float[][] states; // [N][D], of length 1
    private final List<Next> next;

    /**
     * What one did within the horizon.
     *
     * @param done by behaviour, how often
     * @param items each once, 0 = one the model does not know
     * @param seconds until the first event; NaN where none came
     */
    private record Next(int[] done, int[] items, double seconds) {}

    /**
     * What the nearest did.
     *
     * @param shoppers how many of them there are
     * @param horizonSeconds within which
     * @param came the share of whom anything is known within it
     * @param medianSeconds until their first event, of those of whom one came
     * @param acts by behaviour the share who did it
     * @param items the most frequent first
     */
    public record Found(
            int shoppers,
            double horizonSeconds,
            double came,
            OptionalDouble medianSeconds,
            Map<String, Double> acts,
            List<Item> items) {

        /** For programs. */
        public Map<String, Object> toTree(Bundle bundle) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("shoppers", shoppers);
            tree.put("horizon_seconds", horizonSeconds);
            tree.put("came", came);
            medianSeconds.ifPresent(seconds -> tree.put("median_seconds", seconds));
            tree.put("acts", acts);
            List<Map<String, Object>> found = new ArrayList<>();
            for (Item item : items) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("item", bundle.catalog().id(item.item()));
                one.put("shoppers", item.shoppers());
                found.add(one);
            }
            tree.put("items", found);
            return tree;
        }
    }

    /**
     * @param item its number
     * @param shoppers who did anything with it
     */
    public record Item(int item, int shoppers) {}

    private SimilarShoppers(
            List<String> behaviours, double horizonSeconds, float[][] states, List<Next> next) {
        this.behaviours = behaviours;
        this.horizonSeconds = horizonSeconds;
        this.states = states;
        this.next = next;
    }

    /**
     * Looks at the shoppers of a log, or at some of a large one.
     *
     * @param horizon before the end of the log
     * @param seed of which
     */
    public static SimilarShoppers of(
            OutlookModel model, Bundle bundle, EventLog log, Duration horizon, long seed) {
        EventSequences sequences =
                log.sequences(bundle.fields())
                        .renumberItems(log.catalog().indexesIn(bundle.catalog()));
        long now = sequences.newestMicros() + 1 - horizon.toNanos() / 1000;
        List<Moment> moments = new ArrayList<>();
        List<Next> next = new ArrayList<>();
        int types = bundle.manifest().behaviours().size();
        for (int user : Orders.shuffled(sequences.size(), new SplittableRandom(seed))) {
            EventSequence events = sequences.get(user);
            int before = events.countBefore(now);
            EventSequence history = events.prefix(before);
            if (moments.size() < MOST && TokenBatch.knownEvents(history) > 0) {
                moments.add(new Moment(history, now));
                next.add(next(events, before, now, types));
            }
        }
        float[][] states = new float[moments.size()][];
        for (int from = 0; from < states.length; from += BATCH) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while shoppers were compared");
            }
            List<Moment> batch = moments.subList(from, Math.min(states.length, from + BATCH));
            float[][] ofBatch = model.states(batch);
            for (int i = 0; i < ofBatch.length; i++) {
                states[from + i] = unit(ofBatch[i]);
            }
        }
        return new SimilarShoppers(
                bundle.manifest().behaviours(), horizon.toMillis() / 1e3, states, next);
    }

    private static Next next(EventSequence events, int before, long now, int types) {
        int[] done = new int[types];
        for (int event = before; event < events.size(); event++) {
            done[events.behaviour(event)]++;
        }
        int[] items = IntStream.range(before, events.size()).map(events::item).distinct().toArray();
        double seconds =
                before == events.size() ? Double.NaN : (events.timeMicros(before) - now) / 1e6;
        return new Next(done, items, seconds);
    }

    private static float[] unit(float[] state) {
        double squares = 0;
        for (float value : state) {
            squares += (double) value * value;
        }
        double length = Math.max(1e-12, Math.sqrt(squares));
        float[] unit = new float[state.length];
        for (int d = 0; d < unit.length; d++) {
            unit[d] = (float) (state[d] / length);
        }
        return unit;
    }

    /** How many shoppers are looked at. */
    public int size() {
        return states.length;
    }

    /**
     * @param state what the same model's encoder makes of a shopper's history, [D]
     */
    public Found to(float[] state) {
        float[] unit = unit(state);
        double[] cosines = new double[states.length];
        for (int n = 0; n < cosines.length; n++) {
            double sum = 0;
            for (int d = 0; d < unit.length; d++) {
                sum += (double) unit[d] * states[n][d];
            }
            cosines[n] = sum;
        }
        List<Next> nearest =
                Arrays.stream(Orders.descending(cosines))
                        .limit(NEIGHBOURS)
                        .mapToObj(next::get)
                        .toList();
        int[] did = new int[behaviours.size()];
        Map<Integer, Integer> counts = new HashMap<>();
        for (Next one : nearest) {
            for (int c = 0; c < did.length; c++) {
                did[c] += one.done()[c] > 0 ? 1 : 0;
            }
            for (int item : one.items()) {
                if (item != 0) {
                    counts.merge(item, 1, Integer::sum);
                }
            }
        }
        double size = Math.max(1, nearest.size());
        Map<String, Double> acts = new LinkedHashMap<>();
        for (int c = 0; c < did.length; c++) {
            if (did[c] >= LEAST) {
                acts.put(behaviours.get(c), did[c] / size);
            }
        }
        double[] waits =
                nearest.stream()
                        .mapToDouble(Next::seconds)
                        .filter(seconds -> !Double.isNaN(seconds))
                        .sorted()
                        .toArray();
        return new Found(
                nearest.size(),
                horizonSeconds,
                waits.length / size,
                waits.length < LEAST
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(waits[waits.length / 2]),
                acts,
                counts.entrySet().stream()
                        .filter(entry -> entry.getValue() >= LEAST)
                        .sorted(
                                Comparator.comparingInt(
                                                (Map.Entry<Integer, Integer> entry) ->
                                                        -entry.getValue())
                                        .thenComparing(Map.Entry::getKey))
                        .limit(ITEMS)
                        .map(entry -> new Item(entry.getKey(), entry.getValue()))
                        .toList());
    }
}
