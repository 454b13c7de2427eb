package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.GapPredictor;

/**
 * Simple rules for the time to the next event. After a single event, which has no gap, all fall
 * back to the median gap of training, but {@code TRAINING_MEAN}. Immutable; thread-safe.
 */
public record Gap(Rule rule, EventStatistics training) implements GapPredictor {

    /** Which gap comes again. */
    public enum Rule {
        /** The median of training: no constant has a lower MAE there. */
        MEDIAN_GAP("median-gap"),
        /** The mean of training: no constant has a lower RMSE there. */
        TRAINING_MEAN("training-mean-gap"),
        /** The shopper's last. */
        LAST_GAP("last-gap"),
        /** The mean of all of the shopper's so far. */
        MEAN_GAP("mean-gap");

        private final String title;

        Rule(String title) {
            this.title = title;
        }
    }

    @Override
    public String name() {
        return rule.title;
    }

    @Override
    public double gapSeconds(EventSequence history) {
        int last = history.size() - 1;
        if (rule == Rule.TRAINING_MEAN) {
            return training.meanGapSeconds();
        }
        if (rule == Rule.MEDIAN_GAP || last < 1) {
            return training.medianGapSeconds();
        }
        return rule == Rule.LAST_GAP
                ? EventStatistics.seconds(history, last - 1, last)
                : EventStatistics.seconds(history, 0, last) / last;
    }
}
