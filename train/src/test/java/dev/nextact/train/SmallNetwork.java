package dev.nextact.train;

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
}
