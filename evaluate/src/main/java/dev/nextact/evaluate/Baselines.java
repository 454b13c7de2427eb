package dev.nextact.evaluate;

import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.List;

/** The honest baselines: each learned from the training part alone, as the models are. */
final class Baselines {

    private Baselines() {}

    static List<NextItemScorer> learn(LearningData data) {
        Popularity popularity = Popularity.of(data);
        return List.of(
                popularity,
                RecentPopularity.of(data),
                Markov.of(data, popularity),
                ItemKnn.of(data));
    }
}
