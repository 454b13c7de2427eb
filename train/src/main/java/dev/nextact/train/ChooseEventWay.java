package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.EventWay;
import dev.nextact.core.LearningData;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.EventStatistics;
import dev.nextact.core.events.ForetoldSlots;
import dev.nextact.core.events.HistoryHistogram;
import dev.nextact.core.events.RollOut;
import dev.nextact.core.events.TemporalPrecision;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.model.network.TokenBatch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds by the validation part which way foretells the next events best: each shopper's last k
 * events of it, or as many as it holds, from all before them. The best has the highest T-mAP.
 *
 * @param scores T-mAP of each way; empty where the validation part holds no event to judge by
 * @param shoppers judged
 */
record ChooseEventWay(Map<EventWay, Double> scores, int shoppers) {

    /** δ of T-mAP. */
    private static final double[] DELTA_SECONDS =
            ForetoldSlots.TOLERANCES_SECONDS.stream().mapToDouble(d -> d).toArray();

    /** Enough to tell ways apart; more would only take time. */
    private static final int MOST_SHOPPERS = 200;

    private static final int FUTURES = 32;

    static ChooseEventWay of(
            LearningData data, EventStatistics training, TorchEvents network, int k, long seed) {
        Map<EventWay, EventForecaster> ways = new EnumMap<>(EventWay.class);
        ways.put(EventWay.HISTOGRAM, new HistoryHistogram(HistoryHistogram.Pace.MEDIAN, training));
        ways.put(EventWay.ROLL_OUT, new RollOut(network, FUTURES, seed));
        ways.put(EventWay.DIRECT, network.direct());
        List<Integer> users = users(data, k);
        int types = training.shares().length;
        Map<EventWay, Double> scores = new EnumMap<>(EventWay.class);
        ways.forEach(
                (way, forecaster) -> scores.put(way, judge(data, users, forecaster, types, k)));
        return new ChooseEventWay(users.isEmpty() ? Map.of() : scores, users.size());
    }

    /** The plainest of equals. */
    EventWay best() {
        EventWay best = EventWay.HISTOGRAM;
        for (EventWay way : List.of(EventWay.ROLL_OUT, EventWay.DIRECT)) {
            best = score(way) > score(best) ? way : best;
        }
        return scores.isEmpty() ? EventWay.ROLL_OUT : best;
    }

    String toText() {
        return scores.isEmpty()
                ? "the next events by roll-out: the validation part holds none to judge by"
                : String.format(
                        Locale.ROOT,
                        "the next events by %s: t-map on validation, %,d shoppers: %s",
                        best().title(),
                        shoppers,
                        scores.entrySet().stream()
                                .map(e -> "%s %.4f".formatted(e.getKey().title(), e.getValue()))
                                .collect(Collectors.joining(", ")));
    }

    private double score(EventWay way) {
        return scores.getOrDefault(way, 0.0);
    }

    /** Evenly spread over all. */
    private static List<Integer> users(LearningData data, int k) {
        List<Integer> judged = new ArrayList<>();
        for (int user = 0; user < data.sequences().size(); user++) {
            int from = from(data, user, k);
            if (from < data.split().validEnd(user)
                    && TokenBatch.knownEvents(data.sequences().get(user).prefix(from)) > 0) {
                judged.add(user);
            }
        }
        int count = Math.min(MOST_SHOPPERS, judged.size());
        return IntStream.range(0, count)
                .mapToObj(i -> judged.get((int) ((long) i * judged.size() / count)))
                .toList();
    }

    /** The first event that is foretold. */
    private static int from(LearningData data, int user, int k) {
        return Math.max(data.split().trainEnd(user), data.split().validEnd(user) - k);
    }

    private static double judge(
            LearningData data, List<Integer> users, EventForecaster forecaster, int types, int k) {
        TemporalPrecision precision =
                new TemporalPrecision(types, Double.POSITIVE_INFINITY, DELTA_SECONDS);
        for (int user : users) {
            EventSequence seen = data.sequences().get(user).prefix(data.split().validEnd(user));
            int from = from(data, user, k);
            precision.add(
                    forecaster.forecast(seen.prefix(from), seen.size() - from),
                    TypedTimes.after(seen, from, k));
        }
        return precision.value();
    }
}
