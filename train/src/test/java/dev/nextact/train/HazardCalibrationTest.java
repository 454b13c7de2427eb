package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.nextact.model.network.HeadSettings;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.FeedForward;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HazardCalibrationTest {

    private static final int MOMENTS = 40_000;

    /** One behaviour in two steps of time. */
    private static final NetworkSettings SETTINGS =
            new NetworkSettings(
                    Family.GRU,
                    Block.PRE_NORM,
                    FeedForward.GELU,
                    Positions.ABSOLUTE,
                    3,
                    1,
                    8,
                    1,
                    1,
                    10,
                    0,
                    List.of(),
                    List.of(),
                    Optional.of(
                            new HeadSettings(
                                    false,
                                    true,
                                    1,
                                    new HeadSettings.GapScale(1, 0, 1),
                                    List.of(0.0, 10.0, 20.0),
                                    HeadSettings.TotalsScale.same(0),
                                    HeadSettings.Calendar.even(1))));

    /** Log-odds of −2 ± 1 as the model says them; the truth is shift + scale times that. */
    private static HeadValidation.Hazards cases(double shift, double scale, int moments) {
        SplittableRandom random = new SplittableRandom(1);
        float[] scores = new float[moments * 2];
        float[] survived = new float[moments * 2];
        float[] came = new float[moments * 2];
        for (int n = 0; n < moments; n++) {
            for (int g = 0; g < 2; g++) {
                scores[n * 2 + g] = (float) (-2 + random.nextGaussian());
            }
            for (int g = 0; g < 2; g++) {
                double truth = 1 / (1 + Math.exp(-shift - scale * scores[n * 2 + g]));
                if (random.nextDouble() < truth) {
                    came[n * 2 + g] = 1;
                    break;
                }
                survived[n * 2 + g] = 1;
            }
        }
        return new HeadValidation.Hazards(scores, survived, came);
    }

    @Test
    void theTruthIsFound() {
        HazardCalibration calibration =
                HazardCalibration.fit(SETTINGS, List.of(cases(-0.7, 1.4, MOMENTS)));

        assertThat(calibration.shifts()[0]).isCloseTo(-0.7, offset(0.1));
        assertThat(calibration.scales()[0]).isCloseTo(1.4, offset(0.05));
        assertThat(calibration.after()).isLessThan(calibration.before());
    }

    @Test
    void whatIsRightStaysAsItIs() {
        HazardCalibration calibration =
                HazardCalibration.fit(SETTINGS, List.of(cases(0, 1, MOMENTS)));

        assertThat(calibration.shifts()[0]).isCloseTo(0, offset(0.1));
        assertThat(calibration.scales()[0]).isCloseTo(1, offset(0.05));
    }

    @Test
    void fewEventsTeachNothing() {
        HazardCalibration calibration = HazardCalibration.fit(SETTINGS, List.of(cases(-3, 1, 100)));

        assertThat(calibration.shifts()).containsExactly(0);
        assertThat(calibration.scales()).containsExactly(1);
        assertThat(calibration.after()).isEqualTo(calibration.before());
    }
}
