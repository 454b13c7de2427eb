package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemTargets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextItemLossTest {

    @Test
    void logitsAreTheSoftmaxAlsoWhereTheyAreLarge() {
        assertThat(NextItemLoss.OF_LOGITS.nats(new float[] {9, 1, 1, 1}, 2))
                .isCloseTo(Math.log(3), offset(1e-12));
        assertThat(NextItemLoss.OF_LOGITS.nats(new float[] {9, 1000, 1001}, 1))
                .isCloseTo(Math.log(1 + Math.E), offset(1e-9));
    }

    @Test
    void probabilitiesAreOfTheCatalogAlone() {
        // .1 is left for items outside the catalog: given that the item is in it, 2 has .3 of .9
        assertThat(NextItemLoss.OF_PROBABILITIES.nats(new float[] {7, 0.6f, 0.3f}, 2))
                .isCloseTo(Math.log(3), offset(1e-6));
    }

    @Test
    void targetsOutsideTheCatalogAreLeftOut() {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 200; user++) {
            // every second shopper takes an unknown item in the end
            builder.event(1, 0, 0).event(1, 0, 1).event(user % 2 == 0 ? 2 : 0, 0, 2).endUser();
        }
        EventSequences all = builder.build();
        NextItemTargets targets =
                NextItemTargets.of(
                        new LearningData(
                                Catalog.of(List.of("a", "b")), all, Split.leaveOneOut(all)),
                        NextItemTargets.Part.TEST,
                        1000,
                        1);
        NextItemScorer even =
                new NextItemScorer() {
                    @Override
                    public String name() {
                        return "even";
                    }

                    @Override
                    public void score(List<EventSequence> histories, float[][] scores) {
                        for (float[] row : scores) {
                            row[1] = 0.5f;
                            row[2] = 0.5f;
                        }
                    }
                };

        assertThat(NextItemLoss.OF_PROBABILITIES.mean(even, targets))
                .isCloseTo(Math.log(2), offset(1e-12));
    }
}
