package dev.nextact.core.uplift;

import java.util.stream.IntStream;

/**
 * Shoppers of whom some were contacted, and what came of each. The arrays are not copied.
 *
 * @param treated [N], whether contacted
 * @param propensities [N], with which probability each was to be contacted, within (0, 1)
 * @param outcomes [N], 1 and 0 for bought and not, or an amount
 */
public record Trial(boolean[] treated, double[] propensities, double[] outcomes) {

    public Trial {
        if (treated.length != propensities.length || treated.length != outcomes.length) {
            throw new IllegalArgumentException(
                    "treated, propensities, outcomes: expected as many of each, found "
                            + treated.length
                            + ", "
                            + propensities.length
                            + " and "
                            + outcomes.length);
        }
        for (double propensity : propensities) {
            if (!(propensity > 0 && propensity < 1)) {
                throw new IllegalArgumentException(
                        "propensities: expected within (0, 1), found " + propensity);
            }
        }
    }

    public int size() {
        return treated.length;
    }

    /** The indices of those who were contacted, or of those who were not. */
    public int[] arm(boolean contacted) {
        return IntStream.range(0, size()).filter(i -> treated[i] == contacted).toArray();
    }

    /** Some of them. */
    public Trial select(int[] indices) {
        boolean[] someTreated = new boolean[indices.length];
        double[] somePropensities = new double[indices.length];
        double[] someOutcomes = new double[indices.length];
        for (int i = 0; i < indices.length; i++) {
            someTreated[i] = treated[indices[i]];
            somePropensities[i] = propensities[indices[i]];
            someOutcomes[i] = outcomes[indices[i]];
        }
        return new Trial(someTreated, somePropensities, someOutcomes);
    }

    /**
     * Of each shopper a number whose mean over any who were chosen without a look at their outcomes
     * is what contacting them gains on the average: doubly robust scores (Robins, Rotnitzky and
     * Zhao 1994). Unbiased where the propensities are right, whatever the models say; the better
     * they are, the less it spreads.
     *
     * @param with [N], outcomes with a contact that a model foretold, not having seen these
     *     shoppers'
     * @param without [N], the same without a contact
     */
    public double[] gains(CouponTerms terms, double[] with, double[] without) {
        double[] gains = new double[size()];
        for (int i = 0; i < gains.length; i++) {
            double yes = with[i];
            double no = without[i];
            if (treated[i]) {
                yes += (outcomes[i] - with[i]) / propensities[i];
            } else {
                no += (outcomes[i] - without[i]) / (1 - propensities[i]);
            }
            gains[i] = terms.gain(yes, no);
        }
        return gains;
    }
}
