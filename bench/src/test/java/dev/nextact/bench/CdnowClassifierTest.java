package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.EventSequence;
import dev.nextact.evaluate.churn.Purchases;
import org.junit.jupiter.api.Test;

class CdnowClassifierTest {

    private static EventSequence asked(double cutOff, double... times) {
        double[] amounts = new double[times.length];
        for (int i = 0; i < amounts.length; i++) {
            amounts[i] = 10 + i;
        }
        return CdnowClassifier.asked(new Purchases(times, amounts), cutOff, 1_000);
    }

    @Test
    void whatIsTwiceAsLongIsTheSameQuestion() {
        EventSequence early = asked(10, 1, 3, 8);
        EventSequence late = asked(20, 2, 6, 16);

        assertThat(late.items()).isEqualTo(early.items());
        for (int i = 0; i < early.size(); i++) {
            assertThat(late.timeMicros(i)).isEqualTo(early.timeMicros(i));
        }
    }

    @Test
    void nothingAfterTheCutOffIsRead() {
        EventSequence known = asked(10, 1, 3);
        EventSequence withMore = asked(10, 1, 3, 11, 12);

        assertThat(withMore.size()).isEqualTo(known.size()).isEqualTo(3);
        assertThat(withMore.items()).isEqualTo(known.items());
    }

    @Test
    void theQuestionIsTheLastEvent() {
        EventSequence silent = asked(10, 1);
        EventSequence recent = asked(10, 9);

        assertThat(silent.behaviour(1)).isEqualTo(1);
        assertThat(silent.timeMicros(1)).isEqualTo(recent.timeMicros(1));
        assertThat(silent.timeMicros(1) - silent.timeMicros(0))
                .isEqualTo(9 * (recent.timeMicros(1) - recent.timeMicros(0)));
    }
}
