package dev.nextact.model.network;

/**
 * Times as whole numbers that a network has vectors for. 0 always means that the time is not known:
 * of the first event read there is no gap, and a history handed in by its items alone has no times.
 * Hours and weekdays are those of UTC. The zone of a shop only turns the circle around.
 */
public final class TimeTokens {

    /** How many tokens a gap has. */
    public static final int GAPS = 82;

    /** How many tokens an hour of the day has. */
    public static final int HOURS = 25;

    /** How many tokens a day of the week has. */
    public static final int WEEKDAYS = 8;

    /** How many tokens an hour of the week has. */
    public static final int WEEK_HOURS = 169;

    public static final int UNKNOWN = 0;

    /** Gaps shorter than a millisecond. */
    private static final int NO_GAP = 1;

    private static final long MICROS_AN_HOUR = 3_600_000_000L;

    private TimeTokens() {}

    /**
     * Two to a doubling, from a millisecond (token 2) to 24 years and more (token 81).
     *
     * @param micros since the event before, or since the last event
     */
    public static int gap(double micros) {
        double millis = micros / 1000;
        if (!(millis >= 1)) {
            return NO_GAP;
        }
        return (int) Math.min(GAPS - 1, 2 + Math.floor(2 * Math.log(millis) / Math.log(2)));
    }

    /**
     * The gap before an event.
     *
     * @param beforeMicros of the event before; 0 or less = not known
     */
    static int gap(long beforeMicros, long micros) {
        return isKnown(beforeMicros) && isKnown(micros)
                ? gap((double) (micros - beforeMicros))
                : UNKNOWN;
    }

    /**
     * @param micros since 1970-01-01 UTC; 0 or less = not known
     */
    public static int hour(long micros) {
        return isKnown(micros) ? 1 + (int) (micros / MICROS_AN_HOUR % 24) : UNKNOWN;
    }

    /** Monday is 1. */
    public static int weekday(long micros) {
        return isKnown(micros) ? 1 + (int) ((micros / MICROS_AN_HOUR / 24 + 3) % 7) : UNKNOWN;
    }

    /** Midnight to one on Monday is 1. */
    public static int weekHour(long micros) {
        return isKnown(micros) ? 24 * (weekday(micros) - 1) + hour(micros) : UNKNOWN;
    }

    /** Logs begin after 1970; a time at its very start is one that was never set. */
    static boolean isKnown(long micros) {
        return micros > 0;
    }
}
