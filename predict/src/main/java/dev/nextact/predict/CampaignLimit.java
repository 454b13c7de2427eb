package dev.nextact.predict;

import dev.nextact.core.NextactException;
import dev.nextact.core.uplift.Holdout;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How many shoppers a campaign contacts. Those held out come on top: they cost nothing.
 *
 * @param size contacts at most
 * @param budget that all contacts may cost together
 * @param k of fewer shoppers there is no list: {@code privacy.k}
 */
public record CampaignLimit(OptionalInt size, OptionalDouble budget, int k) {

    public CampaignLimit {
        if (size.isPresent() && size.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "size: expected 1 or more, found " + size.getAsInt());
        }
        if (budget.isPresent() && !(budget.getAsDouble() > 0)) {
            throw new IllegalArgumentException(
                    "budget: expected above 0, found " + budget.getAsDouble());
        }
    }

    /**
     * How many of those in order are listed.
     *
     * @param users the best first
     * @param costs [N], what contacting each costs
     * @throws NextactException of category INPUT where they are fewer than k
     */
    public int count(List<String> users, double[] costs, Holdout holdout) {
        int listed = withinLimit(users, costs, holdout);
        if (listed < k && k > 1) {
            throw NextactException.input(
                    "the list would be of fewer than %d shoppers, which privacy.k forbids. Ask for"
                            + " more: by a longer --horizon, a greater --size or --budget",
                    k);
        }
        return listed;
    }

    private int withinLimit(List<String> users, double[] costs, Holdout holdout) {
        int contacts = 0;
        double spent = 0;
        for (int i = 0; i < users.size(); i++) {
            if (!holdout.holds(users.get(i))) {
                contacts++;
                spent += costs[i];
                if (contacts > size.orElse(Integer.MAX_VALUE)
                        || spent > budget.orElse(Double.POSITIVE_INFINITY)) {
                    return i;
                }
            }
        }
        return users.size();
    }
}
