package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class LearningRateTest {

    @Test
    void itRisesEvenlyThenStays() {
        LearningRate rate = new LearningRate(0.1, "constant", 4, 100);
        assertThat(rate.at(1)).isEqualTo(0.025);
        assertThat(rate.at(4)).isEqualTo(0.1);
        assertThat(rate.at(5)).isEqualTo(0.1);
        assertThat(rate.at(1000)).isEqualTo(0.1);
    }

    @Test
    void itFallsEvenly() {
        LearningRate rate = new LearningRate(1, "linear", 0, 9);
        assertThat(rate.at(1)).isCloseTo(0.9, offset(1e-12));
        assertThat(rate.at(9)).isCloseTo(0.1, offset(1e-12));
        assertThat(rate.at(10)).isZero();
        assertThat(rate.at(50)).isZero();
    }

    @Test
    void itFallsAsHalfACosine() {
        LearningRate rate = new LearningRate(1, "cosine", 10, 109);
        assertThat(rate.at(10)).isEqualTo(1);
        assertThat(rate.at(60)).isCloseTo(0.5, offset(1e-12));
        assertThat(rate.at(35)).isCloseTo((1 + Math.sqrt(0.5)) / 2, offset(1e-12));
        assertThat(rate.at(110)).isCloseTo(0, offset(1e-12));
    }
}
