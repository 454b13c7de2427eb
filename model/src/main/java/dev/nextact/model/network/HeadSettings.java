package dev.nextact.model.network;

import dev.nextact.core.EventSequence;
import dev.nextact.core.probability.Softmax;
import dev.nextact.core.timing.LogNormalMixture;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What a network foretells beside the next item: when the next event comes and of which behaviour
 * ({@code nextEvent}), how long each behaviour stays away ({@code hazards}), and the next events at
 * once ({@code slots}); or instead of all that, the next item too, whether one behaviour comes
 * within one horizon ({@code classifier}).
 *
 * @param components M of the mixture of log-normals
 * @param gaps what turns a gap into the number the mixture is over
 * @param edgesSeconds the G+1 ends of the steps of time in which a behaviour may come, ascending
 *     from 0
 * @param totals what turns {@link HistoryTotals} into the numbers that the hazards, or the
 *     classifier, read
 * @param calendar how much oftener than on the average behaviours come, by hour and weekday
 * @param slots for the next events at once; {@link Slots#NONE} where they are not foretold so
 * @param classifier what alone it learns to tell; {@link Classifier#NONE} where it is no classifier
 */
public record HeadSettings(
        boolean nextEvent,
        boolean hazards,
        int components,
        GapScale gaps,
        List<Double> edgesSeconds,
        TotalsScale totals,
        Calendar calendar,
        Slots slots,
        Classifier classifier) {

    /**
     * After each event: whether a behaviour comes later, and within a time.
     *
     * @param behaviour its index
     * @param horizonSeconds the longest it may take; 0 = there is no classifier
     * @param counts whether it tells how often, too
     */
    public record Classifier(int behaviour, double horizonSeconds, boolean counts) {

        public static final Classifier NONE = new Classifier(0, 0, false);

        public Classifier {
            if (behaviour < 0 || !(horizonSeconds >= 0)) {
                throw new IllegalArgumentException(
                        "classifier: expected a behaviour and a horizon of 0 or more, found "
                                + behaviour
                                + " and "
                                + horizonSeconds);
            }
        }
    }

    /**
     * Of a classifier alone, whose only step of time is its horizon.
     *
     * @param totals those it reads beside the encoder's state; of size 0 where it reads none
     */
    public static HeadSettings of(Classifier classifier, TotalsScale totals) {
        return new HeadSettings(
                false,
                false,
                1,
                new GapScale(1, 0, 1),
                List.of(0.0, classifier.horizonSeconds()),
                totals,
                new Calendar(List.of(), List.of()),
                Slots.NONE,
                classifier);
    }

    /**
     * How much oftener than on the average each behaviour comes in an hour of the day and on a day
     * of the week, in UTC; together they multiply.
     *
     * @param hours [C][24], each above 0
     * @param weekdays [C][7] from Monday on, each above 0
     */
    public record Calendar(List<List<Double>> hours, List<List<Double>> weekdays) {

        public Calendar {
            hours = hours.stream().map(List::copyOf).toList();
            weekdays = weekdays.stream().map(List::copyOf).toList();
            check("hours", hours, 24);
            check("weekdays", weekdays, 7);
        }

        private static void check(String name, List<List<Double>> factors, int count) {
            for (List<Double> of : factors) {
                if (of.size() != count || of.stream().anyMatch(factor -> !(factor > 0))) {
                    throw new IllegalArgumentException(
                            name + ": expected " + count + " numbers above 0, found " + of);
                }
            }
        }

        /** Every hour is as any other. */
        public static Calendar even(int behaviours) {
            return new Calendar(
                    Collections.nCopies(behaviours, Collections.nCopies(24, 1.0)),
                    Collections.nCopies(behaviours, Collections.nCopies(7, 1.0)));
        }

        /**
         * The mean factor over a stretch of time.
         *
         * @param fromHour since the start of a Monday
         * @param toHour after it
         */
        double mean(int behaviour, double fromHour, double toHour) {
            double[] sums = new double[169];
            for (int hour = 0; hour < 168; hour++) {
                double factor =
                        hours.get(behaviour).get(hour % 24)
                                * weekdays.get(behaviour).get(hour / 24);
                sums[hour + 1] = sums[hour] + factor;
            }
            double average = sums[168] / 168;
            return (until(sums, toHour) - until(sums, fromHour)) / (toHour - fromHour) / average;
        }

        private static double until(double[] sums, double hour) {
            double ofWeek = hour % 168;
            int whole = (int) ofWeek;
            double part = (ofWeek - whole) * (sums[whole + 1] - sums[whole]);
            return Math.floor(hour / 168) * sums[168] + sums[whole] + part;
        }
    }

    /**
     * For the next events at once. A time is put on the scale (ln(1 + seconds / unit) − mean) /
     * deviation.
     *
     * @param count S; 0 = none
     * @param events K, how many of the next events the slots stand for, at most S
     * @param unitSeconds below which times are hardly told apart
     * @param mean of ln(1 + seconds / unit)
     * @param deviation of the same
     */
    public record Slots(int count, int events, double unitSeconds, double mean, double deviation) {

        public static final Slots NONE = new Slots(0, 0, 1, 0, 1);

        public Slots {
            if (events < 0 || events > count || (count > 0 && events == 0)) {
                throw new IllegalArgumentException(
                        "events: expected 1 to " + count + ", found " + events);
            }
            checkScale("scale of times: expected unit", unitSeconds, mean, deviation);
        }

        /** A time since the last event as the network sees it. */
        public double standardised(double seconds) {
            return (Math.log1p(seconds / unitSeconds) - mean) / deviation;
        }

        /** The time again, at least 0. */
        public double seconds(double standardised) {
            return Math.max(0, Math.expm1(standardised * deviation + mean) * unitSeconds);
        }
    }

    /**
     * A gap is put on the scale (ln(max(gap, least)) − mean) / deviation.
     *
     * @param leastSeconds below which gaps are not told apart: a density over logarithms has no
     *     place for 0
     * @param mean of the logarithm of the seconds
     * @param deviation of the same
     */
    public record GapScale(double leastSeconds, double mean, double deviation) {
        public GapScale {
            checkScale("gap scale: expected least", leastSeconds, mean, deviation);
        }

        /** The n-th mixture over gaps in seconds, from the values that an interpreter gave. */
        public LogNormalMixture mixture(Mixture<float[]> values, int n, int components) {
            double[] means = new double[components];
            double[] deviations = new double[components];
            for (int m = 0; m < components; m++) {
                int at = n * components + m;
                double log =
                        Math.min(
                                Mixture.MOST_LOG_DEVIATION,
                                Math.max(Mixture.LEAST_LOG_DEVIATION, values.deviations()[at]));
                means[m] = mean + deviation * values.means()[at];
                deviations[m] = deviation * Math.exp(log);
            }
            return new LogNormalMixture(
                    Softmax.of(values.weights(), n * components, components), means, deviations);
        }

        /** The gap as the network sees it. */
        public double standardised(double seconds) {
            return (Math.log(Math.max(seconds, leastSeconds)) - mean) / deviation;
        }
    }

    private static void checkScale(String expected, double seconds, double mean, double deviation) {
        if (!(seconds > 0) || !Double.isFinite(mean) || !(deviation > 0)) {
            throw new IllegalArgumentException(
                    expected
                            + " and deviation above 0, found "
                            + seconds
                            + ", "
                            + mean
                            + ", "
                            + deviation);
        }
    }

    /**
     * Each of the totals less its mean, in deviations, and none further out than 5.
     *
     * @param means [F] over moments of the training part
     * @param deviations [F] of the same
     */
    public record TotalsScale(List<Double> means, List<Double> deviations) {

        private static final double FURTHEST = 5;

        public TotalsScale {
            means = List.copyOf(means);
            deviations = List.copyOf(deviations);
            if (means.size() != deviations.size()) {
                throw new IllegalArgumentException(
                        "totals scale: expected as many deviations as means, found "
                                + deviations.size()
                                + " and "
                                + means.size());
            }
            for (double deviation : deviations) {
                if (!(deviation > 0)) {
                    throw new IllegalArgumentException(
                            "totals scale: expected deviations above 0, found " + deviations);
                }
            }
        }

        /** That changes nothing but the outliers. */
        public static TotalsScale same(int size) {
            return new TotalsScale(Collections.nCopies(size, 0.0), Collections.nCopies(size, 1.0));
        }

        /** F. */
        public int size() {
            return means.size();
        }

        /**
         * The totals of a history at a moment, as the network sees them; all average where its
         * times are not known.
         *
         * @param events of the history, its oldest, that are not later than the moment
         * @param out gets F numbers from {@code at} on
         */
        public void write(
                EventSequence history,
                int events,
                long nowMicros,
                int behaviours,
                float[] out,
                int at) {
            if (!TimeTokens.isKnown(history.timeMicros(events - 1))) {
                Arrays.fill(out, at, at + size(), 0);
                return;
            }
            double[] totals = HistoryTotals.at(history, events, nowMicros, behaviours);
            for (int f = 0; f < totals.length; f++) {
                double off = (totals[f] - means.get(f)) / deviations.get(f);
                out[at + f] = (float) Math.max(-FURTHEST, Math.min(FURTHEST, off));
            }
        }
    }

    /** Of no classifier. */
    public HeadSettings(
            boolean nextEvent,
            boolean hazards,
            int components,
            GapScale gaps,
            List<Double> edgesSeconds,
            TotalsScale totals,
            Calendar calendar,
            Slots slots) {
        this(
                nextEvent,
                hazards,
                components,
                gaps,
                edgesSeconds,
                totals,
                calendar,
                slots,
                Classifier.NONE);
    }

    /** Without slots. */
    public HeadSettings(
            boolean nextEvent,
            boolean hazards,
            int components,
            GapScale gaps,
            List<Double> edgesSeconds,
            TotalsScale totals,
            Calendar calendar) {
        this(nextEvent, hazards, components, gaps, edgesSeconds, totals, calendar, Slots.NONE);
    }

    public HeadSettings {
        edgesSeconds = List.copyOf(edgesSeconds);
        if (edgesSeconds.size() < 2 || edgesSeconds.get(0) != 0) {
            throw new IllegalArgumentException(
                    "edgesSeconds: expected 0 and at least one more, found " + edgesSeconds);
        }
        for (int i = 1; i < edgesSeconds.size(); i++) {
            if (!(edgesSeconds.get(i) > edgesSeconds.get(i - 1))) {
                throw new IllegalArgumentException(
                        "edgesSeconds: expected ascending, found " + edgesSeconds);
            }
        }
        if (components < 1) {
            throw new IllegalArgumentException(
                    "components: expected 1 or more, found " + components);
        }
        if (classifier.horizonSeconds() > 0 && (nextEvent || hazards)) {
            throw new IllegalArgumentException(
                    "classifier: expected alone, found beside next events or hazards");
        }
    }

    /** Whether it tells one thing after each event, and nothing else. */
    public boolean classifies() {
        return classifier.horizonSeconds() > 0;
    }

    /** Whether the next events are foretold at once. */
    public boolean direct() {
        return slots.count() > 0;
    }

    /** G, the steps of time. */
    public int steps() {
        return edgesSeconds.size() - 1;
    }
}
