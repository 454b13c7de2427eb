package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.TimeTokens;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the heads beside the next item's learn from in one part of a step. The M events are the
 * part's targets; the N moments are some of its events and some moments between events and after
 * the last one. The latter are drawn evenly over all the time shoppers are watched for, as the
 * moment a shop asks at finds its shoppers (landmarks; van Houwelingen 2007).
 *
 * @param gaps [M], standardised, to the target
 * @param gapTokens [M]
 * @param behaviours [M], the target's
 * @param places [N], b·T + t of the token of the last event at the moment
 * @param elapsed [N], tokens of the time since then
 * @param hours [N]
 * @param weekdays [N]
 * @param weekHours [N]
 * @param totals [N·F] of the history at the moment
 * @param survived [N·C·G], how much of each step of time passed without the behaviour, 0 to 1
 * @param came [N·C·G], 1 in the step in which the behaviour came
 * @param following what the next events at once are learned from; none where they are not
 */
record HeadTargets(
        float[] gaps,
        long[] gapTokens,
        long[] behaviours,
        long[] places,
        long[] elapsed,
        long[] hours,
        long[] weekdays,
        long[] weekHours,
        float[] totals,
        float[] survived,
        float[] came,
        FollowingEvents following) {

    /** Of the events, the share that is also taken as a moment. */
    private static final double SHARE_OF_EVENTS = 0.25;

    /** Of the events, the share from which the next ones are foretold at once. */
    private static final double SHARE_FOLLOWED = 0.2;

    static HeadTargets of(
            NetworkSettings settings, List<Window> windows, int steps, SplittableRandom random) {
        HeadSettings heads = settings.foretells().orElseThrow();
        Builder builder = new Builder(settings, steps);
        for (int b = 0; b < windows.size(); b++) {
            builder.events(windows.get(b).events(), windows.get(b).firstTarget());
            if (heads.hazards()) {
                builder.moments(windows.get(b), b, random);
            }
            if (heads.direct()) {
                builder.following(windows.get(b), b, random);
            }
        }
        return builder.build();
    }

    /**
     * To judge a network by.
     *
     * @param judged the first event of each window that is a target
     * @param nows a moment at or after the last event of each window, in microseconds; none = no
     *     moments are judged
     */
    static HeadTargets ofValidation(
            NetworkSettings settings, List<Window> windows, int steps, int[] judged, long[] nows) {
        Builder builder = new Builder(settings, steps);
        for (int b = 0; b < windows.size(); b++) {
            Window window = windows.get(b);
            builder.events(window.events(), judged[b]);
            if (builder.heads.direct() && window.future().places().length > 0) {
                for (int t = Math.max(1, judged[b]); t < window.events().size(); t++) {
                    builder.following.add(window, b, t - 1);
                }
            }
            if (nows.length > 0) {
                int last = window.events().size() - 1;
                int from = window.future().training().countBefore(nows[b] + 1);
                builder.moment(
                        window,
                        b,
                        last,
                        nows[b],
                        Math.max(window.future().places()[last] + 1, from));
            }
        }
        return builder.build();
    }

    /** How many moments. */
    int moments() {
        return places.length;
    }

    /** Confined to one thread. */
    private static final class Builder {
        private final HeadSettings heads;
        private final double[] edgesMicros;
        private final int behaviours;
        private final int steps;
        private final int before;
        private float[] gaps = new float[256];
        private long[] gapTokens = new long[256];
        private long[] next = new long[256];
        private int events;
        private long[] places = new long[64];
        private long[] elapsed = new long[64];
        private long[] hours = new long[64];
        private long[] weekdays = new long[64];
        private long[] weekHours = new long[64];
        private float[] totals;
        private float[] survived;
        private float[] came;
        private int moments;
        private final FollowingEvents.Builder following;

        Builder(NetworkSettings settings, int steps) {
            this.heads = settings.foretells().orElseThrow();
            this.behaviours = settings.behaviours();
            this.steps = steps;
            this.before = settings.shape().before();
            this.following = new FollowingEvents.Builder(heads.slots(), steps, before);
            this.edgesMicros =
                    heads.edgesSeconds().stream().mapToDouble(seconds -> seconds * 1e6).toArray();
            this.totals = new float[64 * heads.totals().size()];
            this.survived = new float[64 * cells()];
            this.came = new float[64 * cells()];
        }

        private int cells() {
            return behaviours * heads.steps();
        }

        void events(EventSequence window, int first) {
            for (int t = Math.max(1, first); t < window.size(); t++) {
                if (events == gaps.length) {
                    gaps = Arrays.copyOf(gaps, events * 2);
                    gapTokens = Arrays.copyOf(gapTokens, events * 2);
                    next = Arrays.copyOf(next, events * 2);
                }
                long micros = window.timeMicros(t) - window.timeMicros(t - 1);
                gaps[events] = (float) heads.gaps().standardised(micros / 1e6);
                gapTokens[events] = TimeTokens.gap((double) micros);
                next[events++] = window.behaviour(t);
            }
        }

        void following(Window window, int b, SplittableRandom random) {
            for (int t = window.future().firstOwned(); t < window.events().size(); t++) {
                if (random.nextDouble() < SHARE_FOLLOWED) {
                    following.add(window, b, t);
                }
            }
        }

        void moments(Window window, int b, SplittableRandom random) {
            Window.Future future = window.future();
            EventSequence events = window.events();
            for (int t = future.firstOwned(); t < events.size(); t++) {
                if (random.nextDouble() < SHARE_OF_EVENTS
                        && events.timeMicros(t) < future.untilMicros()) {
                    moment(window, b, t, events.timeMicros(t), future.places()[t] + 1);
                }
            }
            long from = events.timeMicros(future.firstOwned());
            long to = future.ownedUntilMicros();
            int count = (int) (future.moments() + random.nextDouble());
            for (int i = 0; i < count && to > from; i++) {
                long now = random.nextLong(from, to);
                int t = lastBy(events, now);
                int next = Math.max(future.places()[t] + 1, future.training().countBefore(now + 1));
                moment(window, b, t, now, next);
            }
        }

        private static int lastBy(EventSequence events, long now) {
            int t = events.size() - 1;
            while (t > 0 && events.timeMicros(t) > now) {
                t--;
            }
            return t;
        }

        /**
         * @param t the last event at the moment
         * @param from the first event of the training part that is after the moment
         */
        void moment(Window window, int b, int t, long now, int from) {
            if (moments == places.length) {
                grow();
            }
            places[moments] = (long) b * steps + before + t;
            elapsed[moments] = TimeTokens.gap((double) (now - window.events().timeMicros(t)));
            hours[moments] = TimeTokens.hour(now);
            weekdays[moments] = TimeTokens.weekday(now);
            weekHours[moments] = TimeTokens.weekHour(now);
            EventSequence training = window.future().training();
            int size = heads.totals().size();
            if (size > 0) {
                heads.totals().write(training, from, now, behaviours, totals, moments * size);
            }
            boolean[] found = new boolean[behaviours];
            int missing = behaviours;
            for (int i = from; i < training.size() && missing > 0; i++) {
                int behaviour = training.behaviour(i);
                if (!found[behaviour]) {
                    found[behaviour] = true;
                    missing--;
                    curve(behaviour, (double) (training.timeMicros(i) - now), true);
                }
            }
            for (int behaviour = 0; behaviour < behaviours; behaviour++) {
                if (!found[behaviour]) {
                    curve(behaviour, (double) (window.future().untilMicros() - now), false);
                }
            }
            moments++;
        }

        /**
         * @param micros until the behaviour came, or until nobody watched any more
         */
        private void curve(int behaviour, double micros, boolean isCome) {
            int at = moments * cells() + behaviour * heads.steps();
            for (int g = 0; g < heads.steps(); g++) {
                double begin = edgesMicros[g];
                double end = edgesMicros[g + 1];
                if (micros >= end) {
                    survived[at + g] = 1;
                } else {
                    if (isCome) {
                        came[at + g] = 1;
                    } else {
                        // hazards are even within a step: part of it passed, part of its weight
                        survived[at + g] = (float) ((micros - begin) / (end - begin));
                    }
                    return;
                }
            }
        }

        private void grow() {
            places = Arrays.copyOf(places, moments * 2);
            elapsed = Arrays.copyOf(elapsed, moments * 2);
            hours = Arrays.copyOf(hours, moments * 2);
            weekdays = Arrays.copyOf(weekdays, moments * 2);
            weekHours = Arrays.copyOf(weekHours, moments * 2);
            totals = Arrays.copyOf(totals, moments * 2 * heads.totals().size());
            survived = Arrays.copyOf(survived, moments * 2 * cells());
            came = Arrays.copyOf(came, moments * 2 * cells());
        }

        HeadTargets build() {
            return new HeadTargets(
                    Arrays.copyOf(gaps, events),
                    Arrays.copyOf(gapTokens, events),
                    Arrays.copyOf(next, events),
                    Arrays.copyOf(places, moments),
                    Arrays.copyOf(elapsed, moments),
                    Arrays.copyOf(hours, moments),
                    Arrays.copyOf(weekdays, moments),
                    Arrays.copyOf(weekHours, moments),
                    Arrays.copyOf(totals, moments * heads.totals().size()),
                    Arrays.copyOf(survived, moments * cells()),
                    Arrays.copyOf(came, moments * cells()),
                    following.build());
        }
    }
}
