package dev.nextact.evaluate.events;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.NextTypeScorer;

/** Kinds by their share of the training events, which is a probability. Immutable; thread-safe. */
public record MostPopularType(EventStatistics training) implements NextTypeScorer {

    @Override
    public String name() {
        return "most-popular-type";
    }

    @Override
    public double[] score(EventSequence history) {
        return training.shares().clone();
    }
}
