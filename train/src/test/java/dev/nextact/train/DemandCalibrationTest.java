package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.network.DemandSettings.Calibration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class DemandCalibrationTest {

    private static final int ITEMS = 1_500;

    /** Of forecasts that are true, where every step has luck of its own. */
    private static final Calibration OF_THE_TRUTH = calibrate(1, random -> -1);

    /** The truth, half of which are small counts. */
    private static NegativeBinomial truth(int item) {
        return new NegativeBinomial(item % 2 == 0 ? 1 : 40, 0.5);
    }

    /** What sold before: seldom where the counts are small. */
    private static DemandSeries known(int item) {
        return item % 2 == 0
                ? DemandSeries.of("i" + item, 0, 1, 0, 0, 2)
                : DemandSeries.of("i" + item, 0, 40, 38, 41, 42);
    }

    private static Calibration calibrate(double factor, ToIntFunction<Random> luck) {
        Random random = new Random(9);
        List<DemandCalibration.Foretold> foretold = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            int[] units = new int[2];
            int shared = luck.applyAsInt(random);
            for (int h = 0; h < 2; h++) {
                double u = shared < 0 ? random.nextDouble() : (shared + 0.5) / 100;
                units[h] = truth(i).quantile(Math.max(1e-9, u));
            }
            foretold.add(
                    new DemandCalibration.Foretold(
                            known(i),
                            Collections.nCopies(
                                    2,
                                    new NegativeBinomial(
                                            truth(i).mean(), truth(i).dispersion() * factor)),
                            units));
        }
        return DemandCalibration.of(List.of(foretold), DemandBlend.NONE);
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

    /** Whatever the spread, by the share of each class that lies within. */
    @Test
    void everyClassGetsTheLevelByWhichItsOwnIntervalsHold() {
        Calibration wide = calibrate(2, random -> -1);
        for (int item : new int[] {0, 1}) {
            double tail = wide.tail(DemandClass.of(known(item).units()));
            NegativeBinomial said =
                    new NegativeBinomial(
                            truth(item).mean(), truth(item).dispersion() * 2 * wide.spread());
            double covered =
                    truth(item).cumulative(said.quantile(1 - tail))
                            - truth(item).cumulative(said.quantile(tail) - 1.0);
            assertThat(covered).isBetween(item == 0 ? 0.7 : 0.76, item == 0 ? 0.9 : 0.84);
        }
        assertThat(wide.tails()).hasSize(2);
        assertThat(wide.tail(DemandClass.LUMPY)).isEqualTo(wide.tail());
    }

    @Test
    void stepsThatMissTogetherAreCorrelated() {
        assertThat(OF_THE_TRUTH.stepCorrelation()).isLessThan(0.15);
        assertThat(calibrate(1, random -> random.nextInt(100)).stepCorrelation())
                .isGreaterThan(0.8);
    }
}
