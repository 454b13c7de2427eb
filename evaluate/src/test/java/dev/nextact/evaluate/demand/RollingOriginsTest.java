package dev.nextact.evaluate.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandErrors.OfSeries;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandForecaster;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollingOriginsTest {

    private static final DemandPanel PANEL =
            new DemandPanel(
                    DemandPeriod.WEEK,
                    0,
                    6,
                    List.of(),
                    List.of(
                            DemandSeries.of("a", 0, 1, 1, 2, 3, 4, 5),
                            DemandSeries.of("b", 4, 7, 9),
                            DemandSeries.of("c", 5, 100)));

    /** Says the same number of every item and step, and keeps what it was shown. */
    private record Constant(double units, List<DemandPanel> shown) implements DemandForecaster {
        @Override
        public String name() {
            return "constant";
        }

        @Override
        public List<DemandForecast> forecast(DemandPanel past, int horizon) {
            shown.add(past);
            double[] mean = new double[horizon];
            double[][] quantiles = new double[horizon][DemandForecast.LEVELS.size()];
            for (int h = 0; h < horizon; h++) {
                mean[h] = units;
                java.util.Arrays.fill(quantiles[h], units);
            }
            return Collections.nCopies(past.series().size(), new DemandForecast(mean, quantiles));
        }
    }

    @Test
    void aForecasterSeesNothingAtOrAfterTheCutOff() {
        Constant forecaster = new Constant(2, new ArrayList<>());
        RollingOrigins origins = new RollingOrigins(PANEL, 3, 2);
        origins.judge(forecaster);
        assertThat(origins.cuts()).containsExactly(3, 4);
        assertThat(forecaster.shown()).containsExactly(PANEL.before(3), PANEL.before(4));
        assertThat(forecaster.shown().get(1).series())
                .containsExactly(DemandSeries.of("a", 0, 1, 1, 2, 3));
    }

    @Test
    void errorsAreThoseOfWhatThenSold() {
        RollingOrigins.Result result =
                new RollingOrigins(PANEL, 2, 1).judge(new Constant(6, new ArrayList<>()));
        // cut 4: a sells 4; cut 5: a sells 5, b sells 9; c was not on sale
        assertThat(result.items()).containsExactly("a", "b");
        assertThat(result.metrics().get("wape")).isCloseTo((2 + 1 + 3) / 18.0, within(1e-12));
        assertThat(result.metrics().get("bias")).isCloseTo((2 + 1 - 3) / 18.0, within(1e-12));
    }

    @Test
    void newItemsAreJudgedByTheirFirstPeriodAlone() {
        Constant forecaster = new Constant(10, new ArrayList<>());
        RollingOrigins.Result result = new RollingOrigins(PANEL, 3, 2).judgeNew(forecaster);
        assertThat(result.items()).containsExactly("b", "c");
        assertThat(result.metrics().get("wape")).isCloseTo((3 + 90) / 107.0, within(1e-12));
        DemandPanel atFour = forecaster.shown().get(1);
        assertThat(atFour.series()).extracting(DemandSeries::item).containsExactly("a", "b");
        assertThat(atFour.series().get(1).size()).isZero();
    }

    @Test
    void aDifferenceIsPairedAndZeroAgainstItself() {
        RollingOrigins origins = new RollingOrigins(PANEL, 2, 1);
        RollingOrigins.Result near = origins.judge(new Constant(6, new ArrayList<>()));
        RollingOrigins.Result far = origins.judge(new Constant(0, new ArrayList<>()));
        assertThat(DemandDifference.of(near, near, OfSeries::absolute, 1).interval())
                .isEqualTo(DemandDifference.of(far, far, OfSeries::absolute, 1).interval());
        DemandDifference less = DemandDifference.of(near, far, OfSeries::absolute, 1);
        assertThat(less.value()).isCloseTo((6 - 18) / 18.0, within(1e-12));
        assertThat(less.interval().high()).isNegative();
    }

    @Test
    void aTestWithoutAHorizonIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RollingOrigins(PANEL, 2, 3))
                .withMessageContaining("found 3 and 2");
    }
}
