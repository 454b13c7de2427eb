package dev.nextact.core.events;

import dev.nextact.core.probability.AveragePrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * T-mAP, the temporal mean average precision (Karpukhin, Shipilov and Savchenko, HoTPP 2024–25;
 * DeTPP 2024). For each kind of event, every foretold event is a candidate with its score for that
 * kind; one that is no further than δ from an event of that kind which came is right, each paired
 * with one only. The average precision of all candidates of all shoppers together, with every event
 * that came as what was to be found, is averaged over the kinds and then over the δ.
 *
 * <p>For every threshold on the score the pairing has to be the largest of the candidates above it.
 * One pairing is that for all thresholds at once: the candidates that can be paired together form a
 * matroid, so taking them highest score first, each where the pairs so far can be rearranged to
 * make room (Kuhn's augmenting paths), is best.
 *
 * <p>Where this differs from the authors' program: the mean is over the kinds that came at least
 * once and not over all, equal scores are taken together, and what is compared is the next k events
 * on both sides, where a horizon in time can be set, but need not.
 *
 * <p>Confined to one thread.
 */
public final class TemporalPrecision {

    private final int types;
    private final double[] deltaSeconds;
    private final double horizonSeconds;
    private final List<EventForecast> forecasts = new ArrayList<>();
    private final List<TypedTimes> truths = new ArrayList<>();

    /**
     * @param types C
     * @param horizonSeconds what is foretold or comes later than that does not count; may be
     *     infinite
     * @param deltaSeconds at least one, each at least 0
     */
    public TemporalPrecision(int types, double horizonSeconds, double... deltaSeconds) {
        if (!(horizonSeconds > 0)
                || deltaSeconds.length == 0
                || Arrays.stream(deltaSeconds).anyMatch(d -> !(d >= 0))) {
            throw new IllegalArgumentException(
                    "horizonSeconds, deltaSeconds: expected above 0 and at least 0, found "
                            + horizonSeconds
                            + ", "
                            + Arrays.toString(deltaSeconds));
        }
        this.types = types;
        this.horizonSeconds = horizonSeconds;
        this.deltaSeconds = deltaSeconds.clone();
    }

    /** Adds a shopper. */
    public void add(EventForecast foretold, TypedTimes came) {
        if (foretold.scores().length > 0 && foretold.scores()[0].length != types) {
            throw new IllegalArgumentException(
                    "scores: expected " + types + " kinds, found " + foretold.scores()[0].length);
        }
        forecasts.add(foretold);
        truths.add(came);
    }

    /** The mean over the kinds that came and over the δ; NaN where nothing came. */
    public double value() {
        return of(IntStream.range(0, forecasts.size()).toArray());
    }

    /**
     * Of some of the shoppers, in the order added, of whom one may be given several times: for a
     * bootstrap.
     */
    public double of(int[] shoppers) {
        return Arrays.stream(deltaSeconds)
                .map(delta -> of(shoppers, delta))
                .average()
                .orElseThrow();
    }

    private double of(int[] shoppers, double delta) {
        double sum = 0;
        int kinds = 0;
        for (int type = 0; type < types; type++) {
            double precision = averagePrecision(shoppers, type, delta);
            if (!Double.isNaN(precision)) {
                sum += precision;
                kinds++;
            }
        }
        return sum / kinds;
    }

    /** Of one kind at one δ; NaN where it never came. */
    double averagePrecision(int[] shoppers, int type, double delta) {
        int candidates = 0;
        for (int shopper : shoppers) {
            candidates += forecasts.get(shopper).events().size();
        }
        double[] scores = new double[candidates];
        boolean[] hits = new boolean[candidates];
        int size = 0;
        long positives = 0;
        for (int shopper : shoppers) {
            EventForecast foretold = forecasts.get(shopper);
            double[] goals = goals(truths.get(shopper), type);
            positives += goals.length;
            int[] order = byScore(foretold, type);
            boolean[] paired = pair(foretold.events().seconds(), order, goals, delta);
            for (int i = 0; i < order.length; i++) {
                scores[size] = foretold.scores()[order[i]][type];
                hits[size++] = paired[i];
            }
        }
        return AveragePrecision.of(
                Arrays.copyOf(scores, size), Arrays.copyOf(hits, size), positives);
    }

    private double[] goals(TypedTimes came, int type) {
        return IntStream.range(0, came.size())
                .filter(i -> came.types()[i] == type && came.seconds()[i] < horizonSeconds)
                .mapToDouble(i -> came.seconds()[i])
                .toArray();
    }

    private int[] byScore(EventForecast foretold, int type) {
        double[] seconds = foretold.events().seconds();
        return IntStream.range(0, seconds.length)
                .filter(i -> seconds[i] < horizonSeconds)
                .boxed()
                .sorted(
                        (a, b) ->
                                Double.compare(score(foretold, b, type), score(foretold, a, type)))
                .mapToInt(i -> i)
                .toArray();
    }

    private static double score(EventForecast foretold, int event, int type) {
        return foretold.scores()[event][type];
    }

    private static boolean[] pair(double[] seconds, int[] order, double[] goals, double delta) {
        int[] candidateOf = new int[goals.length];
        Arrays.fill(candidateOf, -1);
        boolean[] paired = new boolean[order.length];
        for (int i = 0; i < order.length && goals.length > 0; i++) {
            paired[i] =
                    augment(
                            order[i],
                            seconds,
                            goals,
                            delta,
                            candidateOf,
                            new boolean[goals.length]);
        }
        return paired;
    }

    private static boolean augment(
            int candidate,
            double[] seconds,
            double[] goals,
            double delta,
            int[] candidateOf,
            boolean[] tried) {
        for (int goal = 0; goal < goals.length; goal++) {
            if (!tried[goal] && Math.abs(seconds[candidate] - goals[goal]) <= delta) {
                tried[goal] = true;
                if (candidateOf[goal] < 0
                        || augment(candidateOf[goal], seconds, goals, delta, candidateOf, tried)) {
                    candidateOf[goal] = candidate;
                    return true;
                }
            }
        }
        return false;
    }
}
