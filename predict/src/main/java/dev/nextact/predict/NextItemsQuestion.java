package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.ranking.TopK;
import dev.nextact.model.bundle.Bundle;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which items come next.
 *
 * @param k items a shopper
 * @param seen what is done with items of the history
 */
record NextItemsQuestion(int k, SeenItems seen) implements ShopperQuestion<Prediction> {

    @Override
    public List<PredictionFile.Column> columns() {
        return Prediction.COLUMNS;
    }

    @Override
    public Object[] row(Prediction answer) {
        return answer.row();
    }

    @Override
    public Answerer<Prediction> answerer(OpenModels models) {
        return new Ranking(models.bundle(), models.scorer());
    }

    /** Scores all items and keeps the best. */
    private final class Ranking implements Answerer<Prediction> {
        private final Bundle bundle;
        private final OnnxScorer scorer;
        private float[][] scores = new float[0][];

        Ranking(Bundle bundle, OnnxScorer scorer) {
            this.bundle = bundle;
            this.scorer = scorer;
        }

        @Override
        public AnswerTally answer(Histories block, Consumer<Prediction> answers) {
            if (scores.length < block.size()) {
                scores = new float[block.size()][bundle.catalog().size() + 1];
            }
            scorer.score(block.events(), scores);
            long byPopularity = 0;
            for (int b = 0; b < block.size(); b++) {
                EventSequence history = block.events().get(b);
                boolean known = OnnxScorer.isKnown(history);
                byPopularity += known ? 0 : 1;
                removeSeen(history, scores[b]);
                String basis = known ? bundle.manifest().model() : "popularity";
                int rank = 1;
                for (int item : TopK.of(scores[b], k)) {
                    answers.accept(
                            new Prediction(
                                    block.ids().get(b),
                                    rank++,
                                    bundle.catalog().id(item),
                                    scores[b][item],
                                    basis));
                }
            }
            return AnswerTally.of(block, 0).byPopularity(byPopularity);
        }

        private void removeSeen(EventSequence history, float[] scores) {
            if (seen == SeenItems.REMOVE) {
                for (int t = 0; t < history.size(); t++) {
                    scores[history.item(t)] = Float.NEGATIVE_INFINITY;
                }
            }
        }
    }
}
