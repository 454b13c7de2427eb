package dev.nextact.serve.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingMixTest {

    @Test
    void itemsAreCutWhereEachTenthOfTheEventsEnds() {
        // half of all events are of item 3; 1 and 2 have a tenth each, 4 has three, 5 none
        TrainingMix mix = TrainingMix.of(new double[] {1}, new int[] {99, 10, 10, 50, 30, 0});

        assertThat(mix.tenthOf()).containsExactly(0, 8, 9, 0, 5, 9);
        assertThat(mix.tenths()).containsExactly(0.5, 0, 0, 0, 0, 0.3, 0, 0, 0.1, 0.1);
    }

    @Test
    void aModelThatCountedNothingHasAMix() {
        TrainingMix mix = TrainingMix.of(new double[0], new int[] {0, 0, 0});

        assertThat(mix.tenths()).containsOnly(0);
        assertThat(mix.tenthOf()).hasSize(3);
    }
}
