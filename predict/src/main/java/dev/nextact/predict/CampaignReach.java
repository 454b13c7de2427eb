package dev.nextact.predict;

import dev.nextact.core.uplift.Lift;
import java.util.Map;

/**
 * How far a campaign reaches.
 *
 * @param cost of all contacts
 * @param leastLift the least lift, of the share to whom the outcome comes, that the holdout will
 *     tell from nothing four times in five
 */
public record CampaignReach(int contacted, int heldOut, double cost, double leastLift) {

    /**
     * @param list written
     * @param expected outcomes of those contacted
     */
    public static CampaignReach of(CampaignList list, double cost, double expected) {
        double share = Math.max(1e-9, Math.min(1, expected / Math.max(1, list.contacted())));
        return new CampaignReach(
                list.contacted(),
                list.heldOut(),
                cost,
                Lift.leastTold(share, list.contacted(), list.heldOut()));
    }

    /** For {@code --json}. */
    public void addTo(Map<String, Object> tree) {
        tree.put("contacted", contacted);
        tree.put("held_out", heldOut);
        tree.put("cost", cost);
        tree.put("least_lift_told", leastLift);
    }
}
