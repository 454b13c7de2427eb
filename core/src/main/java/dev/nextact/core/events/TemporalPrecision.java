package dev.nextact.core.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
    private final List<Shopper> shoppers = new ArrayList<>();
    private final List<Ranked> ranked = new ArrayList<>(); // by kind; empty = not yet sorted

    /**
     * One shopper's candidates, those beyond the horizon left out.
     *
     * @param scores [C][K]
     * @param hits [D][C][K] by δ
     * @param came [C] events to be found
     */
    private record Shopper(double[][] scores, boolean[][][] hits, int[] came) {}

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
        int[] within =
                IntStream.range(0, foretold.events().size())
                        .filter(i -> foretold.events().seconds()[i] < horizonSeconds)
                        .toArray();
        double[] seconds =
                Arrays.stream(within).mapToDouble(i -> foretold.events().seconds()[i]).toArray();
        double[][] scores = new double[types][];
        boolean[][][] hits = new boolean[deltaSeconds.length][types][];
        int[] counts = new int[types];
        for (int t = 0; t < types; t++) {
            int type = t;
            scores[t] = Arrays.stream(within).mapToDouble(i -> score(foretold, i, type)).toArray();
            double[] goals = goals(came, type);
            counts[t] = goals.length;
            for (int d = 0; d < deltaSeconds.length; d++) {
                hits[d][t] = pair(seconds, scores[t], goals, deltaSeconds[d]);
            }
        }
        shoppers.add(new Shopper(scores, hits, counts));
        ranked.clear();
    }

    /** The mean over the kinds that came and over the δ; NaN where nothing came. */
    public double value() {
        return of(IntStream.range(0, shoppers.size()).toArray());
    }

    /**
     * Of some of the shoppers, in the order added, of whom one may be given several times: for a
     * bootstrap.
     */
    public double of(int[] chosen) {
        int[] times = new int[shoppers.size()];
        for (int shopper : chosen) {
            times[shopper]++;
        }
        return IntStream.range(0, deltaSeconds.length)
                .mapToDouble(delta -> of(times, delta))
                .average()
                .orElseThrow();
    }

    private double of(int[] times, int delta) {
        double sum = 0;
        int kinds = 0;
        for (int type = 0; type < types; type++) {
            double precision = averagePrecision(times, ranked().get(type), type, delta);
            if (!Double.isNaN(precision)) {
                sum += precision;
                kinds++;
            }
        }
        return sum / kinds;
    }

    /**
     * Of one kind at the δ of that index; NaN where it never came. As {@link
     * dev.nextact.core.probability.AveragePrecision}, from candidates sorted once for all choices
     * of shoppers.
     *
     * @param times [shoppers], how often each is chosen
     */
    private double averagePrecision(int[] times, Ranked ranked, int type, int delta) {
        long positives = 0;
        for (int shopper = 0; shopper < times.length; shopper++) {
            positives += (long) times[shopper] * shoppers.get(shopper).came()[type];
        }
        if (positives == 0) {
            return Double.NaN;
        }
        double area = 0;
        long found = 0;
        long seen = 0;
        int i = 0;
        while (i < ranked.scores().length) {
            double score = ranked.scores()[i];
            long before = found;
            for (; i < ranked.scores().length && ranked.scores()[i] == score; i++) {
                int shopper = ranked.shoppers()[i];
                seen += times[shopper];
                if (shoppers.get(shopper).hits()[delta][type][ranked.candidates()[i]]) {
                    found += times[shopper];
                }
            }
            area += found == before ? 0 : (found - before) / (double) positives * found / seen;
        }
        return area;
    }

    /**
     * All candidates for a kind, highest score first.
     *
     * @param candidates which of the shopper's it is
     */
    private record Ranked(double[] scores, int[] shoppers, int[] candidates) {}

    private List<Ranked> ranked() {
        if (ranked.isEmpty()) {
            for (int type = 0; type < types; type++) {
                ranked.add(ranked(type));
            }
        }
        return ranked;
    }

    private Ranked ranked(int type) {
        int size = shoppers.stream().mapToInt(s -> s.scores()[type].length).sum();
        double[] scores = new double[size];
        int[] ofShopper = new int[size];
        int[] candidates = new int[size];
        int next = 0;
        for (int shopper = 0; shopper < shoppers.size(); shopper++) {
            for (int i = 0; i < shoppers.get(shopper).scores()[type].length; i++) {
                scores[next] = shoppers.get(shopper).scores()[type][i];
                ofShopper[next] = shopper;
                candidates[next++] = i;
            }
        }
        int[] order =
                IntStream.range(0, size)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                        .mapToInt(i -> i)
                        .toArray();
        return new Ranked(
                IntStream.of(order).mapToDouble(i -> scores[i]).toArray(),
                IntStream.of(order).map(i -> ofShopper[i]).toArray(),
                IntStream.of(order).map(i -> candidates[i]).toArray());
    }

    private double[] goals(TypedTimes came, int type) {
        return IntStream.range(0, came.size())
                .filter(i -> came.types()[i] == type && came.seconds()[i] < horizonSeconds)
                .mapToDouble(i -> came.seconds()[i])
                .toArray();
    }

    private static double score(EventForecast foretold, int event, int type) {
        return foretold.scores()[event][type];
    }

    /** Which candidates are right. */
    private static boolean[] pair(double[] seconds, double[] scores, double[] goals, double delta) {
        int[] candidateOf = new int[goals.length];
        Arrays.fill(candidateOf, -1);
        boolean[] paired = new boolean[seconds.length];
        int[] surestFirst =
                IntStream.range(0, goals.length == 0 ? 0 : seconds.length)
                        .boxed()
                        .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                        .mapToInt(i -> i)
                        .toArray();
        for (int candidate : surestFirst) {
            // one that is paired stays so, though perhaps with another event
            boolean[] tried = new boolean[goals.length];
            paired[candidate] = augment(candidate, seconds, goals, delta, candidateOf, tried);
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
