package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.model.bundle.Bundle;
import java.util.List;
import java.util.Locale;

/**
 * How likely a behaviour comes within a horizon, seen from just after an event of a shopper.
 *
 * @param event its number, from 1 on
 * @param time its own, ISO-8601 UTC; {@code -} where it is not known
 * @param behaviour its own
 * @param item its own; {@code -} for one the model does not know
 */
public record StepAnswer(
        String user, int event, String time, String behaviour, String item, double probability) {

    static final List<PredictionFile.Column> COLUMNS =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("event", "INTEGER"),
                    new PredictionFile.Column("time", "VARCHAR"),
                    new PredictionFile.Column("behaviour", "VARCHAR"),
                    new PredictionFile.Column("item", "VARCHAR"),
                    new PredictionFile.Column("probability", "DOUBLE"));

    /**
     * @param number of the event
     */
    static StepAnswer of(
            Bundle bundle, String user, EventSequence history, int number, double probability) {
        int item = history.item(number - 1);
        return new StepAnswer(
                user,
                number,
                Moment.afterLast(history.prefix(number)).nowText(),
                bundle.manifest().behaviours().get(history.behaviour(number - 1)),
                item == 0 ? Shoppers.UNSEEN : bundle.catalog().id(item),
                probability);
    }

    Object[] row() {
        return new Object[] {user, event, time, behaviour, item, probability};
    }

    /** A line for the terminal. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "%-16s %5d  %-24s %-12s %-16s %8.4f",
                user,
                event,
                time,
                behaviour,
                item,
                probability);
    }
}
