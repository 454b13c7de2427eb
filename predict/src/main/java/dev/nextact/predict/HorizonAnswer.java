package dev.nextact.predict;

import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.PredictHorizon.Question;
import java.util.List;
import java.util.Locale;

/**
 * How likely a behaviour comes, or stays away, within a horizon.
 *
 * @param now when it was asked, ISO-8601 UTC; {@code -} for a history without times
 * @param horizonSeconds from then on
 * @param probability that it comes for {@code intent}, that it stays away for {@code churn}
 * @param medianSeconds by when it comes with even odds; −1 where the model does not see that far,
 *     or tells of one horizon alone
 * @param expectedCount how often it is to be expected within the horizon; −1 where the model does
 *     not tell
 */
public record HorizonAnswer(
        String user,
        String behaviour,
        String now,
        double horizonSeconds,
        double probability,
        double medianSeconds,
        double expectedCount) {

    static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("behaviour", "VARCHAR"),
                    new PredictionFile.Column("now", "VARCHAR"),
                    new PredictionFile.Column("horizon_seconds", "DOUBLE"),
                    new PredictionFile.Column("probability", "DOUBLE"),
                    new PredictionFile.Column("median_seconds", "DOUBLE"),
                    new PredictionFile.Column("expected_count", "DOUBLE"));

    /**
     * What a curve says.
     *
     * @param seconds the horizon
     * @param curve how long the behaviour stays away from the moment on
     */
    public static HorizonAnswer of(
            String user,
            Question question,
            String behaviour,
            double seconds,
            Moment moment,
            HazardCurve curve) {
        double came = curve.came(seconds);
        // one step of time says nothing of when within it
        boolean tellsWhen = curve.hazards().length > 1;
        double median = tellsWhen ? curve.quantile(0.5) : Double.POSITIVE_INFINITY;
        return new HorizonAnswer(
                user,
                behaviour,
                moment.nowText(),
                seconds,
                question == Question.INTENT ? came : 1 - came,
                Double.isInfinite(median) ? -1 : median,
                -1);
    }

    /** The same of a model that tells how often, too. */
    HorizonAnswer expecting(double count) {
        return new HorizonAnswer(
                user, behaviour, now, horizonSeconds, probability, medianSeconds, count);
    }

    Object[] row() {
        return new Object[] {
            user, behaviour, now, horizonSeconds, probability, medianSeconds, expectedCount
        };
    }

    /** A line for the terminal. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "%-16s %-12s %8.4f  %s",
                user,
                behaviour,
                probability,
                medianSeconds < 0
                        ? "even odds beyond what the model tells"
                        : String.format(
                                Locale.ROOT, "even odds in %.1f days", medianSeconds / 86_400));
    }
}
