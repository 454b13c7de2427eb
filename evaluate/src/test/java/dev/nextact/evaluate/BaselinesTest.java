package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.TopK;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BaselinesTest {

    private static final Catalog CATALOG = Catalog.of(List.of("a", "b", "c", "d"));

    /** Histories whose last two events are for validation and test. */
    private static LearningData data(int[]... training) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int[] items : training) {
            int t = 0;
            for (int item : items) {
                builder.event(item, 0, t++ * 1_000_000L);
            }
            builder.event(4, 0, t * 1_000_000L).event(4, 0, (t + 1) * 1_000_000L).endUser();
        }
        EventSequences all = builder.build();
        return new LearningData(CATALOG, all, Split.leaveOneOut(all));
    }

    private static float[] score(NextItemScorer scorer, int... items) {
        float[][] scores = new float[1][CATALOG.size() + 1];
        scorer.score(
                List.of(
                        EventSequence.of(
                                -1, items, new byte[items.length], new long[items.length])),
                scores);
        return scores[0];
    }

    @Test
    void popularityCountsTrainingEventsAlone() {
        LearningData data = data(new int[] {1, 2, 1}, new int[] {1});

        assertThat(score(Popularity.of(data), 2)).containsExactly(0, 3, 1, 0, 0);
    }

    @Test
    void recentPopularityHalvesWithAge() {
        // the period is 10 s, so the half-life 1 s: the newest weighs 1, one second before 1/2
        LearningData data = data(new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3});
        float[] scores = score(RecentPopularity.of(data));

        assertThat((double) scores[3]).isCloseTo(1, offset(1e-6));
        assertThat((double) scores[2]).isCloseTo(0.5, offset(1e-6));
        assertThat(scores[1]).isLessThan(0.5f);
    }

    @Test
    void markovRanksWhatCameRightAfterTheLastItem() {
        LearningData data =
                data(new int[] {1, 2}, new int[] {1, 2}, new int[] {1, 3}, new int[] {3});
        Markov markov = Markov.of(data, Popularity.of(data));

        assertThat(TopK.of(score(markov, 2, 1), 4)).containsExactly(2, 3, 1, 4);
        assertThat(TopK.of(score(markov, 4), 4)).as("back-off to popularity").startsWith(1);
        assertThat(TopK.of(score(markov, 1, 0), 1))
                .as("unknown items are passed")
                .containsExactly(2);
        assertThat(TopK.of(score(markov), 1)).as("no history").containsExactly(1);
    }

    @Test
    void itemKnnIsTheCosineOverShoppers() {
        LearningData data =
                data(new int[] {1, 2}, new int[] {1, 2, 3}, new int[] {1}, new int[] {3});
        float[] scores = score(ItemKnn.of(data), 1);

        assertThat((double) scores[2]).isCloseTo(2 / Math.sqrt(3 * 2), offset(1e-6));
        assertThat((double) scores[3]).isCloseTo(1 / Math.sqrt(3 * 2), offset(1e-6));
        assertThat(scores[1]).isZero();
        double before = score(ItemKnn.of(data), 1, 3)[2];
        assertThat(before)
                .isCloseTo(1 / Math.sqrt(2 * 2) + 0.5 * 2 / Math.sqrt(3 * 2), offset(1e-6));
    }

    @Test
    void whatComesAfterTheCutOffChangesNoBaseline() {
        SplittableRandom random = new SplittableRandom(1);
        EventSequences.Builder past = new EventSequences.Builder();
        EventSequences.Builder other = new EventSequences.Builder();
        for (int user = 0; user < 30; user++) {
            for (int t = 0; t < 6; t++) {
                int item = 1 + random.nextInt(4);
                past.event(item, 0, t);
                other.event(t < 4 ? item : 1 + random.nextInt(4), 0, t);
            }
            past.endUser();
            other.endUser();
        }
        EventSequences one = past.build();
        EventSequences two = other.build();
        List<NextItemScorer> first =
                Baselines.learn(new LearningData(CATALOG, one, Split.leaveOneOut(one)));
        List<NextItemScorer> second =
                Baselines.learn(new LearningData(CATALOG, two, Split.leaveOneOut(two)));

        for (int i = 0; i < first.size(); i++) {
            assertThat(score(first.get(i), 1, 2, 3))
                    .as(first.get(i).name())
                    .isEqualTo(score(second.get(i), 1, 2, 3));
        }
    }

    @Test
    void theIntervalHoldsTheTrueMeanAboutAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(9);
        int held = 0;
        int rounds = 200;
        for (int round = 0; round < rounds; round++) {
            double[] sums = new double[120];
            int[] counts = new int[120];
            for (int user = 0; user < sums.length; user++) {
                counts[user] = 3;
                double taste =
                        random.nextGaussian(); // shoppers differ: targets are no clusters of 1
                for (int t = 0; t < 3; t++) {
                    sums[user] += 5 + taste + random.nextGaussian();
                }
            }
            Bootstrap.Interval interval = Bootstrap.of(sums, counts, round).interval();
            held += interval.low() <= 5 && 5 <= interval.high() ? 1 : 0;
        }
        // 95 % of 200, less five standard deviations
        assertThat(held).isBetween(175, 200);
    }

    @Test
    void aPairedDifferenceIsNarrowerThanItsParts() {
        double[] sums = new double[500];
        double[] better = new double[500];
        int[] counts = new int[500];
        SplittableRandom random = new SplittableRandom(2);
        for (int user = 0; user < 500; user++) {
            sums[user] = random.nextGaussian();
            better[user] = sums[user] + 0.01;
            counts[user] = 1;
        }
        Bootstrap.Interval difference =
                Bootstrap.of(better, counts, 1).minus(Bootstrap.of(sums, counts, 1)).interval();

        assertThat(difference.low()).isCloseTo(0.01, offset(1e-9));
        assertThat(difference.high()).isCloseTo(0.01, offset(1e-9));
    }
}
