package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.probability.ClassOutcomes;
import dev.nextact.core.timing.LogNormalMixture;
import dev.nextact.core.timing.TimeErrors;
import dev.nextact.predict.Moment;
import dev.nextact.predict.Outlook;
import dev.nextact.predict.OutlookModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a model foretells the next event, each from all of its sequence before it: sums by
 * sequence, for a bootstrap, and the errors over all.
 *
 * @param counts [S] events judged
 * @param right [S] of whose behaviour was the likeliest
 * @param ofBehaviours [S] the log-likelihood of the behaviour, whenever it comes, in nats
 * @param ofGaps [S] the log-density of the gap, in nats, by the unit of time
 * @param ofBoth [S] the same of gap and behaviour together
 * @param misses [S] distances of the gap and its median, in the unit of time
 * @param crps [S] likewise
 * @param places how many events came within each tenth of the gap's distribution
 */
public record NextEventScores(
        int[] counts,
        double[] right,
        double[] ofBehaviours,
        double[] ofGaps,
        double[] ofBoth,
        double[] misses,
        double[] crps,
        ClassOutcomes behaviours,
        TimeErrors median,
        TimeErrors mean,
        int[] places) {

    private static final int BATCH = 256;

    /** No probability counts as less. */
    private static final double LEAST = 1e-15;

    private static NextEventScores empty(int sequences, int behaviours) {
        return new NextEventScores(
                new int[sequences],
                new double[sequences],
                new double[sequences],
                new double[sequences],
                new double[sequences],
                new double[sequences],
                new double[sequences],
                new ClassOutcomes(behaviours),
                new TimeErrors(),
                new TimeErrors(),
                new int[10]);
    }

    /**
     * @param sequences of items the model knows
     * @param first the first event of each that is judged, at least 1
     * @param unitSeconds of all times
     */
    public static NextEventScores of(
            OutlookModel model, List<EventSequence> sequences, int[] first, double unitSeconds) {
        NextEventScores scores =
                empty(sequences.size(), model.bundle().manifest().behaviours().size());
        for (int s = 0; s < sequences.size(); s++) {
            for (int from = first[s]; from < sequences.get(s).size(); from += BATCH) {
                int to = Math.min(sequences.get(s).size(), from + BATCH);
                scores.add(model, sequences.get(s), s, from, to, unitSeconds);
            }
        }
        return scores;
    }

    private void add(
            OutlookModel model, EventSequence events, int s, int from, int to, double unit) {
        List<Moment> moments = new ArrayList<>();
        double[] gaps = new double[to - from];
        for (int i = from; i < to; i++) {
            moments.add(Moment.afterLast(events.prefix(i)));
            gaps[i - from] = EventStatistics.seconds(events, i - 1, i);
        }
        List<Outlook> outlooks = model.at(moments);
        double[][] given = model.behavioursAfter(moments, gaps);
        double least = model.heads().gaps().leastSeconds();
        for (int i = 0; i < gaps.length; i++) {
            LogNormalMixture gap = outlooks.get(i).gap().orElseThrow();
            double[] likely = outlooks.get(i).behaviours();
            int came = events.behaviour(from + i);
            double density = gap.logDensity(Math.max(gaps[i], least)) + Math.log(unit);
            int best = highest(likely);
            behaviours.add(best, came);
            counts[s]++;
            right[s] += best == came ? 1 : 0;
            ofBehaviours[s] += Math.log(Math.max(LEAST, likely[came]));
            ofGaps[s] += density;
            ofBoth[s] += density + Math.log(Math.max(LEAST, given[i][came]));
            double middle = gap.quantile(0.5);
            misses[s] += Math.abs(middle - gaps[i]) / unit;
            crps[s] += gap.crps(gaps[i]) / unit;
            median.add(middle / unit, gaps[i] / unit);
            mean.add(gap.evenMean() / unit, gaps[i] / unit);
            places[(int) Math.min(9, 10 * gap.cumulative(gaps[i]))]++;
        }
    }

    /** How many events. */
    public int events() {
        return Arrays.stream(counts).sum();
    }

    /** The behaviour with the highest score; the first of equals. */
    public static int highest(double[] scores) {
        int best = 0;
        for (int type = 1; type < scores.length; type++) {
            best = scores[type] > scores[best] ? type : best;
        }
        return best;
    }

    /** Means over the events. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", behaviours.accuracy());
        metrics.put("f1", behaviours.macroF1());
        metrics.put("log-loss", -mean(ofBehaviours));
        metrics.put("log-likelihood", mean(ofBoth));
        metrics.put("log-likelihood-gap", mean(ofGaps));
        metrics.put("mae", median.mae());
        metrics.put("rmse", mean.rmse());
        metrics.put("crps", mean(crps));
        return metrics;
    }

    private double mean(double[] sums) {
        return Arrays.stream(sums).sum() / events();
    }
}
