package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.NextTypeScorer;

/**
 * The next event is of the kind of the last; after nothing, of the most popular. A score is no
 * probability. Immutable; thread-safe.
 */
public record PreviousType(EventStatistics training) implements NextTypeScorer {

    @Override
    public String name() {
        return "previous-type";
    }

    @Override
    public double[] score(EventSequence history) {
        double[] scores = training.shares().clone();
        if (!history.isEmpty()) {
            scores[history.behaviour(history.size() - 1)] += 1;
        }
        return scores;
    }
}
