package dev.nextact.model.network;

import dev.nextact.core.EventSequence;
import java.util.Arrays;

/**
 * What a history comes to at a moment, in F numbers: how often each behaviour came and how many
 * sessions there were, in windows up to the moment; how long ago each behaviour was; how long the
 * shopper has been known. An encoder reads the newest events, these numbers know the rest too. All
 * are logarithms of 1 + events, sessions or hours, so that no shopper is out of scale; they follow
 * recency and frequency of customer base analysis (Fader, Hardie and Lee 2005, §2) and the windows
 * of {@code nextact features}.
 */
public final class HistoryTotals {

    /** Windows in hours: an hour, a day, a week, 30 days, 90 days, ever. */
    private static final double[] WINDOWS = {1, 24, 168, 720, 2160, Double.POSITIVE_INFINITY};

    /** As in the tables of {@code nextact features}. */
    private static final double SESSION_PAUSE_HOURS = 0.5;

    private static final double MICROS_AN_HOUR = 3.6e9;

    /** Older events of a shopper are not counted, so that one with a million costs no more. */
    public static final int MOST_EVENTS = 4096;

    /** Of a behaviour: its counts, how long ago it was, whether it never was. */
    private static final int OF_BEHAVIOUR = WINDOWS.length + 2;

    /** Of all: sessions, age, time since the last event, age by session. */
    private static final int OF_ALL = WINDOWS.length + 3;

    private HistoryTotals() {}

    /** F. */
    public static int size(int behaviours) {
        return behaviours * OF_BEHAVIOUR + OF_ALL;
    }

    /**
     * At a moment.
     *
     * @param history with at least {@code events} events, those of unknown items too
     * @param events of its oldest, none later than the moment; at least one
     * @param nowMicros since 1970-01-01 UTC
     * @param behaviours C
     * @return [F]
     */
    public static double[] at(EventSequence history, int events, long nowMicros, int behaviours) {
        double[] totals = new double[size(behaviours)];
        int oldest = Math.max(0, events - MOST_EVENTS);
        double age = hours(history, oldest, nowMicros);
        double[] ago = new double[behaviours];
        Arrays.fill(ago, -1);
        int all = behaviours * OF_BEHAVIOUR;
        double later = Double.NEGATIVE_INFINITY; // hours ago of the event after this one
        for (int i = events - 1; i >= oldest; i--) {
            int behaviour = history.behaviour(i);
            double hours = hours(history, i, nowMicros);
            if (ago[behaviour] < 0) {
                ago[behaviour] = hours;
            }
            // a session is counted where its last event is
            boolean endsSession = hours - later > SESSION_PAUSE_HOURS;
            later = hours;
            for (int w = 0; w < WINDOWS.length; w++) {
                if (hours <= WINDOWS[w]) {
                    totals[behaviour * OF_BEHAVIOUR + w]++;
                    totals[all + w] += endsSession ? 1 : 0;
                }
            }
        }
        double sessions = totals[all + WINDOWS.length - 1];
        for (int behaviour = 0; behaviour < behaviours; behaviour++) {
            int at = behaviour * OF_BEHAVIOUR + WINDOWS.length;
            boolean never = ago[behaviour] < 0;
            totals[at] = never ? age : ago[behaviour];
            totals[at + 1] = never ? 1 : 0;
        }
        totals[all + WINDOWS.length] = age;
        totals[all + WINDOWS.length + 1] = hours(history, events - 1, nowMicros);
        totals[all + WINDOWS.length + 2] = age / Math.max(1, sessions);
        for (int i = 0; i < totals.length; i++) {
            totals[i] = Math.log1p(totals[i]);
        }
        return totals;
    }

    private static double hours(EventSequence history, int event, long nowMicros) {
        return Math.max(0, (nowMicros - history.timeMicros(event)) / MICROS_AN_HOUR);
    }
}
