package dev.nextact.core.uplift;

import java.util.OptionalDouble;

/**
 * One shopper of a past campaign.
 *
 * @param line where it stands in its file, for errors
 * @param timeMicros when it was decided whether to contact, since 1970-01-01 UTC
 * @param treated whether contacted
 * @param propensity with which probability, where the log tells
 * @param outcome what came of it, where the log tells
 */
public record Contact(
        long line,
        String user,
        long timeMicros,
        boolean treated,
        OptionalDouble propensity,
        OptionalDouble outcome) {}
