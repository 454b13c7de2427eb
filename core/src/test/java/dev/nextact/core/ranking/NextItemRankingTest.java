package dev.nextact.core.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Grain;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NextItemRankingTest {

    private static LearningData data(int[]... histories) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int[] history : histories) {
            for (int t = 0; t < history.length; t++) {
                builder.event(history[t], 0, t);
            }
            builder.endUser();
        }
        EventSequences all = builder.build();
        return new LearningData(
                Catalog.of(List.of("a", "b", "c", "d")), all, Split.leaveOneOut(all));
    }

    private static NextItemScorer fixed(float... scores) {
        return new NextItemScorer() {
            @Override
            public String name() {
                return "fixed";
            }

            @Override
            public void score(List<EventSequence> histories, float[][] out) {
                for (int b = 0; b < histories.size(); b++) {
                    System.arraycopy(scores, 0, out[b], 0, scores.length);
                }
            }
        };
    }

    private static NextItemRanking rank(LearningData data, SeenItems seen, float... scores) {
        NextItemTargets targets =
                NextItemTargets.of(data, NextItemTargets.Part.TEST, Integer.MAX_VALUE, 1);
        return NextItemRanking.of(fixed(scores), targets, seen, 2, 2);
    }

    @Test
    void metricsOfAHandMadeExample() {
        // targets: item 3 (second by score) and item 2 (fourth)
        LearningData data = data(new int[] {1, 2, 3}, new int[] {3, 1, 2});

        NextItemRanking ranking = rank(data, SeenItems.KEEP, 9, 5, 1, 4, 3);

        assertThat(ranking.rank(0)).isEqualTo(2);
        assertThat(ranking.rank(1)).isEqualTo(4);
        assertThat(ranking.metrics())
                .containsEntry("recall@2", 0.5)
                .containsEntry("mrr", (0.5 + 0.25) / 2)
                .containsEntry("accuracy@1", 0.0)
                .containsEntry("coverage@2", 0.5);
        assertThat(ranking.ndcg()).isCloseTo(0.5 / (Math.log(3) / Math.log(2)), offset(1e-12));
    }

    @Test
    void seenItemsLeaveTheRankingWhereTheRuleSaysSo() {
        LearningData data = data(new int[] {1, 2, 3});

        assertThat(rank(data, SeenItems.KEEP, 9, 5, 6, 4, 3).rank(0)).isEqualTo(3);
        assertThat(rank(data, SeenItems.REMOVE, 9, 5, 6, 4, 3).rank(0)).isEqualTo(1);
    }

    @Test
    void aTargetSeenBeforeIsMissedWhereSeenItemsAreRemoved() {
        LearningData data = data(new int[] {1, 2, 1});
        NextItemRanking ranking = rank(data, SeenItems.REMOVE, 9, 5, 6, 4, 3);

        assertThat(ranking.rank(0)).isInfinite();
        assertThat(ranking.seenBefore()).isEqualTo(1);
        assertThat(ranking.metrics()).containsEntry("mrr", 0.0);
    }

    @Test
    void aTargetOutsideTheCatalogIsMissedNotDropped() {
        LearningData data = data(new int[] {1, 2, 0}, new int[] {1, 2, 3});
        NextItemRanking ranking = rank(data, SeenItems.KEEP, 9, 1, 1, 4, 3);

        assertThat(ranking.size()).isEqualTo(2);
        assertThat(ranking.outsideCatalog()).isEqualTo(1);
        assertThat(ranking.metrics()).containsEntry("accuracy@1", 0.5);
    }

    @Test
    void nanLosesToEverything() {
        assertThat(NextItemRanking.rank(new float[] {0, Float.NaN, 1}, 1)).isInfinite();
        assertThat(NextItemRanking.rank(new float[] {0, Float.NaN, 1}, 2)).isEqualTo(1);
    }

    @Test
    void equalScoresShareTheirPlaces() {
        assertThat(NextItemRanking.rank(new float[] {0, 7, 7, 7, 1}, 2)).isEqualTo(2);
    }

    @Property
    void ranksOfAllItemsAddUpToThoseOfAPermutation(
            @ForAll @Size(min = 2, max = 40) List<@FloatRange(min = -5, max = 5) Float> list) {
        float[] scores = new float[list.size() + 1];
        for (int i = 0; i < list.size(); i++) {
            scores[i + 1] = Math.round(list.get(i)); // with ties
        }
        double sum = 0;
        for (int item = 1; item < scores.length; item++) {
            sum += NextItemRanking.rank(scores, item);
        }
        assertThat(sum).isCloseTo(list.size() * (list.size() + 1) / 2.0, offset(1e-9));
    }

    @Property
    void theTopOfARowIsWhatSortingGives(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 0, max = 9) Integer> list,
            @ForAll @IntRange(min = 1, max = 12) int k) {
        float[] scores = new float[list.size() + 1];
        for (int i = 0; i < list.size(); i++) {
            scores[i + 1] = list.get(i);
        }
        List<Integer> expected =
                IntStream.rangeClosed(1, list.size())
                        .boxed()
                        .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                        .limit(k)
                        .toList();
        assertThat(TopK.of(scores, k))
                .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }

    /** However targets are put together for a scorer, each has the rank of its own history. */
    @Test
    void eachTargetIsRankedByItsOwnHistory() {
        Random random = new Random(3);
        int[][] histories = new int[200][];
        for (int user = 0; user < histories.length; user++) {
            histories[user] = random.ints(3 + random.nextInt(9), 1, 5).toArray();
        }
        NextItemTargets targets =
                NextItemTargets.of(
                        data(histories), NextItemTargets.Part.TEST, Integer.MAX_VALUE, 1);

        NextItemRanking ranking =
                NextItemRanking.of(new ByHistory(), targets, SeenItems.KEEP, 2, 2);

        for (int i = 0; i < targets.size(); i++) {
            float[] scores = ByHistory.scores(targets.history(i));
            assertThat(ranking.rank(i))
                    .as("rank of target %d", i)
                    .isEqualTo(NextItemRanking.rank(scores, targets.item(i)));
        }
    }

    /** Scores that differ from history to history. */
    private static final class ByHistory implements NextItemScorer {

        static float[] scores(EventSequence history) {
            float[] scores = new float[5];
            for (int t = 0; t < history.size(); t++) {
                scores[history.item(t)] += 1f / (t + 1 + history.size());
            }
            return scores;
        }

        @Override
        public String name() {
            return "by history";
        }

        @Override
        public void score(List<EventSequence> histories, float[][] out) {
            for (int b = 0; b < histories.size(); b++) {
                System.arraycopy(scores(histories.get(b)), 0, out[b], 0, out[b].length);
            }
        }
    }

    @Test
    void theCapChoosesTheSameTargetsForTheSameSeed() {
        int[][] histories = new int[100][];
        Arrays.fill(histories, new int[] {1, 2, 3});
        LearningData data = data(histories);
        NextItemTargets once = NextItemTargets.of(data, NextItemTargets.Part.TEST, 10, 5);
        NextItemTargets again = NextItemTargets.of(data, NextItemTargets.Part.TEST, 10, 5);

        assertThat(once.size()).isEqualTo(10);
        assertThat(once.total()).isEqualTo(100);
        for (int i = 0; i < 10; i++) {
            assertThat(once.user(i)).isEqualTo(again.user(i));
        }
    }

    /** Two baskets of two and of three items for training, two of two for the test. */
    private static LearningData baskets() {
        EventSequences.Builder builder = new EventSequences.Builder();
        int[][] baskets = {{1, 2}, {3, 4, 1}, {2, 3}, {4, 1}};
        for (int b = 0; b < baskets.length; b++) {
            for (int item : baskets[b]) {
                builder.event(item, 0, 10 + b);
            }
        }
        // a shopper whose first basket is in the test
        EventSequences all =
                builder.endUser().event(1, 0, 12).event(2, 0, 12).event(3, 0, 13).endUser().build();
        return new LearningData(
                Catalog.of(List.of("a", "b", "c", "d")), all, Split.at(all, 12, 12));
    }

    @Test
    void nothingOfABasketIsKnownWhenItIsAskedFor() {
        LearningData data = baskets();

        NextItemTargets targets =
                NextItemTargets.of(data, NextItemTargets.Part.TEST, Grain.BASKET, 10, 1);

        assertThat(targets.size()).isEqualTo(5);
        int[] known = {5, 5, 7, 7, 2};
        for (int i = 0; i < targets.size(); i++) {
            EventSequence history = targets.history(i);
            assertThat(history.size()).isEqualTo(known[i]);
            assertThat(targets.item(i)).isEqualTo(new int[] {2, 3, 4, 1, 3}[i]);
        }
        // without baskets the items of one are known one after the other
        NextItemTargets events =
                NextItemTargets.of(data, NextItemTargets.Part.TEST, Grain.EVENT, 10, 1);
        assertThat(events.size()).isEqualTo(6);
        assertThat(events.history(1).size()).isEqualTo(6);
    }
}
