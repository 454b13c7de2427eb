package dev.nextact.core.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NegativeBinomialTest {

    /** r = 2 and p = ½: P(k) = (k + 1) / 2^(k + 2). */
    private static final NegativeBinomial COUNT = new NegativeBinomial(2, 0.5);

    @Test
    void probabilitiesAreThoseOfTheFormula() {
        assertThat(Math.exp(COUNT.logProbability(0))).isCloseTo(0.25, within(1e-12));
        assertThat(Math.exp(COUNT.logProbability(1))).isCloseTo(0.25, within(1e-12));
        assertThat(Math.exp(COUNT.logProbability(2))).isCloseTo(0.1875, within(1e-12));
        assertThat(COUNT.cumulative(2)).isCloseTo(0.6875, within(1e-12));
        assertThat(COUNT.variance()).isEqualTo(4);
    }

    @Test
    void withoutDispersionItIsPoissons() {
        NegativeBinomial poisson = new NegativeBinomial(1, 0);
        assertThat(Math.exp(poisson.logProbability(0))).isCloseTo(Math.exp(-1), within(1e-12));
        assertThat(poisson.cumulative(1)).isCloseTo(2 * Math.exp(-1), within(1e-9));
        assertThat(poisson.quantile(0.7)).isEqualTo(1);
    }

    @Test
    void aQuantileIsTheLeastCountThatReachesTheLevel() {
        assertThat(COUNT.quantile(0.2)).isZero();
        assertThat(COUNT.quantile(0.4)).isEqualTo(1);
        assertThat(COUNT.quantile(0.6)).isEqualTo(2);
        NegativeBinomial large = new NegativeBinomial(5_000, 0.3);
        int median = large.quantile(0.5);
        assertThat(large.cumulative(median)).isGreaterThanOrEqualTo(0.5);
        assertThat(large.cumulative(median - 1.0)).isLessThan(0.5);
    }

    @Test
    void bothWaysToAQuantileAgree() {
        for (double level : DemandForecast.LEVELS) {
            NegativeBinomial below = new NegativeBinomial(199.99, 0.7);
            NegativeBinomial above = new NegativeBinomial(200.01, 0.7);
            assertThat(above.quantile(level) - below.quantile(level)).isBetween(0, 1);
        }
    }

    @Test
    void aStockMissesWhatIsAboveIt() {
        assertThat(COUNT.expectedShortage(0)).isEqualTo(2);
        assertThat(COUNT.expectedShortage(1)).isCloseTo(1.25, within(1e-12));
        assertThat(COUNT.expectedShortage(2)).isCloseTo(0.75, within(1e-12));
        assertThat(new NegativeBinomial(0, 1).expectedShortage(0)).isZero();
    }

    @Test
    void momentsComeBack() {
        NegativeBinomial matched = NegativeBinomial.ofMoments(3, 12);
        assertThat(matched.mean()).isEqualTo(3);
        assertThat(matched.variance()).isCloseTo(12, within(1e-12));
        assertThat(NegativeBinomial.ofMoments(3, 1).dispersion()).isZero();
        assertThat(NegativeBinomial.ofMoments(0, 0).quantile(0.95)).isZero();
    }

    @Test
    void whatIsNoMeanIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NegativeBinomial(-1, 0))
                .withMessageContaining("found mean -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new NegativeBinomial(Double.NaN, 0));
    }
}
