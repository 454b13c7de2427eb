package dev.nextact.core.probability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void temperatureByHand() {
        // 0.9 is said, 3 of 4 happened: odds of 9 must become odds of 3, so the log-odds are halved
        double[] said = {0.9, 0.9, 0.9, 0.9};
        Temperature temperature = Temperature.fit(said, new boolean[] {true, true, true, false});

        assertThat(temperature.value()).isCloseTo(2, within(1e-9));
        assertThat(temperature.calibrate(0.9)).isCloseTo(0.75, within(1e-9));
        assertThat(temperature.calibrate(0.5)).isEqualTo(0.5);
    }

    @Test
    void isotonicByHand() {
        // 0.2 (happened) stands below 0.3 (did not): they are pooled at one half
        Isotonic isotonic =
                Isotonic.fit(
                        new double[] {0.4, 0.1, 0.3, 0.2},
                        new boolean[] {true, false, false, true});

        assertThat(isotonic.calibrate(0.2)).isEqualTo(0.5);
        assertThat(isotonic.calibrate(0.3)).isEqualTo(0.5);
        assertThat(isotonic.calibrate(0.1)).isCloseTo(1 / 3.0, within(1e-12)); // one no in one
        assertThat(isotonic.calibrate(0.9)).isCloseTo(2 / 3.0, within(1e-12)); // one yes in one
        assertThat(isotonic.calibrate(0.15)).isCloseTo(5 / 12.0, within(1e-12)); // half way
    }

    @Test
    void whoIsTooSureIsToned() {
        SplittableRandom random = new SplittableRandom(7);
        double[] said = new double[40_000];
        boolean[] happened = new boolean[said.length];
        for (int i = 0; i < said.length; i++) {
            double logit = 1.5 * random.nextGaussian();
            happened[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit));
            said[i] = 1 / (1 + Math.exp(-3 * logit));
        }
        double[] learn = Arrays.copyOf(said, 20_000);
        boolean[] learned = Arrays.copyOf(happened, 20_000);
        double[] rest = Arrays.copyOfRange(said, 20_000, 40_000);
        boolean[] came = Arrays.copyOfRange(happened, 20_000, 40_000);
        double before = BinaryOutcomes.of(rest, came).calibrationError(10);

        Temperature temperature = Temperature.fit(learn, learned);
        assertThat(temperature.value()).isCloseTo(3, within(0.15));
        assertThat(before).isGreaterThan(0.08);
        for (Calibration calibration : List.of(temperature, Isotonic.fit(learn, learned))) {
            BinaryOutcomes after = BinaryOutcomes.of(calibration.calibrate(rest), came);
            assertThat(after.calibrationError(10)).isLessThan(0.015);
            assertThat(after.auc()).isCloseTo(BinaryOutcomes.of(rest, came).auc(), within(0.002));
        }
    }

    @Test
    void oneSidedOutcomesGiveNoCertainty() {
        Isotonic never = Isotonic.fit(new double[] {0.2, 0.6}, new boolean[] {false, false});
        Temperature always = Temperature.fit(new double[] {0.6, 0.7}, new boolean[] {true, true});

        assertThat(never.calibrate(0.4)).isEqualTo(0.25);
        assertThat(always.value()).isCloseTo(1 / 20.0, within(1e-9));
        assertThat(always.calibrate(1)).isLessThanOrEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Temperature(0));
    }

    @Property
    void isotonicNeverFalls(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 21) Integer> list) {
        double[] said = list.stream().mapToDouble(x -> (x / 2) / 10.0).toArray();
        boolean[] happened = new boolean[said.length];
        for (int i = 0; i < said.length; i++) {
            happened[i] = list.get(i) % 2 == 1;
        }
        Isotonic isotonic = Isotonic.fit(said, happened);

        double last = 0;
        for (double p = 0; p <= 1; p += 0.01) {
            double now = isotonic.calibrate(p);
            assertThat(now).isGreaterThanOrEqualTo(last).isBetween(0.0, 1.0);
            last = now;
        }
    }
}
