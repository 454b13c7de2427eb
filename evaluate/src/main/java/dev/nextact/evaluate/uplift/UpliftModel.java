package dev.nextact.evaluate.uplift;

/**
 * Foretells what contacting a shopper gains.
 *
 * @param gains from rows, and what is foretold of their outcomes
 */
record UpliftModel(OutcomeModels outcomes, Gains gains) {

    /** Tells [N] gains. */
    @FunctionalInterface
    interface Gains {
        double[] of(double[][] rows, double[] with, double[] without);
    }

    /**
     * What is foretold of N shoppers.
     *
     * @param gains in the currency of the terms
     * @param with outcomes when contacted
     * @param without outcomes when left alone
     */
    record Foretold(double[] gains, double[] with, double[] without) {}

    Foretold foretell(double[][] rows) {
        double[] with = outcomes.with(rows);
        double[] without = outcomes.without(rows);
        return new Foretold(gains.of(rows, with, without), with, without);
    }
}
