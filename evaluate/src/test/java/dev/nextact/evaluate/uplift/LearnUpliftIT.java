package dev.nextact.evaluate.uplift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Progress;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.CouponTerms;
import dev.nextact.core.uplift.Estimate;
import dev.nextact.core.uplift.QiniCurve;
import dev.nextact.evaluate.uplift.HeldOutPolicy.Order;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LearnUpliftIT {

    private static LearnUplift.Learned learn(
            SimulatedTrial simulated, List<BaseLearner> bases, CouponTerms terms, long seed) {
        try (FittedModels scope = new FittedModels()) {
            return new LearnUplift(terms, LearnUplift.Settings.of(bases, seed))
                    .run(simulated.cases(), scope, Progress.silent());
        }
    }

    /** Also with XGBoost, whose library needs libgomp on Linux: without it this fails. */
    @Test
    void theChosenLearnerRanksNearlyAsTheTruthAndAboveIntent() {
        SimulatedTrial simulated = SimulatedTrial.of(6000, 0, 7);
        List<BaseLearner> bases = BaseLearner.available();
        assertThat(bases).containsExactly(BaseLearner.LINEAR, BaseLearner.TREES);
        LearnUplift.Learned learned = learn(simulated, bases, CouponTerms.FREE, 1);
        double[] truth = simulated.effects();
        double best = QiniCurve.of(truth, truth).qini().value();
        assertThat(learned.candidates()).hasSize(6);
        assertThat(learned.policy().curve(truth).qini().value() / best).isGreaterThan(0.7);
        assertThat(learned.policy().intentCurve(truth).qini().value() / best).isLessThan(0.2);
        Estimate estimated = learned.policy().curve().qini();
        assertThat(learned.policy().curve(truth).qini().value())
                .isBetween(
                        estimated.value() - 4 * estimated.deviation(),
                        estimated.value() + 4 * estimated.deviation());
    }

    @Test
    void intervalsOfAPolicysValueHoldTheTruthAlsoAfterChoosing() {
        int held = 0;
        int runs = 60;
        for (int run = 0; run < runs; run++) {
            SimulatedTrial simulated = SimulatedTrial.of(800, 0, 100 + run);
            LearnUplift.Learned learned =
                    learn(simulated, List.of(BaseLearner.LINEAR), CouponTerms.FREE, run);
            Estimate value = learned.policy().value(0.3, Order.GAIN);
            double truth = learned.policy().value(0.3, Order.GAIN, simulated.effects());
            held += value.low() <= truth && truth <= value.high() ? 1 : 0;
        }
        assertThat(held).isBetween(52, 60);
    }

    @Test
    void nobodyIsContactedWhomACouponCostsMoreThanItBrings() {
        SimulatedTrial simulated = SimulatedTrial.of(3000, 0, 9);
        CouponTerms terms = new CouponTerms(10, 1, 0.2);
        LearnUplift.Learned learned = learn(simulated, List.of(BaseLearner.LINEAR), terms, 1);
        boolean[] all = learned.policy().chosen(1, Order.GAIN_PER_COST);
        double[] gains = new double[all.length];
        double[][] rows = simulated.cases().rows();
        for (int i = 0; i < gains.length; i++) {
            double without = 0.1 + 0.4 * rows[i][2];
            gains[i] = terms.gain(without + simulated.effects()[i], without);
        }
        int chosen = 0;
        for (boolean one : all) {
            chosen += one ? 1 : 0;
        }
        assertThat(chosen).isBetween(all.length / 5, 4 * all.length / 5);
        double ofChosen = learned.policy().value(1, Order.GAIN_PER_COST, gains);
        assertThat(ofChosen).isGreaterThan(Arrays.stream(gains).average().orElseThrow());
        assertThat(ofChosen).isGreaterThan(0);
        boolean[] few = learned.policy().chosen(0.1, Order.GAIN_PER_COST);
        int count = 0;
        for (int i = 0; i < few.length; i++) {
            count += few[i] ? 1 : 0;
            assertThat(!few[i] || all[i]).isTrue();
        }
        assertThat(count).isBetween(295, 305);
    }

    @Test
    void aDrawIsToldFromARuleAndOddsThatWereLoggedAreTaken() {
        SimulatedTrial drawn = SimulatedTrial.of(3000, 0, 3);
        Assignment random = Assignment.of(drawn.contacts(), drawn.cases().rows(), 1);
        assertThat(random.way()).isEqualTo(Assignment.Way.RANDOM);
        assertThat(random.propensities()[0]).isBetween(0.45, 0.55);

        SimulatedTrial chosen = SimulatedTrial.of(3000, 0.8, 3);
        Assignment rule = Assignment.of(chosen.contacts(), chosen.cases().rows(), 1);
        assertThat(rule.way()).isEqualTo(Assignment.Way.NOT_RANDOM);
        assertThat(rule.sentence()).contains("it was no draw", "column propensity");

        List<Contact> logged = chosen.contacts().stream().map(c -> withOdds(c, chosen)).toList();
        assertThat(Assignment.of(logged, chosen.cases().rows(), 1).way())
                .isEqualTo(Assignment.Way.LOGGED);

        List<Contact> certain =
                chosen.contacts().stream().map(c -> with(c, c.treated() ? 1 : 0)).toList();
        assertThat(Assignment.of(certain, chosen.cases().rows(), 1).sentence())
                .contains("no overlap");

        // two waves, a quarter of the first contacted and three quarters of the second
        List<Contact> waves =
                drawn.contacts().stream()
                        .map(
                                c ->
                                        new Contact(
                                                c.line(),
                                                c.user(),
                                                c.treated() == (c.line() % 4 > 0) ? 1 : 0,
                                                c.treated(),
                                                c.propensity(),
                                                c.outcome()))
                        .toList();
        assertThat(Assignment.of(waves, drawn.cases().rows(), 1).way())
                .isEqualTo(Assignment.Way.NOT_RANDOM);

        List<Contact> everybody = drawn.contacts().stream().filter(c -> c.treated()).toList();
        assertThat(Assignment.of(everybody, drawn.cases().rows(), 1).sentence())
                .contains("and 0 were not");
    }

    private static Contact withOdds(Contact contact, SimulatedTrial simulated) {
        double third = simulated.cases().rows()[(int) contact.line() - 2][2];
        return with(contact, 0.5 + 0.8 * (third - 0.5));
    }

    private static Contact with(Contact contact, double odds) {
        return new Contact(
                contact.line(),
                contact.user(),
                contact.timeMicros(),
                contact.treated(),
                OptionalDouble.of(odds),
                contact.outcome());
    }
}
