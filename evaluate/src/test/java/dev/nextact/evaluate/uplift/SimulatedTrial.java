package dev.nextact.evaluate.uplift;

import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Shoppers with four features, and a coupon whose effect is known: it moves those with much of the
 * first and keeps away those with much of the second, while who buys anyway has much of the third.
 */
record SimulatedTrial(UpliftCases cases, List<Contact> contacts, double[] effects) {

    /**
     * @param selection 0 = contacted by chance, above it: the more of the third feature the
     *     likelier
     */
    static SimulatedTrial of(int size, double selection, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] rows = new double[size][4];
        boolean[] treated = new boolean[size];
        double[] propensities = new double[size];
        double[] outcomes = new double[size];
        double[] effects = new double[size];
        List<Contact> contacts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            for (int f = 0; f < 4; f++) {
                rows[i][f] = random.nextDouble();
            }
            effects[i] = 0.35 * Math.max(0, rows[i][0] - 0.4) - 0.3 * Math.max(0, rows[i][1] - 0.6);
            double without = 0.1 + 0.4 * rows[i][2];
            double odds = 0.5 + selection * (rows[i][2] - 0.5);
            treated[i] = random.nextDouble() < odds;
            propensities[i] = 0.5;
            double p = without + (treated[i] ? effects[i] : 0);
            outcomes[i] = random.nextDouble() < p ? 1 : 0;
            contacts.add(
                    new Contact(
                            i + 2L,
                            "u" + i,
                            0,
                            treated[i],
                            OptionalDouble.empty(),
                            OptionalDouble.of(outcomes[i])));
        }
        Trial trial = new Trial(treated, propensities, outcomes);
        return new SimulatedTrial(new UpliftCases(rows, trial), contacts, effects);
    }
}
