package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.TypedTimes;
import java.util.Arrays;

/**
 * The next events are as the shopper's were on the whole (after the statistical baseline of HoTPP,
 * Karpukhin et al. 2025): of each kind so many as its share of the history says, spread evenly
 * among the k; each event scores every kind with that share, which is a probability. Immutable;
 * thread-safe.
 */
public record HistoryHistogram(Pace pace, EventStatistics training) implements EventForecaster {

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
        double meanGap =
                last < 1
                        ? training.medianGapSeconds()
                        : EventStatistics.seconds(history, 0, last) / last;
        double[] times = new double[k];
        for (int i = 1; i <= k; i++) {
            double time = i * meanGap;
            if (pace == Pace.MEDIAN && i <= last) {
                double[] before = new double[last - i + 1];
                for (int j = 0; j < before.length; j++) {
                    before[j] = EventStatistics.seconds(history, j, j + i);
                }
                time = EventStatistics.median(before);
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
