package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandErrors.OfSeries;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemandErrorsTest {

    private static final DemandForecast FORECAST =
            new DemandForecast(new double[] {2}, new double[][] {{0, 1, 1, 2, 3, 4, 5}});

    @Test
    void pinballWeighsTheMissByTheLevel() {
        assertThat(DemandErrors.pinball(0.9, 4, 6)).isCloseTo(1.8, within(1e-12));
        assertThat(DemandErrors.pinball(0.9, 6, 4)).isCloseTo(0.2, within(1e-12));
        assertThat(DemandErrors.pinball(0.5, 6, 4)).isEqualTo(1);
    }

    @Test
    void figuresOfOneStepAreThoseByHand() {
        OfSeries of = OfSeries.of(FORECAST, new int[] {1, 3, 2}, new int[] {3});
        assertThat(of.absolute()).isEqualTo(1);
        assertThat(of.signed()).isEqualTo(-1);
        assertThat(of.inside()).isEqualTo(1);
        // .05·3 + .1·2 + .25·2 + .5·1 + 0 + .1·1 + .05·2 = 1.55
        assertThat(of.pinball()).isCloseTo(2 * 1.55 / 7, within(1e-12));
        assertThat(of.scaled()).isCloseTo(1 / 1.5, within(1e-12)); // changes of 2 and 1
        assertThat(of.medianScaled()).isCloseTo(1 / 1.5, within(1e-12));
        assertThat(of.squaredScaled()).isCloseTo(1 / 2.5, within(1e-12));
    }

    @Test
    void sumsAreDividedByUnitsAndScaledErrorsAveraged() {
        OfSeries one = OfSeries.of(FORECAST, new int[] {1, 3, 2}, new int[] {3});
        OfSeries other = OfSeries.of(FORECAST, new int[] {0, 0, 0}, new int[] {7});
        Map<String, Double> metrics = DemandErrors.metrics(List.of(one, other));
        assertThat(metrics.get("wape")).isCloseTo((1 + 5) / 10.0, within(1e-12));
        assertThat(metrics.get("bias")).isCloseTo((-1 - 5) / 10.0, within(1e-12));
        assertThat(metrics.get("coverage")).isEqualTo(0.5);
        assertThat(metrics.get("mase")).isCloseTo(1 / 1.5, within(1e-12)); // of the one alone
        assertThat(metrics.get("rmsse")).isCloseTo(Math.sqrt(1 / 2.5), within(1e-12));
    }

    @Test
    void atTheMedianAloneThePinballLossIsHalfTheAbsoluteError() {
        for (double actual : new double[] {0, 2, 9}) {
            assertThat(2 * DemandErrors.pinball(0.5, 2, actual)).isEqualTo(Math.abs(actual - 2));
        }
    }

    @Test
    void classesAreThoseOfTheirBorders() {
        assertThat(DemandClass.of(new int[] {4, 4, 4, 4})).isEqualTo(DemandClass.SMOOTH);
        assertThat(DemandClass.of(new int[] {1, 1, 1, 9})).isEqualTo(DemandClass.ERRATIC);
        assertThat(DemandClass.of(new int[] {4, 0, 0, 4})).isEqualTo(DemandClass.INTERMITTENT);
        assertThat(DemandClass.of(new int[] {1, 0, 0, 20, 0, 1})).isEqualTo(DemandClass.LUMPY);
        assertThat(DemandClass.of(new int[] {0, 0})).isEqualTo(DemandClass.UNSOLD);
        assertThat(DemandClass.of(new int[0])).isEqualTo(DemandClass.UNSOLD);
    }
}
