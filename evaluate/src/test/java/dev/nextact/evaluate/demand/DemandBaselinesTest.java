package dev.nextact.evaluate.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandBaselinesTest {

    private static final int[] NEVER = new int[10];

    private static final List<SeriesForecaster> ALL =
            List.of(
                    new SeasonalNaive(),
                    new MovingAverage(),
                    new ExponentialSmoothing(),
                    new Croston(),
                    new Tsb());

    @Test
    void crostonSmoothsSizesAndIntervalsAtSalesAlone() {
        Croston.Run run = Croston.run(new int[] {0, 3, 0, 0, 6}, 0.5);
        assertThat(run.errors()).containsExactly(-1.5, -1.5, 4.5);
        assertThat(run.rate()).isCloseTo(4.5 / 2.5, within(1e-12));
    }

    @Test
    void tsbSmoothsTheProbabilityInEveryPeriod() {
        Tsb.Run run = Tsb.run(new int[] {0, 4, 0}, 2, 0.5, 0.5);
        assertThat(run.errors()).containsExactly(-2, 3, -2.5);
        assertThat(run.rate()).isCloseTo(0.3125 * 4, within(1e-12));
    }

    @Test
    void exponentialSmoothingMovesTheLevelByAShareOfTheError() {
        ExponentialSmoothing.Run level = ExponentialSmoothing.run(new int[] {4, 4, 4, 8}, 0.5, 0);
        assertThat(level.errors()).containsExactly(0, 0, 0, 4);
        assertThat(level.level()).isEqualTo(6);
        ExponentialSmoothing.Run trend =
                ExponentialSmoothing.run(new int[] {4, 4, 4, 8, 7}, 0.5, 0.25);
        assertThat(trend.errors()[4]).isCloseTo(7 - 6.9, within(1e-12)); // 6 + 0.9 · 1
        assertThat(trend.level()).isCloseTo(6.95, within(1e-12));
        assertThat(trend.trend()).isCloseTo(0.925, within(1e-12));
    }

    @Test
    void exponentialSmoothingFollowsAStepAndATrend() {
        int[] rising = new int[30];
        for (int p = 0; p < rising.length; p++) {
            rising[p] = 10 * p;
        }
        DemandForecast forecast = new ExponentialSmoothing().forecast(rising, DemandPeriod.WEEK, 2);
        assertThat(forecast.mean()[0]).isBetween(292.0, 302.0);
        assertThat(forecast.mean()[1]).isGreaterThan(forecast.mean()[0] + 5);
    }

    @Test
    void theSeasonalNaiveRepeatsTheLastSeason() {
        int[] days = {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17};
        DemandForecast forecast = new SeasonalNaive().forecast(days, DemandPeriod.DAY, 9);
        assertThat(forecast.mean()).containsExactly(11, 12, 13, 14, 15, 16, 17, 11, 12);
        DemandForecast young = new SeasonalNaive().forecast(new int[] {3, 5}, DemandPeriod.WEEK, 2);
        assertThat(young.mean()).containsExactly(5, 5);
    }

    @Test
    void theMovingAverageTakesFourWeeks() {
        DemandForecast forecast =
                new MovingAverage().forecast(new int[] {9, 1, 2, 3, 4}, DemandPeriod.WEEK, 1);
        assertThat(forecast.mean()).containsExactly(2.5);
    }

    @Test
    void quantilesAreErrorsOfThePastAddedToTheForecast() {
        DemandForecast forecast =
                Residuals.around(
                        new double[] {5}, new double[] {-10, 0, 2, 4, 10}, new double[] {1});
        // at 0.25, 0.5 and 0.75 of five errors in order: 0, 2, 4
        assertThat(forecast.quantiles()[0][2]).isEqualTo(5);
        assertThat(forecast.quantiles()[0][3]).isEqualTo(7);
        assertThat(forecast.quantiles()[0][4]).isEqualTo(9);
        assertThat(forecast.quantiles()[0][0]).isZero();
    }

    @Test
    void whatNeverSoldIsForetoldToSellNothing() {
        for (SeriesForecaster baseline : ALL) {
            DemandForecast forecast = baseline.forecast(NEVER, DemandPeriod.WEEK, 3);
            assertThat(forecast.mean()).as(baseline.name()).containsExactly(0, 0, 0);
            assertThat(forecast.quantiles()[2]).containsOnly(0);
        }
    }

    @Test
    void onePeriodIsEnough() {
        for (SeriesForecaster baseline : ALL) {
            DemandForecast forecast = baseline.forecast(new int[] {6}, DemandPeriod.WEEK, 1);
            assertThat(forecast.mean()[0]).as(baseline.name()).isEqualTo(6);
            assertThat(forecast.quantiles()[0][6]).isGreaterThan(6); // Poisson's
        }
    }

    @Test
    void anItemWithoutAPastGetsTheMeanOfItsCategory() {
        DemandSeries cold =
                new DemandSeries("new", "", Float.NaN, 3, new int[0], new float[0], new int[0][]);
        DemandPanel panel =
                new DemandPanel(
                        DemandPeriod.WEEK,
                        0,
                        3,
                        List.of(),
                        List.of(
                                DemandSeries.of("a", 0, 1, 2, 3),
                                DemandSeries.of("b", 2, 6),
                                cold));
        DemandForecast forecast = new MovingAverage().forecast(panel, 2).get(2);
        assertThat(forecast.mean()).containsExactly(3, 3); // 12 units in 4 weeks on sale
    }
}
