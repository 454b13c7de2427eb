package dev.nextact.predict;

/**
 * Puts the share of a group of items in a behaviour's hazard right, by what came in the validation
 * part. The behaviour's expected number within the horizon is Λ = −ln S; of each the group has the
 * share q = w · ranking's + (1 − w) · the group's share of all, and none of the group comes with
 * probability exp(−min(1, a·q)·Λ): w and a are of the greatest likelihood, a held near 1.
 *
 * @param weight w, 0 to 1, of what the ranking says of the next event
 * @param factor a, above 0: more than 1 where several are taken at a time
 */
record GroupCalibration(double weight, double factor) {

    /** Where there is nothing to learn from. */
    static final GroupCalibration NONE = new GroupCalibration(1, 1);

    /** Deviation of ln a before anything is seen: a factor of two is not rare. */
    private static final double PRIOR_DEVIATION = 0.7;

    private static final int WEIGHTS = 10;
    private static final double MOST_LOG_FACTOR = 3;

    /** Keeps the logarithm of what came against all odds finite. */
    private static final double LEAST = 1e-12;

    /**
     * What is known of shoppers in the validation part.
     *
     * @param expected [N], Λ
     * @param ranked [N], the share by the ranking
     * @param came [N], whether something of the group did
     */
    record Outcomes(double[] expected, double[] ranked, boolean[] came) {}

    /**
     * @param overall the group's share of the behaviour in the training part
     */
    static GroupCalibration fit(Outcomes outcomes, double overall) {
        GroupCalibration best = NONE;
        double least = Double.POSITIVE_INFINITY;
        for (int w = 0; w <= WEIGHTS; w++) {
            double weight = w / (double) WEIGHTS;
            double low = -MOST_LOG_FACTOR;
            double high = MOST_LOG_FACTOR;
            while (high - low > 1e-3) { // golden section would save little
                double left = low + (high - low) / 3;
                double right = high - (high - low) / 3;
                if (loss(outcomes, overall, weight, left)
                        < loss(outcomes, overall, weight, right)) {
                    high = right;
                } else {
                    low = left;
                }
            }
            double logFactor = (low + high) / 2;
            double loss = loss(outcomes, overall, weight, logFactor);
            if (loss < least) {
                least = loss;
                best = new GroupCalibration(weight, Math.exp(logFactor));
            }
        }
        return best;
    }

    private static double loss(Outcomes outcomes, double overall, double weight, double logFactor) {
        GroupCalibration tried = new GroupCalibration(weight, Math.exp(logFactor));
        double prior = logFactor / PRIOR_DEVIATION;
        double sum = prior * prior / 2;
        for (int i = 0; i < outcomes.came().length; i++) {
            double p = tried.came(outcomes.expected()[i], outcomes.ranked()[i], overall);
            sum -= Math.log(Math.max(LEAST, outcomes.came()[i] ? p : 1 - p));
        }
        return sum;
    }

    /**
     * The probability that something of the group comes; never above that of the behaviour.
     *
     * @param expected Λ of the behaviour
     * @param ranked the group's share by the ranking
     * @param overall the group's share of all
     */
    double came(double expected, double ranked, double overall) {
        double share = weight * ranked + (1 - weight) * overall;
        return -Math.expm1(-Math.min(1, factor * share) * expected);
    }
}
