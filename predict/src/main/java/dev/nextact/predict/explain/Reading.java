package dev.nextact.predict.explain;

/**
 * What a model tells of one history.
 *
 * @param value see {@link Outcome}
 * @param rank of the item among those that may be answered, from 1; 0 where no item is asked about
 */
public record Reading(double value, int rank) {}
