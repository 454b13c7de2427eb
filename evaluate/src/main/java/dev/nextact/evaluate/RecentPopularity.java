package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.List;

/**
 * Ranks items by their training events, each weighted by 2^(-age / half-life). The age counts back
 * from the newest training event of all; the half-life is a tenth of the training period. Where
 * times only number the events of each shopper, age is counted in those numbers. Immutable;
 * thread-safe.
 */
final class RecentPopularity implements NextItemScorer {

    private static final double HALF_LIVES_A_PERIOD = 10;

    private final float[] scores;

    private RecentPopularity(float[] scores) {
        this.scores = scores;
    }

    static RecentPopularity of(LearningData data) {
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            if (!events.isEmpty()) {
                oldest = Math.min(oldest, events.timeMicros(0));
                newest = Math.max(newest, events.timeMicros(events.size() - 1));
            }
        }
        double halfLife = Math.max(1, (newest - oldest) / HALF_LIVES_A_PERIOD);
        double[] sums = new double[data.catalog().size() + 1];
        for (int user = 0; user < data.sequences().size(); user++) {
            EventSequence events = data.training(user);
            for (int i = 0; i < events.size(); i++) {
                double age = newest - events.timeMicros(i);
                sums[events.item(i)] += Math.pow(2, -age / halfLife);
            }
        }
        float[] scores = new float[sums.length];
        for (int item = 1; item < scores.length; item++) {
            scores[item] = (float) sums[item];
        }
        return new RecentPopularity(scores);
    }

    @Override
    public String name() {
        return "recent-popularity";
    }

    @Override
    public void score(List<EventSequence> histories, float[][] out) {
        for (int b = 0; b < histories.size(); b++) {
            System.arraycopy(scores, 0, out[b], 0, scores.length);
        }
    }
}
