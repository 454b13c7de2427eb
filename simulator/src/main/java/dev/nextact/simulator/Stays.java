package dev.nextact.simulator;

import dev.nextact.simulator.SessionCourses.Likely;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How long each behaviour stays away, seen from a moment: the probability that it comes within a
 * time, given all that the log shows before the moment, its silence since the last act included.
 * Days, hours, leaving, activity, segment and how sessions begin are summed over; their courses are
 * {@link SessionCourses}, and the rest of a session that still runs is drawn {@link #SAMPLES}
 * times. One thing is left out: what is bought in that rest does not change the sessions after it.
 * Confined to one thread.
 */
final class Stays {

    /** Shared by the segments that are likely enough to be looked at. */
    private static final int SAMPLES = 400;

    private static final int LEAST_SAMPLES = 30;
    private static final double LEAST_SEGMENT = 0.002;
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final ShoppingModel model;
    private final Calendar calendar;
    private final Belief belief;
    private final double now;
    private final double[] seconds;
    private final SplittableRandom random;
    private final Map<List<Integer>, List<Likely>> next = new HashMap<>();
    private final double[] segments = new double[Segments.COUNT];
    private final SessionCourses courses;

    /**
     * @param belief after all acts before the moment, of which there is at least one
     * @param now in seconds since {@link Calendar#START}
     * @param seconds the times asked about, from the moment on, ascending
     */
    Stays(
            ShoppingModel model,
            SessionCourses courses,
            Belief belief,
            double now,
            double[] seconds,
            SplittableRandom random) {
        this.model = model;
        this.calendar = model.calendar();
        this.courses = courses;
        this.belief = belief;
        this.now = now;
        this.seconds = seconds.clone();
        this.random = random;
        double kept = 0;
        for (int segment = 0; segment < segments.length; segment++) {
            double share = Arrays.stream(belief.ways(segment)).sum();
            segments[segment] = share < LEAST_SEGMENT ? 0 : share;
            kept += segments[segment];
        }
        for (int segment = 0; segment < segments.length; segment++) {
            segments[segment] /= kept;
        }
    }

    /**
     * The probability of each behaviour to come within each time, and before the log ends.
     *
     * @return [behaviour][time]
     */
    double[][] came() {
        int activities = Calendar.ACTIVITIES;
        double end = model.end(belief.state());
        double silence = now - belief.lastSecond();
        double runs = (1 - end) * calendar.pausesAtLeast(silence);
        double[] running = new double[activities];
        double[] waiting = new double[activities];
        double total = 0;
        for (int a = 0; a < activities; a++) {
            running[a] = belief.activity(a) * runs;
            waiting[a] = belief.activity(a) * end * (1 - calendar.leaving()) * away(a);
            total += running[a] + waiting[a] + belief.activity(a) * end * calendar.leaving();
        }
        double[][] came = new double[Act.BEHAVIOURS.size()][seconds.length];
        for (int segment = 0; segment < segments.length; segment++) {
            if (segments[segment] == 0) {
                continue;
            }
            double[][] rest = new double[0][];
            if (runs / total > 1e-9) {
                rest = drawRest(segment, silence);
            }
            for (int behaviour = 0; behaviour < came.length; behaviour++) {
                double[][][] sessions = sessions(segment, behaviour);
                double over = 0;
                double[] inRest = new double[seconds.length];
                for (double[] offsets : rest) {
                    over += offsets[behaviour] == NEVER ? 1.0 / rest.length : 0;
                    for (int i = 0; i < seconds.length; i++) {
                        inRest[i] += offsets[behaviour] < seconds[i] ? 1.0 / rest.length : 0;
                    }
                }
                for (int a = 0; a < activities; a++) {
                    double[] later = cameLater(a, sessions);
                    double comes = waiting[a] + running[a] * over * (1 - calendar.leaving());
                    for (int i = 0; i < seconds.length; i++) {
                        came[behaviour][i] +=
                                segments[segment]
                                        * (comes * later[i] + running[a] * inRest[i])
                                        / total;
                    }
                }
            }
        }
        return came;
    }

    private int today() {
        return (int) Math.floor(now / Calendar.SECONDS_PER_DAY);
    }

    /** The probability that no session began since the last one, of one who has not left. */
    private double away(int activity) {
        double away = 1;
        for (int day = belief.sessionDay() + 1; day <= Math.min(today(), lastDay()); day++) {
            away *= 1 - calendar.visit(activity, day) * begunBeforeNow(day);
        }
        return away;
    }

    /** Of the sessions of a day, the share that begins before now. */
    private double begunBeforeNow(int day) {
        return calendar.startedBefore(now - (double) day * Calendar.SECONDS_PER_DAY);
    }

    private int firstDay() {
        return Math.max(today(), belief.sessionDay() + 1);
    }

    private int lastDay() {
        return calendar.days() - 1;
    }

    /**
     * The probability that the behaviour comes in a session of a day, the first after the moment or
     * a later one, and within each time; last, whenever.
     *
     * @return [day from the first on][0 = first, 1 = later][time + 1]
     */
    private double[][][] sessions(int segment, int behaviour) {
        double latest = now + seconds[seconds.length - 1];
        int until = (int) Math.min(lastDay(), Math.floor(latest / Calendar.SECONDS_PER_DAY));
        int days = Math.max(0, until - firstDay() + 1);
        double[][][] table = new double[days][2][seconds.length + 1];
        for (int d = 0; d < days; d++) {
            int day = firstDay() + d;
            double midnight = (double) day * Calendar.SECONDS_PER_DAY;
            double gone = begunBeforeNow(day);
            for (int later = 0; later < 2; later++) {
                for (Likely likely : next(segment, model.assortment().stage(day), later)) {
                    double share = likely.weight() * likely.course().shares()[behaviour];
                    double[] offsets = likely.course().seconds()[behaviour];
                    for (int i = 0; i < seconds.length; i++) {
                        double at = now + seconds[i] - midnight;
                        table[d][later][i] += share * begunBy(at, offsets, gone);
                    }
                    table[d][later][seconds.length] += share;
                }
            }
        }
        return table;
    }

    /**
     * Of the sessions of a day that have not begun by now, the share that begins before a second.
     *
     * @param gone the share of the day's sessions that begins before now
     */
    private double begunBy(double second, double gone) {
        if (second >= Calendar.SECONDS_PER_DAY) {
            return 1;
        }
        return second <= 0 || gone >= 1
                ? 0
                : Math.max(0, calendar.startedBefore(second) - gone) / (1 - gone);
    }

    /** The same of what comes so long after the session's start, each as likely, ascending. */
    private double begunBy(double second, double[] offsets, double gone) {
        if (offsets.length == 0 || second <= offsets[0]) {
            return 0;
        }
        if (second - offsets[offsets.length - 1] >= Calendar.SECONDS_PER_DAY) {
            return 1;
        }
        double sum = 0;
        for (double offset : offsets) {
            sum += begunBy(second - offset, gone);
        }
        return sum / offsets.length;
    }

    private List<Likely> next(int segment, int stage, int later) {
        // what was bought last counts in the next session alone
        int bought = later == 1 ? ShopperState.NONE : belief.state().bought();
        return next.computeIfAbsent(
                List.of(segment, stage, bought),
                key -> courses.of(segment, stage, bought, belief.state().supplies()));
    }

    /** Within each time, of a shopper who has not left and is not in a session. */
    private double[] cameLater(int activity, double[][][] sessions) {
        double[] came = new double[seconds.length];
        double none = 1; // no session since the moment
        double some = 0; // some, without the behaviour, and not left
        for (int d = 0; d < sessions.length; d++) {
            int day = firstDay() + d;
            double gone = begunBeforeNow(day);
            double visit = calendar.visit(activity, day);
            visit *= (1 - gone) / (1 - visit * gone);
            double[] first = sessions[d][0];
            double[] later = sessions[d][1];
            for (int i = 0; i < seconds.length; i++) {
                came[i] += visit * (none * first[i] + some * later[i]);
            }
            double stays = 1 - calendar.leaving();
            some =
                    some * (1 - visit + visit * (1 - later[seconds.length]) * stays)
                            + none * visit * (1 - first[seconds.length]) * stays;
            none *= 1 - visit;
        }
        return came;
    }

    private int samples(int segment) {
        return (int) Math.max(LEAST_SAMPLES, Math.round(SAMPLES * segments[segment]));
    }

    /** The rest of the running session: seconds from the moment on. */
    private double[][] drawRest(int segment, double silence) {
        double[][] samples = new double[samples(segment)][];
        double[] ways = belief.ways(segment);
        double total = Arrays.stream(ways).sum();
        for (int k = 0; k < samples.length; k++) {
            double left = random.nextDouble() * total;
            int way = 0;
            while (way < ways.length - 1 && left >= ways[way]) {
                left -= ways[way++];
            }
            ShopperState state = belief.state().copy();
            Act next = model.drawNext(segment, Way.ALL.get(way), state, random);
            double pause =
                    Math.min(
                            Calendar.LONGEST_PAUSE_SECONDS,
                            Math.max(5, silence) - 60 * Math.log(1 - random.nextDouble()));
            samples[k] =
                    SessionCourses.live(
                            model, segment, Way.ALL.get(way), state, next, pause - silence, random);
        }
        return samples;
    }
}
