package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class DemandCalibrationTest {

    private static final int ITEMS = 1_500;

    /** Of forecasts that are true, where every step has luck of its own. */
    private static final DemandCalibration OF_THE_TRUTH = calibrate(1, random -> -1);

    /** The truth, half of which are small counts. */
    private static NegativeBinomial truth(int item) {
        return new NegativeBinomial(item % 2 == 0 ? 1 : 40, 0.5);
    }

    private static DemandCalibration calibrate(double factor, ToIntFunction<Random> luck) {
        Random random = new Random(9);
        List<DemandSeries> series = new ArrayList<>();
        List<List<NegativeBinomial>> forecasts = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            int[] units = {3, 1, 0, 0};
            int shared = luck.applyAsInt(random);
            for (int h = 2; h < 4; h++) {
                double u = shared < 0 ? random.nextDouble() : (shared + 0.5) / 100;
                units[h] = truth(i).quantile(Math.max(1e-9, u));
            }
            series.add(DemandSeries.of("i" + i, 0, units));
            forecasts.add(
                    Collections.nCopies(
                            2,
                            new NegativeBinomial(truth(i).mean(), truth(i).dispersion() * factor)));
        }
        DemandPanel panel = new DemandPanel(DemandPeriod.WEEK, 0, 4, List.of(), series);
        return DemandCalibration.of(forecasts, panel.before(2), panel);
    }

    @Test
    void whatIsTooWideIsMadeNarrower() {
        assertThat(calibrate(2, random -> -1).spread()).isCloseTo(0.5, within(0.11));
        assertThat(OF_THE_TRUTH.spread()).isCloseTo(1, within(0.16));
    }

    @Test
    void intervalsOfSmallCountsAreMadeNarrowerThanTheirQuantilesSay() {
        assertThat(OF_THE_TRUTH.tail()).isGreaterThan(0.11);
    }

    @Test
    void stepsThatMissTogetherAreCorrelated() {
        assertThat(OF_THE_TRUTH.stepCorrelation()).isLessThan(0.15);
        assertThat(calibrate(1, random -> random.nextInt(100)).stepCorrelation())
                .isGreaterThan(0.8);
    }
}
