package dev.nextact.core.events;

import dev.nextact.core.EventSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.continuous.GammaDistribution;

/**
 * The next events are as the shopper's were on the whole (after the statistical baseline of HoTPP,
 * Karpukhin et al. 2025): of each kind so many as its share of the history says, spread evenly
 * among the k; each event scores every kind with that share, which is a probability. Immutable;
 * thread-safe.
 */
public record HistoryHistogram(Pace pace, EventStatistics training)
        implements EventForecaster.WithOdds {

    /** Times that an interval needs to be read off them. */
    private static final int LEAST_SPANS = 5;

    /** When the i-th next event comes. */
    public enum Pace {
        /** After i times the shopper's mean gap: events at a steady rate, as in HoTPP. */
        MEAN,
        /**
         * After the median of the times in which i events came before: the constant of the least
         * absolute error, where bursts and long silences take turns.
         */
        MEDIAN
    }

    @Override
    public String name() {
        return pace == Pace.MEAN ? "history-histogram" : "history-histogram-median";
    }

    @Override
    public EventForecast forecast(EventSequence history, int k) {
        double[] shares = shares(history);
        double[][] scores = new double[k][];
        Arrays.fill(scores, shares);
        return new EventForecast(new TypedTimes(times(history, k), types(shares, k)), scores);
    }

    /**
     * Intervals are those of the times that i events took before; where fewer than five are known,
     * of events that come by chance at the shopper's mean gap.
     */
    @Override
    public List<ForetoldEvent> events(EventSequence history, int k) {
        EventForecast foretold = forecast(history, k);
        List<ForetoldEvent> events = new ArrayList<>();
        for (int i = 1; i <= k; i++) {
            double[] before = spans(history, i);
            double low;
            double high;
            if (before.length < LEAST_SPANS) {
                GammaDistribution waiting = new GammaDistribution(i, meanGap(history));
                low = waiting.inverseCumulativeProbability(ForetoldEvent.TAIL);
                high = waiting.inverseCumulativeProbability(1 - ForetoldEvent.TAIL);
            } else {
                Arrays.sort(before);
                low = before[(int) (before.length * ForetoldEvent.TAIL)];
                high = before[(int) (before.length * (1 - ForetoldEvent.TAIL))];
            }
            double seconds = foretold.events().seconds()[i - 1];
            int type = foretold.events().types()[i - 1];
            events.add(
                    new ForetoldEvent(
                            seconds,
                            Math.min(low, seconds),
                            Math.max(high, seconds),
                            type,
                            foretold.scores()[i - 1][type]));
        }
        return events;
    }

    /** The times in which i events came, one for each event with i after it. */
    private static double[] spans(EventSequence history, int i) {
        double[] spans = new double[Math.max(0, history.size() - i)];
        for (int j = 0; j < spans.length; j++) {
            spans[j] = EventStatistics.seconds(history, j, j + i);
        }
        return spans;
    }

    /** Above 0. */
    private double meanGap(EventSequence history) {
        int last = history.size() - 1;
        double gap =
                last < 1
                        ? training.medianGapSeconds()
                        : EventStatistics.seconds(history, 0, last) / last;
        return Math.max(1e-6, gap);
    }

    /** Training's shares count as one event, so that no kind is impossible. */
    private double[] shares(EventSequence history) {
        double[] shares = training.shares().clone();
        for (int i = 0; i < history.size(); i++) {
            shares[history.behaviour(i)] += 1;
        }
        for (int type = 0; type < shares.length; type++) {
            shares[type] /= history.size() + 1;
        }
        return shares;
    }

    private double[] times(EventSequence history, int k) {
        int last = history.size() - 1;
        double meanGap = meanGap(history);
        double[] times = new double[k];
        for (int i = 1; i <= k; i++) {
            double time = i * meanGap;
            if (pace == Pace.MEDIAN && i <= last) {
                time = EventStatistics.median(spans(history, i));
            }
            times[i - 1] = i == 1 ? time : Math.max(time, times[i - 2]);
        }
        return times;
    }

    /**
     * Each next kind is the one furthest behind its share, so every beginning of the list is as
     * near to the shares as can be.
     */
    private static int[] types(double[] shares, int k) {
        int[] types = new int[k];
        int[] given = new int[shares.length];
        for (int i = 0; i < k; i++) {
            int best = 0;
            for (int type = 1; type < shares.length; type++) {
                double behind = shares[type] * (i + 1) - given[type];
                best = behind > shares[best] * (i + 1) - given[best] ? type : best;
            }
            types[i] = best;
            given[best]++;
        }
        return types;
    }
}
