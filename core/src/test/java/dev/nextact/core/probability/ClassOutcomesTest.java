package dev.nextact.core.probability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassOutcomesTest {

    @Test
    void measuresByHand() {
        ClassOutcomes outcomes = new ClassOutcomes(4);
        outcomes.add(0, 0);
        outcomes.add(0, 0);
        outcomes.add(0, 1);
        outcomes.add(1, 1);
        outcomes.add(2, 1); // class 2 never came, class 3 is in nothing

        assertThat(outcomes.accuracy()).isEqualTo(0.6);
        assertThat(outcomes.precision(0)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(outcomes.recall(1)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(outcomes.f1(0)).isCloseTo(0.8, within(1e-12));
        assertThat(outcomes.f1(1)).isCloseTo(0.5, within(1e-12));
        assertThat(outcomes.macroF1()).isCloseTo(0.65, within(1e-12));
    }

    /** The example in scikit-learn's documentation of f1_score with average='macro'. */
    @Test
    void figureOfScikitLearn() {
        int[] came = {0, 1, 2, 0, 1, 2};
        int[] expected = {0, 2, 1, 0, 0, 1};
        ClassOutcomes outcomes = new ClassOutcomes(3);
        for (int i = 0; i < came.length; i++) {
            outcomes.add(expected[i], came[i]);
        }
        assertThat(outcomes.macroF1()).isCloseTo(0.266, within(0.001));
        assertThat(outcomes.macroPrecision()).isCloseTo(0.22, within(0.003));
        assertThat(outcomes.macroRecall()).isCloseTo(0.33, within(0.004));
    }
}
