package dev.nextact.core.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.SideInformation;
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
public final class RollOut implements EventForecaster.WithOdds {

    private static final double TEN_YEARS = 3650.0 * 86_400;

    private final NextEventSampler sampler;
    private final int futures;
    private final long seed;

    /**
     * @param futures how many are lived
     * @param seed of the draws; the same history gives the same forecast
     */
    public RollOut(NextEventSampler sampler, int futures, long seed) {
        this.sampler = sampler;
        this.futures = futures;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "roll-out";
    }

    @Override
    public EventForecast forecast(EventSequence history, int k) {
        return summary(futures(history, k), sampler.types());
    }

    /** The j-th event is what the futures' j-th events are on the whole. */
    @Override
    public List<ForetoldEvent> events(EventSequence history, int k) {
        List<TypedTimes> futures = futures(history, k);
        List<ForetoldEvent> events = new ArrayList<>();
        for (int j = 0; j < k; j++) {
            int event = j;
            double[] seconds =
                    futures.stream().mapToDouble(f -> f.seconds()[event]).sorted().toArray();
            int[] counts = new int[sampler.types()];
            futures.forEach(future -> counts[future.types()[event]]++);
            int most = Arrays.stream(counts).max().orElse(0);
            int type = 0;
            while (counts[type] < most) {
                type++;
            }
            events.add(
                    new ForetoldEvent(
                            seconds[seconds.length / 2],
                            seconds[(int) (seconds.length * ForetoldEvent.TAIL)],
                            seconds[(int) (seconds.length * (1 - ForetoldEvent.TAIL))],
                            type,
                            most / (double) futures.size()));
        }
        return events;
    }

    /** The futures themselves, k events each. */
    public List<TypedTimes> futures(EventSequence history, int k) {
        SplittableRandom random =
                new SplittableRandom(seed * 31 + Arrays.hashCode(history.items()) + history.size());
        EventSequence read = history.last(sampler.length());
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
            List<EventSequence> histories = new ArrayList<>();
            for (int f = 0; f < futures; f++) {
                EventSequence lived =
                        EventSequence.of(
                                read.user(),
                                Arrays.copyOf(items[f], size),
                                Arrays.copyOf(behaviours[f], size),
                                Arrays.copyOf(times[f], size),
                                side);
                histories.add(lived);
            }
            NextEventSampler.Draw drawn = sampler.draw(histories, random);
            for (int f = 0; f < futures; f++) {
                times[f][size] = times[f][size - 1] + Math.round(drawn.gapSeconds()[f] * 1e6);
                behaviours[f][size] = (byte) drawn.types()[f];
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
    public static int draw(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        int i = 0;
        while (i < probabilities.length - 1 && left >= probabilities[i]) {
            left -= probabilities[i++];
        }
        return i;
    }

    /** Seconds of the mixture, by component and normal, at most ten years. */
    public static double gap(LogNormalMixture gap, SplittableRandom random) {
        int m = draw(gap.weights(), random);
        double seconds = Math.exp(gap.means()[m] + gap.deviations()[m] * random.nextGaussian());
        return Math.min(TEN_YEARS, seconds);
    }
}
