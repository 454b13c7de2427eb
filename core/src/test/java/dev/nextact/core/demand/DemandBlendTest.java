package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.demand.DemandBlend.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemandBlendTest {

    private static final int ITEMS = 400;

    /**
     * @param firstNoise of the logarithm of the first opinion's mean around the truth
     * @param otherNoise of the other's, which also says half of the truth
     */
    private static List<Outcome> outcomes(double firstNoise, double otherNoise) {
        Random random = new Random(3);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            double truth = Math.exp(2 + random.nextGaussian());
            double first = truth * Math.exp(firstNoise * random.nextGaussian());
            double other = 0.5 * truth * Math.exp(otherNoise * random.nextGaussian());
            int came = new NegativeBinomial(truth, 0).quantile(0.001 + 0.998 * random.nextDouble());
            outcomes.add(
                    new Outcome(
                            List.of(new NegativeBinomial(first, 0.1)),
                            new double[] {other},
                            new int[] {came}));
        }
        return outcomes;
    }

    @Test
    void theBetterOpinionCountsMore() {
        DemandBlend better = DemandBlend.fit(outcomes(0.8, 0.1));
        assertThat(better.weight()).isGreaterThan(0.7);
        assertThat(better.factor()).isCloseTo(2, within(0.2));
        assertThat(DemandBlend.fit(outcomes(0.05, 1.5)).weight()).isZero();
    }

    @Test
    void anItemTheOtherDoesNotKnowStaysAsItWas() {
        List<NegativeBinomial> steps =
                List.of(new NegativeBinomial(4, 0.5), new NegativeBinomial(4, 0.5));
        List<NegativeBinomial> blended =
                new DemandBlend(0.25, 2).of(steps, new double[] {Double.NaN, 6});
        assertThat(blended.get(0)).isEqualTo(steps.get(0));
        assertThat(blended.get(1).mean()).isCloseTo(0.75 * 4 + 0.25 * 12, within(1e-12));
        assertThat(blended.get(1).dispersion()).isEqualTo(0.5);
        assertThat(DemandBlend.NONE.of(steps, new double[] {9, 9})).isEqualTo(steps);
    }

    @Test
    void whoSaysNothingIsNotHeard() {
        assertThat(DemandBlend.fit(List.of())).isEqualTo(DemandBlend.NONE);
        Outcome silent =
                new Outcome(
                        List.of(new NegativeBinomial(1, 0)),
                        new double[] {Double.NaN},
                        new int[] {1});
        assertThat(DemandBlend.fit(List.of(silent))).isEqualTo(DemandBlend.NONE);
    }
}
