package dev.nextact.core.plan;

/**
 * The windows a training learns from, where the lengths of histories are geometric, as those of
 * shops about are: of a shopper with n events every event but the first is a target, and a window
 * holds at most {@code length} targets.
 *
 * @param targets in all
 * @param windows in all
 * @param attended tokens that a target's own attends to, itself among them, on the average
 */
record LearnedHistories(double targets, double windows, double attended) {

    /**
     * @param mean events of a shopper, at least 1
     */
    static LearnedHistories of(long users, double mean, int length) {
        double more = 1 - 1 / mean; // the probability that another event follows
        double targets = users * (mean - 1);
        // a window begins with every length-th target: sum of more^(1 + j length) over j
        double windows = users * more / -Math.expm1(length * Math.log(more));
        if (targets == 0) {
            return new LearnedHistories(0, 0, 0);
        }
        double each = targets / windows;
        return new LearnedHistories(targets, windows, Math.min(each, (length + 1) / 2.0));
    }

    double targetsPerWindow() {
        return targets / windows;
    }
}
