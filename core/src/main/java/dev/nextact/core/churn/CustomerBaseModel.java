package dev.nextact.core.churn;

/**
 * How customers buy and leave, unseen. Each answer is for one customer, given what was seen.
 * Immutable; thread-safe.
 */
public interface CustomerBaseModel {

    /** The model's name as reports print it: {@code bg-nbd}, {@code pareto-nbd}. */
    String name();

    /** Of one customer's purchases, in nats. */
    double logLikelihood(RepeatPurchases customer);

    /** The probability that the customer has not left for good. */
    double aliveProbability(RepeatPurchases customer);

    /**
     * How many purchases to expect.
     *
     * @param horizon from now on, in the unit of the customer's times
     */
    double expectedPurchases(RepeatPurchases customer, double horizon);

    /** The probability of at least one purchase within the horizon; what it lacks to 1 is churn. */
    double purchaseProbability(RepeatPurchases customer, double horizon);
}
