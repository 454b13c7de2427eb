package dev.nextact.evaluate;

import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import java.util.List;

/** The baselines that are nothing but counts, for comparisons outside of {@link EvaluateModel}. */
public final class CountBaselines {

    private CountBaselines() {}

    /** Popularity and the Markov chain. */
    public static List<NextItemScorer> of(LearningData data) {
        Popularity popularity = Popularity.of(data);
        return List.of(popularity, Markov.of(data, popularity));
    }
}
