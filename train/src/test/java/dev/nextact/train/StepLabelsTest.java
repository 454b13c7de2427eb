package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.LearningData;
import dev.nextact.core.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepLabelsTest {

    private static final long START = 1_700_000_000_000_000L;
    private static final long HOUR = 3_600_000_000L;
    private static final int VIEW = 0;
    private static final int BUY = 1;
    private static final StepLabels TWO_HOURS = new StepLabels.Within(BUY, 2 * HOUR, false);

    private static final byte NO = StepLabels.NO;
    private static final byte YES = StepLabels.YES;
    private static final byte NONE = StepLabels.NONE;

    private record Event(double hour, int behaviour) {}

    private static Event view(double hour) {
        return new Event(hour, VIEW);
    }

    private static Event buy(double hour) {
        return new Event(hour, BUY);
    }

    /** One shopper, the training part ending at one hour, the validation part at another. */
    private static LearningData data(int trainUntil, int validUntil, Event... events) {
        EventSequences.Builder builder = new EventSequences.Builder();
        for (Event event : events) {
            builder.event(1, event.behaviour(), START + Math.round(event.hour() * HOUR));
        }
        EventSequences all = builder.endUser().build();
        Split split = Split.at(all, START + trainUntil * HOUR, START + validUntil * HOUR);
        return LearningData.of(Catalog.of(List.of("a")), all, split, 1);
    }

    @Test
    void whatComesWithinTheHorizonOrAtItsEndIsAYes() {
        LearningData data =
                data(100, 200, view(0), view(0.9), view(1), view(2.9), buy(3), view(4), buy(6.1));

        // 0: three hours before; 0.9: beyond by a bit; 1: at the end; buying is no yes to itself
        assertThat(TWO_HOURS.training(data, 0)).containsExactly(NO, NO, YES, YES, NO, NO, NO);
    }

    @Test
    void whatComesAtTheSameTimeIsNotLater() {
        LearningData data = data(100, 200, view(1), buy(1), view(1), view(5), buy(6), buy(6));

        assertThat(TWO_HOURS.training(data, 0)).containsExactly(NO, NO, NO, YES, NO, NO);
    }

    @Test
    void whereItIsCountedALabelTellsHowOften() {
        LearningData data =
                data(100, 200, view(1), buy(1), view(1.5), buy(2), buy(3), view(3), buy(3.5));

        // after 1 come 2 and 3; after 1.5 come 2, 3 and, at the end of the horizon, 3.5
        assertThat(new StepLabels.Within(BUY, 2 * HOUR, true).training(data, 0))
                .containsExactly((byte) 2, (byte) 2, (byte) 3, (byte) 2, (byte) 1, (byte) 1, NO);
    }

    @Test
    void noMoreAreCountedThanALabelHolds() {
        Event[] events = new Event[301];
        for (int i = 0; i < events.length; i++) {
            events[i] = buy(i / 300.0);
        }
        byte[] labels =
                new StepLabels.Within(BUY, 2 * HOUR, true).training(data(100, 200, events), 0);

        assertThat(labels[0]).isEqualTo(StepLabels.MOST);
        assertThat(labels[299]).isEqualTo(YES);
    }

    @Test
    void stepsWhoseHorizonIsNotOverAreLeftOutOfTheTraining() {
        // at 8 the answer would be yes already, but its horizon ends with the training part
        LearningData data = data(10, 20, view(7), view(7.9), view(8), buy(9), view(9.9), buy(11));

        assertThat(TWO_HOURS.training(data, 0)).containsExactly(YES, YES, NONE, NONE, NONE);
    }

    @Test
    void validationHoldsTheStepsWhoseHorizonEndsInItsPart() {
        LearningData data =
                data(10, 20, view(7.9), view(8), view(9.9), buy(11), view(17.9), view(18), buy(21));

        // the training's stay out; 18's horizon ends with the part; the buy at 21 is the test's
        assertThat(TWO_HOURS.validation(data, 0)).containsExactly(NONE, NO, YES, NO, NO, NONE);
        assertThat(TWO_HOURS.training(data, 0)).containsExactly(NO, NONE, NONE);
    }

    @Test
    void noStepIsBothInTrainingAndInValidation() {
        Event[] events = new Event[60];
        for (int i = 0; i < events.length; i++) {
            events[i] = new Event(i * 0.37, i % 7 == 0 ? BUY : VIEW);
        }
        LearningData data = data(10, 20, events);
        byte[] training = TWO_HOURS.training(data, 0);
        byte[] validation = TWO_HOURS.validation(data, 0);

        int asked = 0;
        for (int i = 0; i < training.length; i++) {
            assertThat(training[i] == NONE || validation[i] == NONE).isTrue();
        }
        for (byte label : validation) {
            asked += label == NONE ? 0 : 1;
        }
        assertThat(asked).isBetween(20, 30); // ten hours of them
    }

    @Test
    void aCallersLabelsAreTakenByPart() {
        LearningData data = data(10, 20, view(1), view(2), view(12), view(13));
        StepLabels given = new StepLabels.Given(new byte[][] {{NONE, YES, NO, YES}});

        assertThat(given.training(data, 0)).containsExactly(NONE, YES);
        assertThat(given.validation(data, 0)).containsExactly(NONE, NONE, NO, YES);
        assertThatThrownBy(() -> new StepLabels.Given(new byte[][] {{YES}}).training(data, 0))
                .hasMessageContaining("one for each event");
    }

    @Test
    void windowsHoldEachLabelOnceWithHistoryBeforeIt() {
        int size = 23;
        byte[] labels = new byte[size];
        EventSequences.Builder builder = new EventSequences.Builder();
        for (int i = 0; i < size; i++) {
            builder.event(i == 4 ? 0 : i + 1, VIEW, START + i * HOUR); // one of an unknown item
            labels[i] = i % 3 == 0 ? YES : i == 22 ? NONE : NO;
        }
        EventSequence all = builder.endUser().build().get(0);

        List<Window> windows = Window.labelled(all, labels, 8);

        int[] seen = new int[size];
        for (Window window : windows) {
            assertThat(window.events().size()).isLessThanOrEqualTo(8);
            int asked = 0;
            for (int t = 0; t < window.labels().length; t++) {
                if (window.labels()[t] != NONE) {
                    int place = window.events().item(t) - 1;
                    seen[place]++;
                    asked++;
                    assertThat(window.labels()[t]).isEqualTo(labels[place]);
                    assertThat(t).isGreaterThanOrEqualTo(Math.min(4, place - (place > 4 ? 1 : 0)));
                }
            }
            assertThat(window.targets()).isEqualTo(asked).isPositive();
        }
        for (int i = 0; i < size; i++) {
            assertThat(seen[i]).as("label %d", i).isEqualTo(i == 4 || i == 22 ? 0 : 1);
        }
    }

    @Test
    void askedIsAsKnownWhenTheValidationPartEnds() {
        LearningData data = data(10, 20, view(1), buy(12), view(25), buy(26));

        assertThat(TWO_HOURS.asked(data)).hasSize(1);
        StepLabels.Asked asked = TWO_HOURS.asked(data).get(0);
        assertThat(asked.history().size()).isEqualTo(2);
        assertThat(asked.nowMicros()).isEqualTo(START + 20 * HOUR);
        assertThat(TWO_HOURS.asked(data(10, 20, view(25)))).isEmpty();

        byte[][] none = {{NONE, NONE, NONE, NONE}};
        assertThat(new StepLabels.Given(none, List.of(asked)).asked(data)).containsExactly(asked);
        assertThat(new StepLabels.Given(none).asked(data)).isEmpty();
    }
}
