package dev.nextact.core.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HazardCurveTest {

    private static final double[] EDGES = {0, 10, 30};

    @Test
    void whatComesByAnEdgeIsWhatItsHazardsSay() {
        HazardCurve curve = new HazardCurve(EDGES, new double[] {0.2, 0.5});

        assertThat(curve.came(0)).isZero();
        assertThat(curve.came(10)).isCloseTo(0.2, offset(1e-12));
        assertThat(curve.came(30)).isCloseTo(1 - 0.8 * 0.5, offset(1e-12));
    }

    @Test
    void withinAStepTheHazardIsEven() {
        HazardCurve curve = new HazardCurve(EDGES, new double[] {0.2, 0.5});

        // half of the second step: √0.5 of those that reached it are left
        assertThat(curve.survival(20)).isCloseTo(0.8 * Math.sqrt(0.5), offset(1e-12));
    }

    @Test
    void theQuantileIsTheTimeByWhichItCame() {
        HazardCurve curve = new HazardCurve(EDGES, new double[] {0.2, 0.5});

        assertThat(curve.came(curve.quantile(0.1))).isCloseTo(0.1, offset(1e-12));
        assertThat(curve.came(curve.quantile(0.5))).isCloseTo(0.5, offset(1e-12));
        assertThat(curve.quantile(0.7)).isInfinite(); // 60 % at most
    }

    @Test
    void beyondTheLastEdgeNothingIsKnown() {
        HazardCurve curve = new HazardCurve(EDGES, new double[] {0.2, 0.5});

        assertThat(curve.longestSeconds()).isEqualTo(30);
        assertThat(curve.came(1e9)).isEqualTo(curve.came(30));
    }

    @Test
    void logOddsOfZeroAreEvenOdds() {
        HazardCurve curve = HazardCurve.ofLogits(EDGES, new float[] {9, 0, 0}, 1);

        assertThat(curve.hazards()).containsExactly(0.5, 0.5);
    }

    @Test
    void aHazardIsAProbability() {
        assertThatThrownBy(() -> new HazardCurve(EDGES, new double[] {0.2, 1.5}))
                .hasMessageContaining("expected 0 to 1, found 1.5");
        assertThatThrownBy(() -> new HazardCurve(EDGES, new double[] {0.2}))
                .hasMessageContaining("one more than hazards");
    }

    @Property
    void itNeverComesBackOnceItCame(
            @ForAll @Size(2) List<@DoubleRange(min = 0, max = 1) Double> hazards,
            @ForAll @DoubleRange(min = 0, max = 40) double early,
            @ForAll @DoubleRange(min = 0, max = 40) double late) {
        HazardCurve curve = new HazardCurve(EDGES, new double[] {hazards.get(0), hazards.get(1)});
        double from = Math.min(early, late);
        double to = Math.max(early, late);

        assertThat(curve.came(from)).isBetween(0.0, 1.0).isLessThanOrEqualTo(curve.came(to));
    }

    @Test
    void theMeanWithinATimeIsTheAreaBelowTheCurve() {
        HazardCurve curve =
                new HazardCurve(new double[] {0, 10, 30, 100}, new double[] {0.3, 0, 0.9});
        double area = 0;
        for (int i = 0; i < 80_000; i++) {
            area += curve.survival((i + 0.5) / 1000) / 1000;
        }
        assertThat(curve.meanWithin(80)).isCloseTo(area, offset(1e-6));
        assertThat(curve.meanWithin(5))
                .isCloseTo((1 - Math.sqrt(0.7)) / -Math.log(Math.sqrt(0.7)) * 5, offset(1e-9));
        // beyond the longest time nothing more is known
        assertThat(curve.meanWithin(150))
                .isCloseTo(curve.meanWithin(100) + 50 * 0.07, offset(1e-9));
        HazardCurve atOnce = new HazardCurve(new double[] {0, 10, 20}, new double[] {1, 0.5});
        assertThat(atOnce.meanWithin(20)).isZero();
    }
}
