package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.EventSequence;
import dev.nextact.core.ShopConfig;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegativeSamplingTest {

    private static final int ITEMS = 50;

    /** Item i is a target i times as often as item 1. */
    private static Targets targets() {
        int[] ofItem = IntStream.rangeClosed(0, ITEMS).toArray();
        return new Targets(ofItem, new float[0], IntStream.of(ofItem).sum());
    }

    /** Histories whose targets follow those counts. */
    private static List<Window> windows(SplittableRandom random) {
        int[] drawn = new int[41];
        for (int i = 0; i < drawn.length; i++) {
            int place = random.nextInt(ITEMS * (ITEMS + 1) / 2);
            int item = 1;
            while (place >= item) {
                place -= item++;
            }
            drawn[i] = item;
        }
        return List.of(Window.of(EventSequence.of(0, drawn, new byte[41], new long[41])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "popularity", "in-batch", "mixed"})
    void eachNegativeStandsForAsManyItemsAsItsCorrectionSays(String kind) {
        NegativeSampling sampling =
                NegativeSampling.of(
                        new ShopConfig.Loss("sampled-softmax", 20, kind, 0, 1, 0, "fp32"),
                        targets());
        SplittableRandom random = new SplittableRandom(3);
        double[] estimate = new double[ITEMS + 1];
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            Negatives negatives = sampling.draw(windows(random), random.nextLong());
            assertThat(negatives.items()).doesNotHaveDuplicates();
            for (int n = 0; n < negatives.size(); n++) {
                estimate[negatives.items()[n]] += Math.exp(negatives.corrections()[n]) / draws;
            }
        }
        // on the average every item is counted once, whatever it is drawn by
        for (int item = 5; item <= ITEMS; item++) {
            assertThat(estimate[item]).as("item " + item).isCloseTo(1, offset(0.1));
        }
        assertThat(Arrays.stream(estimate).sum()).isCloseTo(ITEMS, offset(1.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "popularity", "in-batch", "mixed"})
    void theSeedDecides(String kind) {
        NegativeSampling sampling =
                NegativeSampling.of(
                        new ShopConfig.Loss("sampled-softmax", 20, kind, 0, 1, 0, "fp32"),
                        targets());
        List<Window> windows = windows(new SplittableRandom(1));
        assertThat(sampling.draw(windows, 7).items())
                .isEqualTo(sampling.draw(windows, 7).items())
                .isNotEqualTo(sampling.draw(windows, 8).items());
    }
}
