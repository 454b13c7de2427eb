package dev.nextact.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LearnedHistoriesTest {

    @Test
    void windowsOfOneTargetAreAsManyAsTargets() {
        LearnedHistories histories = LearnedHistories.of(1000, 2, 1);

        assertThat(histories.targets()).isEqualTo(1000, within(1e-9));
        assertThat(histories.windows()).isEqualTo(1000, within(1e-9));
        assertThat(histories.attended()).isEqualTo(1, within(1e-9));
    }

    @Test
    void shoppersOfOneEventTeachNothing() {
        assertThat(LearnedHistories.of(1000, 1, 50)).isEqualTo(new LearnedHistories(0, 0, 0));
    }

    @Test
    void countsAreThoseOfDrawnHistories() {
        SplittableRandom random = new SplittableRandom(1);
        int users = 200_000;
        double targets = 0;
        double windows = 0;
        for (int user = 0; user < users; user++) {
            int size = 1;
            while (random.nextDouble() >= 1 / 20.0) {
                size++;
            }
            targets += size - 1;
            windows += Math.ceil((size - 1) / 10.0);
        }

        LearnedHistories histories = LearnedHistories.of(users, 20, 10);

        assertThat(histories.targets()).isCloseTo(targets, Percentage.withPercentage(1));
        assertThat(histories.windows()).isCloseTo(windows, Percentage.withPercentage(1));
        assertThat(histories.attended()).isEqualTo(5.5, within(1e-9));
    }
}
