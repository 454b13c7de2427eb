package dev.nextact.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.NextItemScorer;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.Split;
import dev.nextact.core.ranking.NextItemRanking;
import dev.nextact.core.ranking.NextItemTargets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    /** Ranks the items in the order given for every shopper. */
    private record Fixed(int... order) implements NextItemScorer {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public void score(List<EventSequence> histories, float[][] scores) {
            for (int b = 0; b < histories.size(); b++) {
                for (int place = 0; place < order.length; place++) {
                    scores[b][order[place]] = -place;
                }
            }
        }
    }

    /** A hundred shoppers, every second of whom takes item 1 in the end, the others item 2. */
    private static NextItemRanking ranking(int... order) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int user = 0; user < 100; user++) {
            builder.event(3, 0, 0).event(3, 0, 1).event(1 + user % 2, 0, 2).endUser();
        }
        EventSequences all = builder.build();
        LearningData data =
                new LearningData(Catalog.of(List.of("a", "b", "c")), all, Split.leaveOneOut(all));
        return NextItemRanking.of(
                new Fixed(order),
                NextItemTargets.of(data, NextItemTargets.Part.TEST, 1000, 1),
                SeenItems.KEEP,
                1,
                1);
    }

    @Test
    void aModelDiffersFromItselfByNothing() {
        Bootstrap one = Bootstrap.ofNdcg(List.of(ranking(1, 2, 3)), 7);

        assertThat(one.minus(Bootstrap.ofNdcg(List.of(ranking(1, 2, 3)), 7)).interval())
                .isEqualTo(new Bootstrap.Interval(0, 0));
    }

    @Test
    void whereEveryShopperGainsAlikeTheDifferenceIsCertain() {
        // each shopper's mean over the two rankings is 1/2, over the third 0
        Bootstrap two = Bootstrap.ofNdcg(List.of(ranking(1, 2, 3), ranking(2, 1, 3)), 7);
        Bootstrap nothing = Bootstrap.ofNdcg(List.of(ranking(3, 1, 2)), 7);

        assertThat(two.interval()).isEqualTo(new Bootstrap.Interval(0.5, 0.5));
        assertThat(two.minus(nothing).interval()).isEqualTo(new Bootstrap.Interval(0.5, 0.5));
    }

    @Test
    void aPerfectOrderStaysPerfectInEveryDraw() {
        double[] probabilities = new double[200];
        boolean[] happened = new boolean[200];
        for (int i = 0; i < 200; i++) {
            probabilities[i] = i / 200.0;
            happened[i] = i >= 100;
        }
        Bootstrap.Interval interval = Bootstrap.ofAuc(probabilities, happened, 1).interval();

        assertThat(interval.low()).isEqualTo(1);
        assertThat(interval.high()).isEqualTo(1);
    }

    @Test
    void equalProbabilitiesTellNothing() {
        Bootstrap.Interval interval =
                Bootstrap.ofAuc(new double[100], everyThird(100), 1).interval();

        assertThat(interval.low()).isEqualTo(0.5);
        assertThat(interval.high()).isEqualTo(0.5);
    }

    /** The standard error of a mean of n draws of p is sqrt(p (1 - p) / n). */
    @Test
    void theIntervalOfAMeanIsAsWideAsItsStandardErrorSays() {
        double[] values = new double[900];
        boolean[] thirds = everyThird(900);
        for (int i = 0; i < 900; i++) {
            values[i] = thirds[i] ? 1 : 0;
        }
        Bootstrap.Interval interval = Bootstrap.ofMean(values, 1).interval();

        double error = Math.sqrt(1 / 3.0 * 2 / 3.0 / 900);
        assertThat((interval.high() - interval.low()) / (2 * 1.96 * error)).isBetween(0.9, 1.1);
    }

    private static boolean[] everyThird(int size) {
        boolean[] happened = new boolean[size];
        for (int i = 0; i < size; i += 3) {
            happened[i] = true;
        }
        return happened;
    }
}
