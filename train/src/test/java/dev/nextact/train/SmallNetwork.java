package dev.nextact.train;

import dev.nextact.core.Grain;
import dev.nextact.model.network.NetworkSettings;
import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.Positions;
import java.util.List;

/** Networks for tests that are about something else. */
final class SmallNetwork {

    private SmallNetwork() {}

    static NetworkSettings of(int items) {
        return new NetworkSettings(
                Family.GRU,
                Block.PRE_NORM,
                Positions.ABSOLUTE,
                items,
                2,
                8,
                1,
                1,
                50,
                0,
                List.of());
    }

    /** The same, whose tokens are events or baskets. */
    static NetworkSettings of(int items, Grain grain) {
        return of(of(items), new NetworkSettings.TokenParts(true, 0, false, grain));
    }

    /** The same network of other tokens. */
    static NetworkSettings of(NetworkSettings of, NetworkSettings.TokenParts tokens) {
        return new NetworkSettings(
                of.family(),
                of.block(),
                of.feedForward(),
                of.positions(),
                of.items(),
                of.behaviours(),
                of.width(),
                of.layers(),
                of.heads(),
                of.length(),
                of.dropout(),
                of.itemFields(),
                of.timeFields(),
                of.foretells(),
                of.itemDropout(),
                tokens,
                of.hasTimeBias());
    }
}
