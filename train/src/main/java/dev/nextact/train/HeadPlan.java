package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HeadSettings.Calendar;
import dev.nextact.model.network.HeadSettings.GapScale;
import dev.nextact.model.network.HeadSettings.Slots;
import dev.nextact.model.network.HeadSettings.TotalsScale;
import dev.nextact.model.network.HistoryTotals;
import dev.nextact.model.network.TimeTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** Fits the heads beside the next item's to the training part: the scale of gaps, steps of time. */
final class HeadPlan {

    /** As in Shchur et al. 2020, §5, rounded: more than enough for any log seen. */
    private static final int COMPONENTS = 16;

    /** So that slots can stand for kinds of events that often do not come. */
    private static final double SLOTS_AN_EVENT = 1.6;

    private static final List<Duration> EDGES =
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(4),
                    Duration.ofHours(8),
                    Duration.ofHours(16),
                    Duration.ofDays(1),
                    Duration.ofDays(2),
                    Duration.ofDays(3),
                    Duration.ofDays(5),
                    Duration.ofDays(7),
                    Duration.ofDays(10),
                    Duration.ofDays(14),
                    Duration.ofDays(21),
                    Duration.ofDays(30),
                    Duration.ofDays(45),
                    Duration.ofDays(60),
                    Duration.ofDays(90),
                    Duration.ofDays(135),
                    Duration.ofDays(180),
                    Duration.ofDays(273),
                    Duration.ofDays(365),
                    Duration.ofDays(547),
                    Duration.ofDays(730),
                    Duration.ofDays(1_095),
                    Duration.ofDays(1_825),
                    Duration.ofDays(3_650));

    private HeadPlan() {}

    /**
     * @param behaviours C
     */
    static Optional<HeadSettings> of(ShopConfig.Tasks tasks, LearningData data, int behaviours) {
        if (!tasks.learnsNextEvent() && !tasks.learnsHazards()) {
            return Optional.empty();
        }
        GapScale gaps = scale(data);
        return Optional.of(
                new HeadSettings(
                        tasks.learnsNextEvent(),
                        tasks.learnsHazards(),
                        COMPONENTS,
                        gaps,
                        edges(tasks, data),
                        tasks.learnsHazards() ? totals(data, behaviours) : TotalsScale.same(0),
                        tasks.learnsHazards()
                                ? calendar(data, behaviours)
                                : Calendar.even(behaviours),
                        tasks.learnsNextEvent() ? slots(tasks, data, gaps) : Slots.NONE));
    }

    /** So many more events as on the average, that few of them do not make a rule. */
    private static final double PRIOR = 20;

    /** What comes again so soon is no new beginning. */
    private static final long SAME_VISIT_MICROS = 1_800_000_000L;

    private static final long HOUR_MICROS = 3_600_000_000L;

    /**
     * How often behaviours come, by hour and weekday, over how many shoppers were known then: of
     * events close together the first.
     */
    private static Calendar calendar(LearningData data, int behaviours) {
        TreeMap<Long, Integer> began = new TreeMap<>();
        double[][] hours = new double[behaviours][24];
        double[][] weekdays = new double[behaviours][7];
        long until = Long.MIN_VALUE;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            if (events.isEmpty() || events.timeMicros(0) <= 0) {
                continue; // times that are not known have no hour
            }
            began.merge(events.timeMicros(0) / HOUR_MICROS, 1, Integer::sum);
            until = Math.max(until, data.trainedUntilMicros(user) / HOUR_MICROS);
            long[] last = new long[behaviours];
            for (int i = 0; i < events.size(); i++) {
                long now = events.timeMicros(i);
                int behaviour = events.behaviour(i);
                // the first event is why the shopper is known at all
                if (i > 0 && now - last[behaviour] > SAME_VISIT_MICROS) {
                    hours[behaviour][TimeTokens.hour(now) - 1]++;
                    weekdays[behaviour][TimeTokens.weekday(now) - 1]++;
                }
                last[behaviour] = now;
            }
        }
        double[] knownByHour = new double[24];
        double[] knownByWeekday = new double[7];
        double known = 0;
        for (long hour = began.isEmpty() ? until : began.firstKey(); hour < until; hour++) {
            known += began.getOrDefault(hour, 0);
            long micros = hour * HOUR_MICROS;
            knownByHour[TimeTokens.hour(micros) - 1] += known;
            knownByWeekday[TimeTokens.weekday(micros) - 1] += known;
        }
        return new Calendar(
                Arrays.stream(hours).map(of -> factors(of, knownByHour)).toList(),
                Arrays.stream(weekdays).map(of -> factors(of, knownByWeekday)).toList());
    }

    private static List<Double> factors(double[] came, double[] known) {
        double events = Arrays.stream(came).sum();
        double all = Arrays.stream(known).sum();
        List<Double> factors = new ArrayList<>();
        for (int i = 0; i < came.length; i++) {
            double expected = all == 0 ? 0 : events * known[i] / all;
            factors.add((came[i] + PRIOR) / (expected + PRIOR));
        }
        return factors;
    }

    /** Of one moment of each shopper, anywhere in the time from the first event on. */
    private static TotalsScale totals(LearningData data, int behaviours) {
        List<double[]> measured = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            long until = data.trainedUntilMicros(user);
            if (events.isEmpty() || until <= events.timeMicros(0)) {
                continue;
            }
            long now = random.nextLong(events.timeMicros(0), until);
            measured.add(HistoryTotals.at(events, events.countBefore(now + 1), now, behaviours));
        }
        return scale(measured, HistoryTotals.size(behaviours));
    }

    /**
     * Of totals of some moments.
     *
     * @param size F
     */
    static TotalsScale scale(List<double[]> measured, int size) {
        double[] sums = new double[size];
        double[] squares = new double[size];
        for (double[] totals : measured) {
            for (int f = 0; f < size; f++) {
                sums[f] += totals[f];
                squares[f] += totals[f] * totals[f];
            }
        }
        int count = measured.size();
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (int f = 0; f < size; f++) {
            double mean = count == 0 ? 0 : sums[f] / count;
            double variance = count == 0 ? 1 : squares[f] / count - mean * mean;
            means.add(mean);
            deviations.add(variance > 1e-6 ? Math.sqrt(variance) : 1);
        }
        return new TotalsScale(means, deviations);
    }

    /** The scale is that of the times of the next events, seen from all events. */
    private static Slots slots(ShopConfig.Tasks tasks, LearningData data, GapScale gaps) {
        int events = tasks.nextEvents().k();
        int count = (int) Math.ceil(events * SLOTS_AN_EVENT);
        double unit = Math.exp(gaps.mean());
        double sum = 0;
        double squares = 0;
        long times = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence training = data.training(user);
            for (int i = 0; i < training.size(); i++) {
                for (int j = i + 1; j < Math.min(training.size(), i + 1 + events); j++) {
                    double seconds = (training.timeMicros(j) - training.timeMicros(i)) / 1e6;
                    double log = Math.log1p(seconds / unit);
                    sum += log;
                    squares += log * log;
                    times++;
                }
            }
        }
        double mean = times == 0 ? 0 : sum / times;
        double variance = times == 0 ? 1 : squares / times - mean * mean;
        return new Slots(count, events, unit, mean, variance > 1e-6 ? Math.sqrt(variance) : 1);
    }

    private static GapScale scale(LearningData data) {
        double least = Double.POSITIVE_INFINITY;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            for (int i = 1; i < events.size(); i++) {
                long gap = events.timeMicros(i) - events.timeMicros(i - 1);
                least = gap > 0 ? Math.min(least, gap / 1e6) : least;
            }
        }
        least = Double.isInfinite(least) ? 1 : least;
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            for (int i = 1; i < events.size(); i++) {
                double gap = (events.timeMicros(i) - events.timeMicros(i - 1)) / 1e6;
                double log = Math.log(Math.max(gap, least));
                sum += log;
                squares += log * log;
                count++;
            }
        }
        double mean = count == 0 ? Math.log(least) : sum / count;
        double variance = count == 0 ? 1 : squares / count - mean * mean;
        return new GapScale(least, mean, variance > 1e-6 ? Math.sqrt(variance) : 1);
    }

    /** Up to the first that is no shorter than the training part; horizons asked for are edges. */
    private static List<Double> edges(ShopConfig.Tasks tasks, LearningData data) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            if (!events.isEmpty()) {
                first = Math.min(first, events.timeMicros(0));
                last = Math.max(last, data.trainedUntilMicros(user));
            }
        }
        double span = last > first ? (last - first) / 1e6 : 60;
        TreeSet<Double> edges = new TreeSet<>();
        EDGES.forEach(edge -> edges.add((double) edge.toSeconds()));
        edges.add(tasks.intentHorizon().toMillis() / 1e3);
        edges.add(tasks.churnHorizon().toMillis() / 1e3);
        List<Double> kept = new ArrayList<>(List.of(0.0));
        for (double edge : edges) {
            kept.add(edge);
            if (edge >= span) {
                break;
            }
        }
        return kept;
    }
}
