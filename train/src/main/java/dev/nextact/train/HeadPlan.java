package dev.nextact.train;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.HeadSettings.GapScale;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Fits the heads beside the next item's to the training part: the scale of gaps, steps of time. */
final class HeadPlan {

    /** As in Shchur et al. 2020, §5, rounded: more than enough for any log seen. */
    private static final int COMPONENTS = 16;

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

    static Optional<HeadSettings> of(ShopConfig.Tasks tasks, LearningData data) {
        if (!tasks.learnsNextEvent() && !tasks.learnsHazards()) {
            return Optional.empty();
        }
        return Optional.of(
                new HeadSettings(
                        tasks.learnsNextEvent(),
                        tasks.learnsHazards(),
                        COMPONENTS,
                        scale(data),
                        edges(tasks, data)));
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
