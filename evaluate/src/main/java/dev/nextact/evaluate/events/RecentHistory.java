package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.TypedTimes;

/**
 * The last k events come again, in their order and at their pace; a shorter history repeats itself.
 * The first comes after the gap that the oldest of them had, or the median gap of training where it
 * had none. A score is 1 for the event's kind and 0 for any other, no probability. Immutable;
 * thread-safe.
 */
public record RecentHistory(EventStatistics training) implements EventForecaster {

    @Override
    public String name() {
        return "recent-history";
    }

    @Override
    public EventForecast forecast(EventSequence history, int k) {
        int size = history.size();
        int from = Math.max(0, size - k);
        double[] seconds = new double[k];
        int[] types = new int[k];
        double[][] scores = new double[k][training.shares().length];
        double now = 0;
        for (int i = 0; i < k; i++) {
            int source = from + i % (size - from);
            now +=
                    source == 0
                            ? training.medianGapSeconds()
                            : EventStatistics.seconds(history, source - 1, source);
            seconds[i] = now;
            types[i] = history.behaviour(source);
            scores[i][types[i]] = 1;
        }
        return new EventForecast(new TypedTimes(seconds, types), scores);
    }
}
