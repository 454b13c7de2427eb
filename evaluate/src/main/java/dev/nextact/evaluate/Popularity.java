package dev.nextact.evaluate;

import dev.nextact.core.EventSequence;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.List;

/** Ranks items by their number of training events. Immutable; thread-safe. */
final class Popularity implements NextItemScorer {

    private final float[] scores;

    private Popularity(float[] scores) {
        this.scores = scores;
    }

    static Popularity of(LearningData data) {
        int[] events = data.trainEvents();
        float[] scores = new float[events.length];
        for (int item = 1; item < scores.length; item++) {
            scores[item] = events[item];
        }
        return new Popularity(scores);
    }

    /** Training events of an item. */
    float events(int item) {
        return scores[item];
    }

    @Override
    public String name() {
        return "popularity";
    }

    @Override
    public void score(List<EventSequence> histories, float[][] out) {
        for (int b = 0; b < histories.size(); b++) {
            System.arraycopy(scores, 0, out[b], 0, scores.length);
        }
    }
}
