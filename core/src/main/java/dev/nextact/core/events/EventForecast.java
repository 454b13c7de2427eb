package dev.nextact.core.events;

/**
 * The next k events as a model foretells them.
 *
 * @param events when each comes and, the one kind to be named, which
 * @param scores [K][C], how likely each of them is of each kind, the higher, the likelier; compared
 *     between events and between shoppers, so a probability is best
 */
public record EventForecast(TypedTimes events, double[][] scores) {

    public EventForecast {
        if (events.size() != scores.length) {
            throw new IllegalArgumentException(
                    "scores: expected " + events.size() + " rows, found " + scores.length);
        }
        double[][] copy = new double[scores.length][];
        for (int k = 0; k < copy.length; k++) {
            copy[k] = scores[k].clone();
            if (copy[k].length != copy[0].length) {
                throw new IllegalArgumentException(
                        "scores: expected rows of " + copy[0].length + ", found " + copy[k].length);
            }
        }
        scores = copy;
    }
}
