package dev.nextact.predict;

import java.util.List;
import java.util.Locale;

/**
 * One of a shopper's next events as foretold.
 *
 * @param rank 1 is the next
 * @param seconds since the last event, with even odds
 * @param lowSeconds with 10 % odds it comes before
 * @param highSeconds with 10 % odds it comes later
 * @param behaviour the likeliest
 * @param probability that the event comes and is of that behaviour
 */
public record PredictedEvent(
        String user,
        int rank,
        double seconds,
        double lowSeconds,
        double highSeconds,
        String behaviour,
        double probability) {

    static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("rank", "INTEGER"),
                    new PredictionFile.Column("seconds", "DOUBLE"),
                    new PredictionFile.Column("low_seconds", "DOUBLE"),
                    new PredictionFile.Column("high_seconds", "DOUBLE"),
                    new PredictionFile.Column("behaviour", "VARCHAR"),
                    new PredictionFile.Column("probability", "DOUBLE"));

    Object[] row() {
        return new Object[] {user, rank, seconds, lowSeconds, highSeconds, behaviour, probability};
    }

    /** A line for the terminal. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "%-16s %3d  in %s (%s to %s)  %-12s %.3f",
                user,
                rank,
                span(seconds),
                span(lowSeconds),
                span(highSeconds),
                behaviour,
                probability);
    }

    private static String span(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        if (seconds < 7_200) {
            return String.format(Locale.ROOT, "%.0f min", seconds / 60);
        }
        return seconds < 172_800
                ? String.format(Locale.ROOT, "%.1f h", seconds / 3_600)
                : String.format(Locale.ROOT, "%.1f days", seconds / 86_400);
    }
}
