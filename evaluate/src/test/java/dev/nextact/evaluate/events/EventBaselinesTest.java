package dev.nextact.evaluate.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.HistoryHistogram;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBaselinesTest {

    /** Pairs of second and kind. */
    private static EventSequence events(int... secondsAndTypes) {
        int size = secondsAndTypes.length / 2;
        byte[] types = new byte[size];
        long[] micros = new long[size];
        for (int i = 0; i < size; i++) {
            micros[i] = secondsAndTypes[2 * i] * 1_000_000L;
            types[i] = (byte) secondsAndTypes[2 * i + 1];
        }
        return EventSequence.of(-1, new int[size], types, micros);
    }

    /** Kinds: 3 of 0, 1 of 1, 1 of 2; gaps 1, 2 and 9. */
    private static final EventStatistics TRAINING =
            EventStatistics.of(List.of(events(0, 0, 1, 0, 10, 1), events(5, 0, 7, 2)), 3);

    @Test
    void whatTrainingSays() {
        assertThat(TRAINING.shares()).containsExactly(0.6, 0.2, 0.2);
        assertThat(TRAINING.medianGapSeconds()).isEqualTo(2);
        assertThat(TRAINING.meanGapSeconds()).isEqualTo(4);
    }

    @Test
    void theKindOfTheNextEvent() {
        assertThat(new PreviousType(TRAINING).score(events(0, 0, 1, 2)))
                .containsExactly(0.6, 0.2, 1.2);
        assertThat(new PreviousType(TRAINING).score(events())).containsExactly(0.6, 0.2, 0.2);
        assertThat(new MostPopularType(TRAINING).score(events(0, 1)))
                .containsExactly(0.6, 0.2, 0.2);
    }

    @Test
    void theTimeOfTheNextEvent() {
        EventSequence history = events(0, 0, 10, 0, 13, 0);

        assertThat(gap(Gap.Rule.LAST_GAP, history)).isEqualTo(3);
        assertThat(gap(Gap.Rule.MEAN_GAP, history)).isEqualTo(6.5);
        assertThat(gap(Gap.Rule.MEDIAN_GAP, history)).isEqualTo(2);
        assertThat(gap(Gap.Rule.TRAINING_MEAN, history)).isEqualTo(4);
        // after one event nothing is known but the training part
        assertThat(gap(Gap.Rule.LAST_GAP, events(3, 0))).isEqualTo(2);
        assertThat(gap(Gap.Rule.MEAN_GAP, events(3, 0))).isEqualTo(2);
    }

    private static double gap(Gap.Rule rule, EventSequence history) {
        return new Gap(rule, TRAINING).gapSeconds(history);
    }

    @Test
    void theHistogramKeepsTheSharesOfTheHistory() {
        EventSequence history = events(0, 1, 1, 1, 2, 0, 30, 1, 31, 1);
        EventForecast mean = forecast(HistoryHistogram.Pace.MEAN, history, 5);

        // (4 + 0.2) of 6 are of kind 1, (1 + 0.6) of kind 0
        assertThat(mean.scores()[0])
                .containsExactly(new double[] {1.6 / 6, 0.7, 0.2 / 6}, within(1e-12));
        assertThat(mean.events().types()).containsExactly(1, 0, 1, 1, 1);
        assertThat(mean.events().seconds())
                .containsExactly(new double[] {7.75, 15.5, 23.25, 31, 38.75}, within(1e-12));

        EventForecast median = forecast(HistoryHistogram.Pace.MEDIAN, history, 5);
        // after one event: of 1, 1, 28, 1; two: of 2, 29, 29; three: of 30, 30; four: 31; five:
        // mean
        assertThat(median.events().seconds())
                .containsExactly(new double[] {1, 29, 30, 31, 38.75}, within(1e-12));
    }

    private static EventForecast forecast(
            HistoryHistogram.Pace pace, EventSequence history, int k) {
        return new HistoryHistogram(pace, TRAINING).forecast(history, k);
    }

    @Test
    void recentHistoryComesAgain() {
        EventForecast foretold =
                new RecentHistory(TRAINING).forecast(events(0, 2, 5, 1, 6, 0, 9, 1), 3);

        assertThat(foretold.events().types()).containsExactly(1, 0, 1);
        assertThat(foretold.events().seconds()).containsExactly(5, 6, 9);
        assertThat(foretold.scores()[1]).containsExactly(1, 0, 0);
    }

    @Test
    void oneEventIsHistoryEnough() {
        for (EventForecaster forecaster :
                List.of(
                        new HistoryHistogram(HistoryHistogram.Pace.MEAN, TRAINING),
                        new HistoryHistogram(HistoryHistogram.Pace.MEDIAN, TRAINING),
                        new RecentHistory(TRAINING))) {
            EventForecast foretold = forecaster.forecast(events(100, 1), 2);
            assertThat(foretold.events().types()[0]).as(forecaster.name()).isEqualTo(1);
            assertThat(foretold.events().seconds()).containsExactly(2, 4);
        }
    }
}
