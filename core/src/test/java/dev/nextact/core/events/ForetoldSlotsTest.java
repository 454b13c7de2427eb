package dev.nextact.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ForetoldSlotsTest {

    /** Three slots for the next two events; the first is the least sure, the last the sharpest. */
    private static final ForetoldSlots SLOTS =
            new ForetoldSlots(
                    new double[] {0.2, 0.9, 0.8},
                    new double[] {0.5, 0.4, 0.9},
                    List.of(time(5), time(60), time(20)),
                    new double[][] {{0.5, 0.5}, {0.3, 0.7}, {0.6, 0.4}},
                    2);

    private static ForetoldSlots.Time time(double seconds) {
        return new ForetoldSlots.Time(seconds, seconds / 2, seconds * 2);
    }

    @Test
    void theSurestSlotsComeInTheOrderOfTheirTimes() {
        EventForecast foretold = SLOTS.forecast(2);

        assertThat(foretold.events().seconds()).containsExactly(20, 60);
        assertThat(foretold.events().types()).containsExactly(0, 1);
        assertThat(foretold.scores()[0])
                .containsExactly(new double[] {0.8 * 0.6, 0.8 * 0.4}, within(1e-12));
    }

    @Test
    void aSharpTimeCountsMoreThanASureEventAtAnyTime() {
        ForetoldSlots slots =
                new ForetoldSlots(
                        new double[] {0.7, 0.9},
                        new double[] {0.8, 0.1},
                        List.of(time(5), time(60)),
                        new double[][] {{1}, {1}},
                        1);

        assertThat(slots.forecast(1).events().seconds()).containsExactly(5);
    }

    @Test
    void fewerAreTheFirstOfThemAndNotTheSurest() {
        assertThat(SLOTS.forecast(1).events().seconds()).containsExactly(20);
    }

    @Test
    void noMoreAreForetoldThanTheSlotsStandFor() {
        assertThat(SLOTS.forecast(7).events().seconds()).containsExactly(20, 60);
    }

    @Test
    void anEventIsAsLikelyAsItsSlotIsUsedAndItsKindIs() {
        assertThat(SLOTS.events(2))
                .containsExactly(
                        new ForetoldEvent(20, 10, 40, 0, 0.8 * 0.6),
                        new ForetoldEvent(60, 30, 120, 1, 0.9 * 0.7));
    }
}
