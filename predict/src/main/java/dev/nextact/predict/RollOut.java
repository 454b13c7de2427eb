package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.TransportDistance;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.core.fields.SideInformation;
import dev.nextact.core.timing.LogNormalMixture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Foretells the next k events by living many futures at once: gap, behaviour and item of each event
 * are drawn from the model, appended, and the model is asked again. The forecast is the one of them
 * that is nearest to all, by the transport distance (least expected loss, as in minimum Bayes risk
 * decoding; Kumar and Byrne 2004); the j-th event's likelihood of each behaviour is its share of
 * all j-th events. Confined to one thread.
 */
public final class RollOut implements EventForecaster {

    private final OutlookModel model;
    private final int futures;
    private final long seed;

    /**
     * @param futures how many are lived
     * @param seed of the draws; the same history gives the same forecast
     */
    public RollOut(OutlookModel model, int futures, long seed) {
        this.model = model;
        this.futures = futures;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "roll-out";
    }

    @Override
    public EventForecast forecast(EventSequence history, int k) {
        return summary(futures(history, k), model.bundle().manifest().behaviours().size());
    }

    /** The futures themselves, k events each. */
    public List<TypedTimes> futures(EventSequence history, int k) {
        SplittableRandom random =
                new SplittableRandom(seed * 31 + Arrays.hashCode(history.items()) + history.size());
        EventSequence read = history.last(model.bundle().manifest().length());
        int known = read.size();
        long start = read.timeMicros(known - 1);
        // of events to come nothing is known but what is drawn
        SideInformation side = read.side(k);
        int[][] items = new int[futures][known + k];
        byte[][] behaviours = new byte[futures][known + k];
        long[][] times = new long[futures][known + k];
        for (int f = 0; f < futures; f++) {
            for (int t = 0; t < known; t++) {
                items[f][t] = read.item(t);
                behaviours[f][t] = (byte) read.behaviour(t);
                times[f][t] = read.timeMicros(t);
            }
        }
        for (int step = 0; step < k; step++) {
            int size = known + step;
            List<Moment> moments = new ArrayList<>();
            for (int f = 0; f < futures; f++) {
                EventSequence lived =
                        EventSequence.of(
                                read.user(),
                                Arrays.copyOf(items[f], size),
                                Arrays.copyOf(behaviours[f], size),
                                Arrays.copyOf(times[f], size),
                                side);
                moments.add(Moment.afterLast(lived));
            }
            OutlookModel.Draw drawn = model.draw(moments, random);
            for (int f = 0; f < futures; f++) {
                times[f][size] = times[f][size - 1] + Math.round(drawn.gapSeconds()[f] * 1e6);
                behaviours[f][size] = (byte) drawn.behaviours()[f];
                items[f][size] = drawn.items()[f];
            }
        }
        List<TypedTimes> lived = new ArrayList<>();
        for (int f = 0; f < futures; f++) {
            double[] seconds = new double[k];
            int[] types = new int[k];
            for (int step = 0; step < k; step++) {
                seconds[step] = (times[f][known + step] - start) / 1e6;
                types[step] = behaviours[f][known + step];
            }
            lived.add(new TypedTimes(seconds, types));
        }
        return lived;
    }

    private static EventForecast summary(List<TypedTimes> futures, int behaviours) {
        int k = futures.get(0).size();
        double[][] shares = new double[k][behaviours];
        for (TypedTimes future : futures) {
            for (int j = 0; j < k; j++) {
                shares[j][future.types()[j]] += 1.0 / futures.size();
            }
        }
        return new EventForecast(nearestToAll(futures), shares);
    }

    private static TypedTimes nearestToAll(List<TypedTimes> futures) {
        double[] ends =
                futures.stream().mapToDouble(f -> f.seconds()[f.size() - 1]).sorted().toArray();
        double unit = Math.max(1, ends[ends.length / 2] / futures.get(0).size());
        TransportDistance distance = TransportDistance.ofCdiff(unit);
        TypedTimes best = futures.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (TypedTimes candidate : futures) {
            double sum = 0;
            for (TypedTimes other : futures) {
                sum += distance.between(candidate, other);
            }
            if (sum < least) {
                least = sum;
                best = candidate;
            }
        }
        return best;
    }

    /** One of the cases, each with its probability. */
    static int draw(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        int i = 0;
        while (i < probabilities.length - 1 && left >= probabilities[i]) {
            left -= probabilities[i++];
        }
        return i;
    }

    /** A gap of the mixture, by component and normal. */
    static double draw(LogNormalMixture gap, SplittableRandom random) {
        int m = draw(gap.weights(), random);
        return Math.exp(gap.means()[m] + gap.deviations()[m] * random.nextGaussian());
    }
}
