package dev.nextact.predict;

import java.util.List;
import java.util.Locale;

/**
 * How likely a behaviour comes to something of some items within a horizon.
 *
 * @param of the name of the items
 * @param now when it was asked, ISO-8601 UTC; {@code -} for a history without times
 * @param horizonSeconds from then on
 * @param probability that it comes to one of the items
 * @param anyProbability that it comes to any item at all
 */
public record ItemIntentAnswer(
        String user,
        String behaviour,
        String of,
        String now,
        double horizonSeconds,
        double probability,
        double anyProbability) {

    static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("behaviour", "VARCHAR"),
                    new PredictionFile.Column("of", "VARCHAR"),
                    new PredictionFile.Column("now", "VARCHAR"),
                    new PredictionFile.Column("horizon_seconds", "DOUBLE"),
                    new PredictionFile.Column("probability", "DOUBLE"),
                    new PredictionFile.Column("any_probability", "DOUBLE"));

    Object[] row() {
        return new Object[] {user, behaviour, of, now, horizonSeconds, probability, anyProbability};
    }

    /** A line for the terminal. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "%-16s %-12s of %-16s %8.4f  (of anything %.4f)",
                user,
                behaviour,
                of,
                probability,
                anyProbability);
    }
}
