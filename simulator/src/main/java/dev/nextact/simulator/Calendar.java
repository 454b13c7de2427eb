package dev.nextact.simulator;

import java.time.Instant;
import java.util.SplittableRandom;

/**
 * When shoppers come: on which days, at which hours, how long between two acts, and when they leave
 * for good. All of it is independent of what they like. Immutable.
 *
 * <p>A shopper has at most one session a day. Within a session two acts are at most {@link
 * #LONGEST_PAUSE_SECONDS} apart, and a session has at most {@link #LONGEST_SESSION} acts, so that
 * the log shows exactly where a session begins: where more than {@link #SESSION_GAP_SECONDS}
 * passed.
 */
final class Calendar {

    /** A Monday. */
    static final Instant START = Instant.parse("2025-01-06T00:00:00Z");

    static final long SECONDS_PER_DAY = 86_400;
    static final int LONGEST_PAUSE_SECONDS = 600;
    static final int LONGEST_SESSION = 40;
    static final int SESSION_GAP_SECONDS = 1800;

    /** Chance to come on an average day, of occasional, regular and frequent shoppers. */
    private static final double[] VISITS_PER_DAY = {0.10, 0.20, 0.35};

    /** Shares of the three kinds of shoppers. */
    private static final double[] ACTIVITY_SHARES = {0.4, 0.4, 0.2};

    static final int ACTIVITIES = VISITS_PER_DAY.length;

    /** Monday to Sunday; mean 1. */
    private static final double[] WEEKDAY_FACTORS = {0.8, 0.8, 0.85, 0.9, 1.05, 1.35, 1.25};

    /** From 7 to 22 o'clock: a small peak at noon, a large one in the evening. */
    private static final int[] HOUR_WEIGHTS = {1, 2, 3, 3, 4, 6, 5, 3, 3, 3, 4, 6, 8, 9, 7, 3};

    private static final int FIRST_HOUR = 7;

    /** After each session, the chance that it was the shopper's last. */
    private static final double LEAVING = 0.05;

    /** Shoppers turn up first during this part of the log. */
    private static final double ARRIVAL_PART = 0.6;

    private final int days;

    /** [activity][day]: chance to come on the day. */
    private final double[][] visit;

    /** [activity][day]: chance not to come on any day before. */
    private final double[][] away;

    Calendar(int days) {
        this.days = days;
        this.visit = new double[ACTIVITIES][days];
        this.away = new double[ACTIVITIES][days + 1];
        for (int activity = 0; activity < ACTIVITIES; activity++) {
            away[activity][0] = 1;
            for (int day = 0; day < days; day++) {
                visit[activity][day] = VISITS_PER_DAY[activity] * WEEKDAY_FACTORS[day % 7];
                away[activity][day + 1] = away[activity][day] * (1 - visit[activity][day]);
            }
        }
    }

    int days() {
        return days;
    }

    /** A shopper's first day is one of the first so many, each equally likely. */
    int arrivalDays() {
        return (int) Math.max(1, Math.ceil(days * ARRIVAL_PART));
    }

    double activityShare(int activity) {
        return ACTIVITY_SHARES[activity];
    }

    /** The probability that the session after one on day {@code last} is on {@code day}. */
    double returnProbability(int activity, int last, int day) {
        return (1 - LEAVING)
                * visit[activity][day]
                * (away[activity][day] / away[activity][last + 1]);
    }

    /** The probability to come on a day, of one who has not left and has not been there yet. */
    double visit(int activity, int day) {
        return visit[activity][day];
    }

    /** After each session, the probability that it was the last. */
    double leaving() {
        return LEAVING;
    }

    /** The probability that a session of a day begins before a second of that day. */
    double startedBefore(double secondOfDay) {
        double total = 0;
        double before = 0;
        for (int i = 0; i < HOUR_WEIGHTS.length; i++) {
            double hours = secondOfDay / 3600 - (FIRST_HOUR + i);
            total += HOUR_WEIGHTS[i];
            before += HOUR_WEIGHTS[i] * Math.max(0, Math.min(1, hours));
        }
        return before / total;
    }

    /** The probability that two acts of a session are at least so far apart. */
    double pausesAtLeast(double seconds) {
        if (seconds > LONGEST_PAUSE_SECONDS) {
            return 0;
        }
        // pauses are rounded to seconds
        return Math.min(1, Math.exp(-(seconds - 0.5 - 5) / 60));
    }

    int drawActivity(SplittableRandom random) {
        double left = random.nextDouble();
        int activity = 0;
        while (activity < ACTIVITIES - 1 && left >= ACTIVITY_SHARES[activity]) {
            left -= ACTIVITY_SHARES[activity++];
        }
        return activity;
    }

    int drawArrival(SplittableRandom random) {
        return random.nextInt(arrivalDays());
    }

    /**
     * The day of the next session after one on day {@code last}; {@code days} = none in the log.
     */
    int drawReturn(int activity, int last, SplittableRandom random) {
        if (random.nextDouble() < LEAVING) {
            return days;
        }
        int day = last + 1;
        while (day < days && random.nextDouble() >= visit[activity][day]) {
            day++;
        }
        return day;
    }

    /** When a session on that day begins, in seconds since {@link #START}. */
    long drawSessionStart(int day, SplittableRandom random) {
        int total = 0;
        for (int weight : HOUR_WEIGHTS) {
            total += weight;
        }
        int left = random.nextInt(total);
        int hour = 0;
        while (left >= HOUR_WEIGHTS[hour]) {
            left -= HOUR_WEIGHTS[hour++];
        }
        return day * SECONDS_PER_DAY + (FIRST_HOUR + hour) * 3600L + random.nextInt(3600);
    }

    /** Seconds between two acts of a session: 5 and more, 65 on average. */
    long drawPauseSeconds(SplittableRandom random) {
        double pause = 5 - 60 * StrictMath.log(1 - random.nextDouble());
        return Math.min(LONGEST_PAUSE_SECONDS, Math.round(pause));
    }
}
