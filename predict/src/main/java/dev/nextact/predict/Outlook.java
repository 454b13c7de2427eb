package dev.nextact.predict;

import dev.nextact.core.survival.HazardCurve;
import dev.nextact.core.timing.LogNormalMixture;
import java.util.List;
import java.util.Optional;

/**
 * What a model foretells of a shopper at a moment.
 *
 * @param gap seconds from the last event to the next one; absent where the model does not learn it
 * @param behaviours [C], of the next event, whenever it comes; empty likewise
 * @param stays how long each behaviour stays away from the moment on; empty likewise
 */
public record Outlook(
        Optional<LogNormalMixture> gap, double[] behaviours, List<HazardCurve> stays) {
    public Outlook {
        stays = List.copyOf(stays);
    }
}
