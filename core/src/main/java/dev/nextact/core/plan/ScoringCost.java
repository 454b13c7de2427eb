package dev.nextact.core.plan;

import dev.nextact.core.plan.Workload.Training;

/** What it costs to score every item after a history. */
final class ScoringCost {

    private static final double NANO = 1e-9;

    private ScoringCost() {}

    /**
     * @param tokens of the history
     * @return of one core, for one history
     */
    static TimePart of(Workload asked, Coefficients known, double tokens) {
        Training network = asked.network();
        Measured item = known.of(Coefficient.SCORE_ITEM);
        Measured multiply = known.of(Coefficient.SCORE_MULTIPLY);
        double encoding =
                NANO * multiply.value() * tokens * network.encoderMultiplications((tokens + 1) / 2);
        double items = NANO * item.value() * asked.items() * network.width();
        return TimePart.of(Cause.COMPUTE, encoding + items, encoding > items ? multiply : item);
    }
}
