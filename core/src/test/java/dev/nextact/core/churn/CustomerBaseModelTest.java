package dev.nextact.core.churn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.probability.BinaryOutcomes;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CustomerBaseModelTest {

    /** Fader, Hardie and Lee (2005), table 2, of CDNOW. */
    private static final BgNbd CDNOW = new BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258881);

    /** The same authors, same table; digits of the reference implementation in R (BTYD). */
    private static final ParetoNbd CDNOW_PARETO =
            new ParetoNbd(0.55315, 10.57633, 0.60625, 11.67150);

    private static final RepeatPurchases TWICE = new RepeatPurchases(2, 30.43, 38.86);

    /** Hardie's worked example of the BG/NBD. */
    @Test
    void publishedExpectationOfACustomer() {
        assertThat(CDNOW.expectedPurchases(TWICE, 39)).isCloseTo(1.226, within(0.001));
    }

    @Test
    void likelihoodOfWhoNeverCameBackByHand() {
        // none at a rate that is gamma(r, α): (α/(α+T))^r; nobody leaves before a repeat
        RepeatPurchases once = new RepeatPurchases(0, 0, 10);
        assertThat(new BgNbd(1, 10, 1, 1).logLikelihood(once))
                .isCloseTo(-Math.log(2), within(1e-12));
        assertThat(new BgNbd(1, 10, 1, 1).aliveProbability(once)).isEqualTo(1);

        // Pareto, all parameters 1, T = 1: 1/4 + ∫ from 0 to 1 of (1+u)^-3 du = 1/4 + 3/8
        RepeatPurchases short1 = new RepeatPurchases(0, 0, 1);
        ParetoNbd ones = new ParetoNbd(1, 1, 1, 1);
        assertThat(ones.logLikelihood(short1)).isCloseTo(Math.log(0.625), within(1e-12));
        assertThat(ones.aliveProbability(short1)).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void likelihoodOfOneRepeatByHand() {
        // BG, all 1, t = 1, T = 2: ½·[1/3² + 1·1/2²] (a/b = 1, B(1,2)/B(1,1) = ½)
        RepeatPurchases one = new RepeatPurchases(1, 1, 2);
        assertThat(new BgNbd(1, 1, 1, 1).logLikelihood(one))
                .isCloseTo(Math.log(0.5 * (1 / 9.0 + 1 / 4.0)), within(1e-12));
        // Pareto, all 1: 1/3²·1/3 + ∫ from 1 to 2 of (1+u)^-4 du
        assertThat(new ParetoNbd(1, 1, 1, 1).logLikelihood(one))
                .isCloseTo(Math.log(1 / 27.0 + (1 / 8.0 - 1 / 27.0) / 3), within(1e-12));
    }

    @Test
    void hypergeometricFunctionIsTheKnownOnes() {
        for (double z : new double[] {0, 0.3, 0.9, 0.999}) {
            double log = z == 0 ? 1 : -Math.log1p(-z) / z;
            assertThat(Hypergeometric.series(1, 1, 2, z)).isCloseTo(log, within(1e-9));
            // ₂F₁(a, b; b; z) = (1 − z)^−a, so with its factor it is 1
            assertThat(Hypergeometric.transformed(2.5, 1.7, 1.7, z)).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void theFormulaeAgreeWithTheProcessBg() {
        BgNbd law = new BgNbd(0.6, 5, 0.8, 2.4);
        agree(law, SimulatedCustomers.of(law, 60_000, 25, 1));
    }

    @Test
    void theFormulaeAgreeWithTheProcessPareto() {
        ParetoNbd law = new ParetoNbd(0.6, 5, 0.7, 12);
        agree(law, SimulatedCustomers.of(law, 40_000, 25, 2));
    }

    private static void agree(CustomerBaseModel law, SimulatedCustomers customers) {
        double[] p =
                customers.seen.stream()
                        .mapToDouble(c -> law.purchaseProbability(c, customers.horizon()))
                        .toArray();
        boolean[] bought = new boolean[p.length];
        double[] total = new double[3];
        double[] expected = new double[3];
        for (int i = 0; i < p.length; i++) {
            int group = Math.min(2, customers.seen.get(i).repeats());
            bought[i] = customers.later.get(i) > 0;
            total[group] += customers.later.get(i);
            expected[group] += law.expectedPurchases(customers.seen.get(i), customers.horizon());
        }
        assertThat(BinaryOutcomes.of(p, bought).calibrationError(10)).isLessThan(0.01);
        for (int group = 0; group < 3; group++) {
            assertThat(expected[group] / total[group])
                    .as("purchases of those with %d repeats", group)
                    .isCloseTo(1, within(0.04));
        }
    }

    @Test
    void aFitFindsTheLawOfTheData() {
        BgNbd law = new BgNbd(0.6, 5, 0.8, 2.4);
        BgNbd bg = BgNbd.fit(SimulatedCustomers.of(law, 8_000, 1, 3).seen);
        assertThat(bg.r()).isCloseTo(law.r(), within(0.06));
        assertThat(bg.alpha()).isCloseTo(law.alpha(), within(0.6));
        assertThat(bg.a() / (bg.a() + bg.b())).isCloseTo(0.25, within(0.03));

        ParetoNbd other = new ParetoNbd(0.6, 5, 0.7, 12);
        ParetoNbd pareto = ParetoNbd.fit(SimulatedCustomers.of(other, 3_000, 1, 4).seen);
        assertThat(pareto.r()).isCloseTo(other.r(), within(0.08));
        assertThat(pareto.alpha()).isCloseTo(other.alpha(), within(0.8));
    }

    @Test
    void everyStartEndsAtTheSamePlace() {
        List<RepeatPurchases> bought =
                SimulatedCustomers.of(new BgNbd(0.4, 6, 0.8, 2.4), 500, 1, 5).seen;
        double bg = sum(BgNbd.fit(bought), bought);
        double pareto = sum(ParetoNbd.fit(bought), bought);
        SplittableRandom random = new SplittableRandom(6);
        for (int start = 0; start < 8; start++) {
            double[] from = random.doubles(4, -5, 5).map(Math::exp).toArray();
            BgNbd refitted = BgNbd.fit(bought, new BgNbd(from[0], from[1], from[2], from[3]));
            assertThat(sum(refitted, bought)).isCloseTo(bg, within(1e-3));
            if (start < 3) {
                ParetoNbd again =
                        ParetoNbd.fit(bought, new ParetoNbd(from[0], from[1], from[2], from[3]));
                assertThat(sum(again, bought)).isCloseTo(pareto, within(1e-3));
            }
        }
    }

    private static double sum(CustomerBaseModel model, List<RepeatPurchases> customers) {
        return customers.stream().mapToDouble(model::logLikelihood).sum();
    }

    @Test
    void answersStayWithinBoundsAtTheEdges() {
        List<RepeatPurchases> edges =
                List.of(
                        new RepeatPurchases(0, 0, 0),
                        new RepeatPurchases(0, 0, 1e5),
                        new RepeatPurchases(1, 1e-6, 1e4),
                        new RepeatPurchases(2_000, 100, 100), // has just bought
                        new RepeatPurchases(2_000, 100, 200));
        for (CustomerBaseModel model :
                List.of(
                        CDNOW,
                        CDNOW_PARETO,
                        new BgNbd(0.1, 1e-3, 1, 1e-3), // a = 1, where the expectation has a gap
                        new ParetoNbd(5, 1e4, 1, 1e-3), // s = 1, likewise; scales far apart
                        new ParetoNbd(0.1, 1e-3, 3, 1e4))) {
            for (RepeatPurchases edge : edges) {
                assertThat(model.logLikelihood(edge)).as("%s %s", model, edge).isFinite();
                assertThat(model.aliveProbability(edge)).isBetween(0.0, 1.0);
                for (double horizon : new double[] {1e-6, 1, 1e4}) {
                    assertThat(model.purchaseProbability(edge, horizon)).isBetween(0.0, 1.0);
                    assertThat(model.expectedPurchases(edge, horizon))
                            .as("%s %s %s", model, edge, horizon)
                            .isFinite()
                            .isGreaterThan(-1e-9);
                }
            }
        }
    }

    @Test
    void whereNobodyCameBackNothingIsFitted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BgNbd.fit(List.of(new RepeatPurchases(0, 0, 5))))
                .withMessageContaining("repeat");
    }

    /** With λ and p the same for all, one who is there buys (1 − e^(−λpt)) / p times on average. */
    @Test
    void customersWhoAreAllAlikeAreCountedToo() {
        BgNbd alike = new BgNbd(1e6, 1e7, 1.5e5, 8.5e5); // a rate of 0.1, 15 % leave at a time

        RepeatPurchases customer = new RepeatPurchases(0, 0, 20);
        assertThat(alike.expectedPurchases(customer, 10))
                .isCloseTo(-Math.expm1(-0.1 * 0.15 * 10) / 0.15, within(1e-4));
    }

    @Test
    void bothSeriesOfBgNbdAgreeWhereTheyMeet() {
        BgNbd law = new BgNbd(0.3, 2, 0.8, 2.4);
        // (r + x) · ln(1 + horizon / (α + T)) passes 600 between these two numbers of purchases
        double horizon = 12 * (Math.E - 1);
        double fewer = law.expectedPurchases(new RepeatPurchases(599, 9.9, 10), horizon);
        double more = law.expectedPurchases(new RepeatPurchases(600, 9.9, 10), horizon);

        assertThat(more / fewer).isBetween(1.0, 1.01);
    }
}
