package dev.nextact.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.core.timing.LogNormalMixture;
import dev.nextact.model.network.HeadSettings.Calendar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadSettingsTest {

    /** Nobody but at eight in the evening, on Sundays twice as many. */
    private static Calendar evenings() {
        List<Double> hours = new ArrayList<>(Collections.nCopies(24, 1e-9));
        hours.set(20, 1.0);
        List<Double> weekdays = new ArrayList<>(Collections.nCopies(7, 1.0));
        weekdays.set(6, 2.0);
        return new Calendar(List.of(hours), List.of(weekdays));
    }

    @Test
    void aStretchOfTimeIsAsBusyAsItsHours() {
        Calendar calendar = evenings();
        double hour = 24 * 7 / 8.0; // of the week's eight parts, one to a weekday's hour

        assertThat(calendar.mean(0, 20, 21)).isCloseTo(hour, offset(1e-6));
        assertThat(calendar.mean(0, 6 * 24 + 20, 6 * 24 + 21)).isCloseTo(2 * hour, offset(1e-6));
        assertThat(calendar.mean(0, 20.5, 21.5)).isCloseTo(hour / 2, offset(1e-6));
        assertThat(calendar.mean(0, 100, 100 + 168)).isCloseTo(1, offset(1e-6));
        // over the end of the week
        assertThat(calendar.mean(0, 6 * 24 + 12, 7 * 24 + 12)).isCloseTo(14 / 8.0, offset(1e-6));
    }

    @Test
    void allHoursAreAlikeWhereNothingIsKnown() {
        assertThat(Calendar.even(2).mean(1, 3.3, 50)).isCloseTo(1, offset(1e-9));
    }

    @Test
    void aDayHasTwentyFourHours() {
        assertThatThrownBy(
                        () ->
                                new Calendar(
                                        List.of(Collections.nCopies(23, 1.0)),
                                        List.of(Collections.nCopies(7, 1.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hours: expected 24");
    }

    @Test
    void noGapIsForetoldMoreWidelyThanAllGapsTogetherAre() {
        HeadSettings.GapScale scale = new HeadSettings.GapScale(1, 8, 2);
        float[] wide = {20};

        LogNormalMixture gap =
                scale.mixture(new Mixture<>(new float[] {0}, new float[] {0.5f}, wide), 0, 1);

        assertThat(gap.means()).containsExactly(9);
        assertThat(gap.deviations()).containsExactly(2);
        assertThat(gap.crps(3_600)).isLessThan(1e6);
    }
}
